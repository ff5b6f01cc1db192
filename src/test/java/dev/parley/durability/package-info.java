/** Kills the program and its database under load and compares what clients were told with what is there afterwards. */
@org.jspecify.annotations.NullMarked
package dev.parley.durability;
