package dev.parley.socketio;

import org.jspecify.annotations.Nullable;

/**
 * A packet of Socket.IO, protocol 5: {@code <type>[<attachments>-][<namespace>,][<id>][json]}.
 *
 * @param attachments how many binary ones follow
 * @param id of the acknowledgement that is asked for, null for none
 * @param data JSON, or empty
 */
record Packet(Type type, int attachments, String namespace, @Nullable String id, String data) {

    private static final int LONGEST_NUMBER = 15;

    enum Type {
        CONNECT,
        DISCONNECT,
        EVENT,
        ACK,
        CONNECT_ERROR,
        BINARY_EVENT,
        BINARY_ACK
    }

    /** @throws IllegalArgumentException when it is none */
    static Packet parse(String text) {
        int at = 0;
        int kind = text.isEmpty() ? -1 : text.charAt(at++) - '0';
        if (kind < 0 || kind >= Type.values().length) {
            throw new IllegalArgumentException("Unknown packet type");
        }
        Type type = Type.values()[kind];
        int attachments = 0;
        if (type == Type.BINARY_EVENT || type == Type.BINARY_ACK) {
            int end = digits(text, at);
            if (end == at || end == text.length() || text.charAt(end) != '-') {
                throw new IllegalArgumentException("Illegal attachments");
            }
            attachments = Integer.parseInt(text.substring(at, end));
            at = end + 1;
        }
        String namespace = "/";
        if (at < text.length() && text.charAt(at) == '/') {
            int end = text.indexOf(',', at);
            end = end < 0 ? text.length() : end;
            // Clients may append a query to it.
            int query = text.indexOf('?', at);
            namespace = text.substring(at, query >= 0 && query < end ? query : end);
            at = Math.min(end + 1, text.length());
        }
        int end = digits(text, at);
        return new Packet(type, attachments, namespace, end == at ? null : text.substring(at, end), text.substring(end));
    }

    private static int digits(String text, int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        if (end - from > LONGEST_NUMBER) {
            throw new IllegalArgumentException("The number is too long");
        }
        return end;
    }
}
