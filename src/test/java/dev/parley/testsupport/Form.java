package dev.parley.testsupport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A {@code multipart/form-data} body as a browser sends it: fields and files in the order in which they were added. */
public final class Form {

    private static final String BOUNDARY = "----parley";
    public static final String TYPE = "multipart/form-data; boundary=" + BOUNDARY;

    private final List<byte[]> pieces = new ArrayList<>();

    public Form field(String name, Object value) {
        return part("Content-Disposition: form-data; name=\"" + name + "\"\r\n", utf8(value.toString()));
    }

    /** A sample file under its own name. */
    public Form file(Path file) {
        try {
            return file(file.getFileName().toString(), Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file in the field {@code files}, with its name written as browsers do. */
    public Form file(String name, byte[] content) {
        return file(utf8(name.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A")), content);
    }

    /** A file in a field of this name. */
    public Form file(String field, String name, byte[] content) {
        return file(field, utf8(name), content);
    }

    /** A file whose name is these bytes, right or wrong. */
    public Form file(byte[] name, byte[] content) {
        return file("files", name, content);
    }

    private Form file(String field, byte[] name, byte[] content) {
        pieces.add(utf8("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + field + "\"; filename=\""));
        pieces.add(name);
        pieces.add(utf8("\"\r\nContent-Type: text/html\r\n\r\n"));
        pieces.add(content);
        pieces.add(utf8("\r\n"));
        return this;
    }

    public BodyPublisher body() {
        return BodyPublishers.ofByteArrays(whole());
    }

    public byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        whole().forEach(bytes::writeBytes);
        return bytes.toByteArray();
    }

    private List<byte[]> whole() {
        List<byte[]> whole = new ArrayList<>(pieces);
        whole.add(utf8("--" + BOUNDARY + "--\r\n"));
        return whole;
    }

    private Form part(String headers, byte[] content) {
        pieces.add(utf8("--" + BOUNDARY + "\r\n" + headers + "\r\n"));
        pieces.add(content);
        pieces.add(utf8("\r\n"));
        return this;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
