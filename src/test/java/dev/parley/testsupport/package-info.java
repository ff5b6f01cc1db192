/** What tests share: the database, a packaged program to start and kill, a person who talks to it. */
@org.jspecify.annotations.NullMarked
package dev.parley.testsupport;
