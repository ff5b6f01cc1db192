package dev.parley.problem;

import java.util.stream.Stream;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.Config;

import io.quarkus.runtime.configuration.MemorySize;

/** The largest request: ten of the largest files that any door takes, and their captions. */
@Singleton
public class BodyLimit {

    private static final long FILES = 10;
    private static final long CAPTIONS = 100L << 20;

    /** In bytes. */
    public final long bytes;

    BodyLimit(Config settings) {
        long largest = Stream.of("files.image", "files.voice", "files.video", "files.file", "doors.upload", "doors.media",
                "doors.conversations", "doors.messages")
                .mapToLong(name -> settings.getValue("parley." + name, MemorySize.class).asLongValue()).max().orElseThrow();
        bytes = FILES * largest + CAPTIONS;
    }
}
