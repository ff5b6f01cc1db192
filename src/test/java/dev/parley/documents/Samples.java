package dev.parley.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.parley.testsupport.SampleFiles;
import dev.parley.testsupport.Tools;

/** Files of exactly the sizes and lengths that the documents speak of, and what comes back of them. */
final class Samples {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private Samples() {
    }

    /** A picture of this many bytes: zeros before the end marker, which decoders pass over. */
    static byte[] jpeg(int size) {
        byte[] photo = bytes(SampleFiles.get("photo.jpg"));
        byte[] longer = Arrays.copyOf(Arrays.copyOf(photo, photo.length - 2), size);
        longer[size - 2] = (byte) 0xff;
        longer[size - 1] = (byte) 0xd9;
        return longer;
    }

    /** A video of this many bytes; the last of them are a box of nothing (ISO 14496-12, 8.1.2). */
    static byte[] mp4(int size) {
        byte[] video = bytes(SampleFiles.get("start.mp4"));
        byte[] longer = Arrays.copyOf(video, size);
        ByteBuffer.wrap(longer, video.length, 8).putInt(size - video.length).put(new byte[] { 'f', 'r', 'e', 'e' });
        return longer;
    }

    /** Document 004's voice message: 512,000 bytes, of which 1,250 frames of 24 ms and the rest a long empty title. */
    static byte[] mp3OfThirtySeconds() {
        Path dir = SampleFiles.get("photo.jpg").getParent();
        Path made = dir.resolve("thirty.mp3");
        if (!Files.exists(made)) {
            Tools.require("ffmpeg", "apt-get install ffmpeg");
            Tools.run(dir, "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=frequency=440:duration=31", "-ar", "48000",
                    "-c:a", "libmp3lame", "-b:a", "128k", "-write_xing", "0", "-id3v2_version", "0", "-y", made.toString());
        }
        byte[] frames = Arrays.copyOf(bytes(made), 1250 * 384);
        byte[] voice = new byte[512_000];
        int tag = voice.length - frames.length - 10;
        ByteBuffer.wrap(voice).put(new byte[] { 'I', 'D', '3', 3, 0, 0, 0, (byte) (tag >> 14), (byte) (tag >> 7 & 127),
                (byte) (tag & 127), 'T', 'I', 'T', '2' }).putInt(tag - 10);
        System.arraycopy(frames, 0, voice, voice.length - frames.length, frames.length);
        return voice;
    }

    static String base64(byte[] file) {
        return Base64.getEncoder().encodeToString(file);
    }

    static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode json(byte[] text) {
        return json(new String(text, StandardCharsets.UTF_8));
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    /** What a page's script returned. */
    static JsonNode json(Object value) {
        return JSON.valueToTree(value);
    }

    /** What a URL yields with no header, as an img element loads it. */
    static byte[] fetch(String url) {
        try {
            HttpResponse<byte[]> answer = HTTP.send(HttpRequest.newBuilder(URI.create(url)).build(),
                    BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new AssertionError(url + " answered " + answer.statusCode());
            }
            return answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
