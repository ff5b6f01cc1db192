/** What makes several instances on one database one service: PostgreSQL's LISTEN and NOTIFY carry small notices. */
@org.jspecify.annotations.NullMarked
package dev.parley.backplane;
