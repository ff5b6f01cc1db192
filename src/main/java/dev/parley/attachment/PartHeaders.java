package dev.parley.attachment;

import java.net.URLDecoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/**
 * The headers of one part of a form, and the names in them as browsers and curl write them: raw UTF-8 in quotes, in
 * which a browser writes a quote as {@code %22} and line breaks as {@code %0D%0A} (HTML, "multipart/form-data encoding
 * algorithm"), curl and older programs escape quotes and backslashes with a backslash, and some libraries send
 * {@code filename*} of RFC 8187, which then counts.
 */
record PartHeaders(String name, Optional<String> fileName, @Nullable String contentType) {

    private static final int LONGEST_BOUNDARY = 200;

    /** @param block header lines, one character for every byte */
    static PartHeaders of(String block) {
        Map<String, String> lines = lines(block);
        Map<String, String> disposition = parameters(lines.getOrDefault("content-disposition", ""));
        String name = disposition.get("name");
        if (!"form-data".equals(disposition.get("")) || name == null || name.isEmpty()) {
            throw new Refusal(Code.BAD_REQUEST, "A part of the form has no name");
        }
        return new PartHeaders(text(name), fileName(disposition), lines.get("content-type"));
    }

    /** The boundary of a form's {@code Content-Type}. */
    static byte[] boundary(@Nullable String contentType) {
        Map<String, String> parameters = parameters(contentType == null ? "" : contentType);
        if (!"multipart/form-data".equals(parameters.get(""))) {
            throw new Refusal(Code.UNSUPPORTED_MEDIA_TYPE, "A multipart/form-data body is expected");
        }
        String boundary = parameters.getOrDefault("boundary", "");
        if (boundary.isEmpty() || boundary.length() > LONGEST_BOUNDARY) {
            throw new Refusal(Code.BAD_REQUEST, "The form names no usable boundary");
        }
        return boundary.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Optional<String> fileName(Map<String, String> disposition) {
        String extended = disposition.get("filename*");
        String plain = disposition.get("filename");
        if (extended != null) {
            Optional<String> decoded = extended(extended);
            if (decoded.isPresent() || plain == null) {
                return Optional.of(storable(decoded.orElse("")));
            }
        }
        return Optional.ofNullable(plain).map(PartHeaders::text)
                .map(name -> name.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n"))
                .map(PartHeaders::storable);
    }

    /** NUL fits into no text column, and has no place in a name. */
    private static String storable(String name) {
        return name.replace('\0', '\uFFFD');
    }

    /** {@code charset'language'percent-encoded}; empty when it is none of that. */
    private static Optional<String> extended(String value) {
        String[] pieces = value.split("'", 3);
        if (pieces.length < 3) {
            return Optional.empty();
        }
        Charset charset = switch (pieces[0].toLowerCase(Locale.ROOT)) {
            case "iso-8859-1" -> StandardCharsets.ISO_8859_1;
            default -> StandardCharsets.UTF_8;
        };
        try {
            // Into bytes first, as which what is not encoded came, too.
            String bytes = URLDecoder.decode(pieces[2].replace("+", "%2B"), StandardCharsets.ISO_8859_1);
            return Optional.of(new String(bytes.getBytes(StandardCharsets.ISO_8859_1), charset));
        } catch (IllegalArgumentException noPercentEncoding) {
            return Optional.empty();
        }
    }

    private static Map<String, String> lines(String block) {
        Map<String, String> lines = new HashMap<>();
        // A line that begins with a blank continues the one before (RFC 5322, 2.2.3).
        for (String line : block.replaceAll("\r\n[ \t]+", " ").split("\r\n")) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                lines.putIfAbsent(line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        return lines;
    }

    /** The parameters of a header by their names, lower case; its first word, lower case, under the empty name. */
    private static Map<String, String> parameters(String header) {
        Map<String, String> parameters = new HashMap<>();
        int at = end(header, 0);
        parameters.put("", header.substring(0, at).strip().toLowerCase(Locale.ROOT));
        while (at < header.length()) {
            int end = end(header, at + 1);
            String parameter = header.substring(at + 1, end);
            int equals = parameter.indexOf('=');
            if (equals > 0) {
                parameters.putIfAbsent(parameter.substring(0, equals).strip().toLowerCase(Locale.ROOT),
                        unquoted(parameter.substring(equals + 1).strip()));
            }
            at = end;
        }
        return parameters;
    }

    /** Where the parameter that starts here ends: at the next semicolon outside quotes. */
    private static int end(String header, int from) {
        boolean quoted = false;
        for (int i = from; i < header.length(); i++) {
            char c = header.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '\\' && quoted) {
                i++;
            } else if (c == ';' && !quoted) {
                return i;
            }
        }
        return header.length();
    }

    /** Only quotes and backslashes are escaped in practice: {@code C:\temp} from an old browser keeps its backslash. */
    private static String unquoted(String value) {
        if (value.length() < 2 || !value.startsWith("\"") || !value.endsWith("\"")) {
            return value;
        }
        return value.substring(1, value.length() - 1).replaceAll("\\\\([\"\\\\])", "$1");
    }

    private static String text(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
