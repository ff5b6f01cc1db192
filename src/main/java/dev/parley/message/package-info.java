/** Messages: posting, changing and reading them, in one order a room. */
@org.jspecify.annotations.NullMarked
package dev.parley.message;
