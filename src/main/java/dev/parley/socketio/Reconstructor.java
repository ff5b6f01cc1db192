package dev.parley.socketio;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Puts packets together with the attachments that come behind them, each in a frame of its own (Socket.IO, protocol 5).
 * Used on the session's event loop alone.
 */
final class Reconstructor {

    interface Receiver {
        /** @param size of all of it: the text's characters and the attachments' bytes */
        void packet(Packet packet, List<InputStream> attachments, int size);
    }

    private static final int MOST_ATTACHMENTS = 10;

    private final EngineSession engine;
    private final ClientTools tools;
    private final Receiver receiver;
    /** A packet whose attachments have not all come. */
    private @Nullable Packet incomplete;
    private final List<InputStream> attachments = new ArrayList<>(0);
    private long size;
    private long completion;

    Reconstructor(EngineSession engine, ClientTools tools, Receiver receiver) {
        this.engine = engine;
        this.tools = tools;
        this.receiver = receiver;
    }

    void text(String text) {
        Packet packet;
        try {
            packet = Packet.parse(text);
        } catch (IllegalArgumentException e) {
            engine.close("No packet of Socket.IO 5");
            return;
        }
        if (incomplete != null) {
            engine.close("An attachment was expected");
        } else if (packet.attachments() > MOST_ATTACHMENTS) {
            engine.close("Too many attachments");
        } else if (packet.attachments() > 0) {
            incomplete = packet;
            size = packet.data().length();
            // What it holds of memory, it may not hold for ever.
            completion = tools.timer(tools.settings.pingTimeout(), () -> engine.close("Its attachments did not come"));
        } else {
            receiver.packet(packet, List.of(), text.length());
        }
    }

    void binary(InputStream bytes, int length) {
        size += length;
        if (incomplete == null) {
            engine.close("No attachment was expected");
        } else if (size > engine.mostPayload()) {
            engine.tooBig(EngineError.TOO_LARGE);
        } else {
            attachments.add(bytes);
            if (attachments.size() == incomplete.attachments()) {
                Packet packet = incomplete;
                List<InputStream> all = List.copyOf(attachments);
                forget();
                receiver.packet(packet, all, (int) size);
            }
        }
    }

    boolean awaitsAttachments() {
        return incomplete != null;
    }

    /** What has come of an incomplete packet. */
    void forget() {
        if (incomplete != null) {
            tools.vertx.cancelTimer(completion);
            incomplete = null;
            attachments.clear();
        }
    }
}
