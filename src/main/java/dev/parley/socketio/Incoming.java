package dev.parley.socketio;

import org.jspecify.annotations.Nullable;

import dev.parley.relay.Command;

/** An event of a client. */
sealed interface Incoming {

    record Send(Command.Send message, long conversationId) implements Incoming {
    }

    record Join(long conversationId) implements Incoming {
    }

    record Leave(long conversationId) implements Incoming {
    }

    record Typing(long conversationId, boolean isTyping) implements Incoming {
    }

    record Read(long conversationId, @Nullable Long seq) implements Incoming {
    }
}
