package dev.parley.attachment.jobs;

import java.util.Locale;
import java.util.Optional;

import dev.parley.attachment.FileType;

/** What can be done about a file. An instance takes only what it has the means for. */
public enum JobKind {
    /** Ask the virus scanner. */
    SCAN,
    /** Make previews of an image, of a frame of a video, of the first page of a PDF. */
    IMAGE,
    VIDEO,
    PDF;

    /** As in the database: lower case. */
    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** How previews of a type are made; empty when there are none of it. */
    public static Optional<JobKind> previewOf(FileType type) {
        return switch (type.kind) {
            case IMAGE -> Optional.of(IMAGE);
            case VIDEO -> Optional.of(VIDEO);
            case VOICE -> Optional.empty();
            case FILE -> type == FileType.PDF ? Optional.of(PDF) : Optional.empty();
        };
    }
}
