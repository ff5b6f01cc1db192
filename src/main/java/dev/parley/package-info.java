/** How the program starts and stops, with or without a database of its own. */
@org.jspecify.annotations.NullMarked
package dev.parley;
