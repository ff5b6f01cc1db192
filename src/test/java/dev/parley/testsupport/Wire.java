package dev.parley.testsupport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

/**
 * An answer as it came over the wire, to a request that was sent byte for byte: no client library tidies the path up,
 * forbids a method or corrects a length.
 *
 * @param status 0 when the server closed without an answer
 */
public record Wire(int status, String head, String body) {

    private static final int PATIENCE_MILLIS = 10_000;
    private static final Pattern LENGTH = Pattern.compile("(?i)\\r\\ncontent-length: (\\d+)");

    /** One request over a connection of its own. */
    public static Wire call(URI base, String method, String target, @Nullable String token, @Nullable String type,
            byte @Nullable [] body) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (token != null) {
            headers.put("Authorization", "Bearer " + token);
        }
        if (body != null) {
            if (type != null) {
                headers.put("Content-Type", type);
            }
            headers.put("Content-Length", Integer.toString(body.length));
        }
        return call(base, method, target, headers, body);
    }

    public static Wire call(URI base, String method, String target, Map<String, String> headers, byte @Nullable [] body) {
        StringBuilder head = new StringBuilder(method).append(' ').append(target).append(" HTTP/1.1\r\nHost: ")
                .append(base.getAuthority()).append("\r\n");
        if (!headers.containsKey("Connection")) {
            head.append("Connection: close\r\n");
        }
        headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return raw(base, head.append("\r\n").toString(), body);
    }

    /** Asks for a socket, with these headers beside those of the handshake; 101 says that it was opened. */
    public static Wire handshake(URI base, String target, Map<String, String> more) {
        Map<String, String> headers = new LinkedHashMap<>(Map.of("Connection", "Upgrade", "Upgrade", "websocket",
                "Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="));
        headers.putAll(more);
        return call(base, "GET", target, headers, null);
    }

    /** Any bytes; the answer is what came before the server closed, or before a socket's handshake was over. */
    public static Wire raw(URI base, String head, byte @Nullable [] body) {
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            OutputStream out = socket.getOutputStream();
            try {
                out.write(head.getBytes(StandardCharsets.ISO_8859_1));
                if (body != null) {
                    out.write(body);
                }
                out.flush();
            } catch (SocketException refusedBeforeItWasSent) {
                // The answer may be there all the same.
            }
            return parse(read(socket.getInputStream()));
        } catch (IOException failure) {
            throw new UncheckedIOException(head, failure);
        }
    }

    private static String read(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] some = new byte[65_536];
        try {
            int count;
            while ((count = in.read(some)) >= 0) {
                all.write(some, 0, count);
                if (isWhole(all)) {
                    break;
                }
            }
        } catch (SocketException reset) {
            // What came before counts.
        } catch (SocketTimeoutException silence) {
            throw new IOException("Only this came: " + all.toString(StandardCharsets.UTF_8), silence);
        }
        // A byte a character, since a chunk may end within a character.
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    /** Whether nothing more can come, though the connection is kept: after an upgrade, or the length that was said. */
    private static boolean isWhole(ByteArrayOutputStream all) {
        String answer = all.toString(StandardCharsets.ISO_8859_1);
        int end = answer.indexOf("\r\n\r\n");
        if (end < 0) {
            return false;
        }
        Matcher length = LENGTH.matcher(answer.substring(0, end));
        return answer.startsWith("HTTP/1.1 101")
                || length.find() && answer.length() >= end + 4 + Integer.parseInt(length.group(1));
    }

    private static Wire parse(String answer) {
        if (!answer.startsWith("HTTP/1.")) {
            return new Wire(0, text(answer), "");
        }
        int end = answer.indexOf("\r\n\r\n");
        String head = end < 0 ? answer : answer.substring(0, end);
        String body = end < 0 ? "" : answer.substring(end + 4);
        if (head.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked")) {
            body = unchunk(body);
        }
        return new Wire(Integer.parseInt(answer.substring(9, 12)), text(head), text(body));
    }

    private static String unchunk(String body) {
        StringBuilder whole = new StringBuilder();
        int at = 0;
        while (at < body.length()) {
            int line = body.indexOf('\r', at);
            int size = Integer.parseInt(body.substring(at, line < 0 ? body.length() : line).trim(), 16);
            if (size == 0 || line + 2 + size > body.length()) {
                break;
            }
            whole.append(body, line + 2, line + 2 + size);
            at = line + 2 + size + 2;
        }
        return whole.toString();
    }

    private static String text(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** Missing node when it is not JSON. */
    public JsonNode json() {
        try {
            return body.isBlank() ? MissingNode.getInstance() : Person.JSON.readTree(body);
        } catch (JsonProcessingException notJson) {
            return MissingNode.getInstance();
        }
    }

    /** The whole answer, to look for what must not be in it. */
    public String everything() {
        return head + "\n" + body;
    }
}
