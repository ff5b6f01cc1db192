/** The network's connections before anything of them is understood: how many there may be, and how slow. */
@org.jspecify.annotations.NullMarked
package dev.parley.connection;
