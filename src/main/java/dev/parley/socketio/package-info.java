/**
 * Document 003's legacy door: Socket.IO, protocol 5 on Engine.IO 4, as the official clients speak it. Engine.IO carries
 * packets, by polling or a WebSocket ({@link dev.parley.socketio.EngineSession}); Socket.IO makes events of them
 * ({@link dev.parley.socketio.Client}).
 */
@org.jspecify.annotations.NullMarked
package dev.parley.socketio;
