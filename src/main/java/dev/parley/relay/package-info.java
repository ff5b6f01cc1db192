/** Sockets: frames, live delivery, presence and typing. */
@org.jspecify.annotations.NullMarked
package dev.parley.relay;
