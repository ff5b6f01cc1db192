package dev.parley.socketio;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.parley.relay.FrameBudget.Hold;

/** The memory of a session's payloads that are being obeyed, or wait for their attachments. */
final class Holds {

    private final List<Hold> holds = new ArrayList<>(0);

    void keep(@Nullable Hold hold) {
        if (hold != null && !hold.isEmpty()) {
            holds.add(hold);
        }
    }

    void release() {
        if (!holds.isEmpty()) {
            holds.forEach(Hold::release);
            holds.clear();
        }
    }
}
