/** Rooms, their members, and who may see what. */
@org.jspecify.annotations.NullMarked
package dev.parley.room;
