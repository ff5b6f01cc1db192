package dev.parley.attachment;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/**
 * A form whose files were stored as they arrived and whose fields may stand before or behind them. Closed before
 * somebody said {@link #keep}, it takes the files back.
 */
public final class UploadForm implements AutoCloseable {

    private final List<Attachment> files = new ArrayList<>();
    private final List<String> fingerprints = new ArrayList<>();
    private final Map<String, List<String>> fields = new HashMap<>();
    private final Uploads uploads;
    private boolean kept;

    private UploadForm(Uploads uploads) {
        this.uploads = uploads;
    }

    /**
     * Reads a request to its end.
     *
     * @param most how many files it may have
     * @throws Refusal what {@link Multipart#read} and {@link Uploads#receive} throw, for too many files, and for too many
     *         uploads at once; nothing is kept then
     */
    public static UploadForm read(long ownerId, Uploads uploads, Allowance allowed, int most, @Nullable String contentType,
            InputStream body) {
        UploadForm form = new UploadForm(uploads);
        Arrivals.Arrival arrival = uploads.begin(ownerId);
        try {
            // Each file has its own limit; that of the whole is the transport's.
            Multipart.read(contentType, body, Long.MAX_VALUE, new Multipart.Parts() {

                @Override
                public void field(String name, String value) {
                    form.fields.computeIfAbsent(name, first -> new ArrayList<>()).add(value);
                }

                @Override
                public void file(Multipart.FilePart file) {
                    if (form.files.size() == most) {
                        throw most == 1 ? new Refusal(Code.BAD_REQUEST, "One file at a time")
                                : new Refusal(Code.TOO_MANY_FILES);
                    }
                    Summed bytes = new Summed(file.content());
                    Attachment stored = uploads.receive(ownerId, bytes, file.name(), null, allowed);
                    form.files.add(stored);
                    form.fingerprints.add(bytes.fingerprint(stored));
                }
            });
        } catch (RuntimeException e) {
            form.close();
            throw e;
        } finally {
            arrival.close();
        }
        return form;
    }

    public List<Attachment> files() {
        return files;
    }

    /** @throws Refusal {@link Code#BAD_REQUEST} when none was sent */
    public Attachment file() {
        if (files.isEmpty()) {
            throw new Refusal(Code.BAD_REQUEST, "file is missing");
        }
        return files.get(0);
    }

    public List<UUID> ids() {
        return files.stream().map(file -> file.id).toList();
    }

    /** What tells the files apart in a retry. */
    public List<String> fingerprints() {
        return fingerprints;
    }

    /** A field's value, of several the last; null when it was not sent, or left empty. */
    public @Nullable String field(String name) {
        List<String> values = fields.getOrDefault(name, List.of(""));
        return values.getLast().isEmpty() ? null : values.getLast();
    }

    /** The values of a field that may be sent several times, but for empty ones. */
    public List<String> all(String name) {
        return fields.getOrDefault(name, List.of()).stream().filter(value -> !value.isEmpty()).toList();
    }

    /** The files belong to somebody from now on. */
    public void keep() {
        kept = true;
    }

    @Override
    public void close() {
        if (!kept) {
            uploads.discard(ids());
        }
    }
}
