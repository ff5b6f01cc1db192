package dev.parley.attachment;

import java.util.OptionalLong;
import java.util.UUID;

import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.preview.Preview;
import dev.parley.attachment.preview.PreviewSize;
import dev.parley.attachment.preview.Previews;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.room.RoomAccess;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.narayana.jta.QuarkusTransaction;

/** Hands a file's bytes to somebody who may see them now, whichever route they came by. */
@Singleton
public class FileServing {

    private final RoomAccess access;
    private final MessageRooms messages;
    private final Downloads downloads;
    private final Previews previews;
    private final Counter served;

    FileServing(RoomAccess access, MessageRooms messages, Downloads downloads, Previews previews, MeterRegistry metrics) {
        this.access = access;
        this.messages = messages;
        this.downloads = downloads;
        this.previews = previews;
        this.served = Counter.builder("parley.files.served").baseUnit("bytes")
                .description("Bytes of files whose sending was begun")
                .register(metrics);
    }

    /**
     * As {@link Downloads#answer} does.
     *
     * @throws Refusal {@link Code#FILE_NOT_FOUND} also for what this user may not see
     */
    public Response serve(UUID id, long viewer, Request request, HttpHeaders headers) {
        return answer(Download.of(visible(id, viewer)), request, headers);
    }

    /** The same of a smaller picture of it, for exactly those who may have the file itself. */
    public Response servePreview(UUID id, PreviewSize size, long viewer, Request request, HttpHeaders headers) {
        Download file = Download.of(visible(id, viewer));
        Preview preview = previews.find(id, size).orElseThrow(() -> new Refusal(Code.FILE_NOT_FOUND));
        return answer(file.as(preview), request, headers);
    }

    private Response answer(Download file, Request request, HttpHeaders headers) {
        Response answer = downloads.answer(file, request, headers);
        if (answer.hasEntity() && answer.getStatus() < 300) {
            served.increment(Long.parseLong(answer.getHeaderString(HttpHeaders.CONTENT_LENGTH)));
        }
        return answer;
    }

    private Attachment visible(UUID id, long viewer) {
        Attachment file = QuarkusTransaction.requiringNew().call(() -> Attachment.findById(id));
        requireVisible(file, viewer);
        return file;
    }

    private void requireVisible(@Nullable Attachment file, long viewer) {
        if (file == null || file.state.equals(Attachment.DELETED)) {
            throw new Refusal(Code.FILE_NOT_FOUND);
        }
        if (file.state.equals(Attachment.READY) && file.ownerId == viewer) {
            return;
        }
        OptionalLong room = file.state.equals(Attachment.BOUND) && file.messageId != null ? messages.roomOf(file.messageId)
                : OptionalLong.empty();
        if (room.isEmpty()) {
            throw new Refusal(Code.FILE_NOT_FOUND);
        }
        try {
            access.requireMember(viewer, room.getAsLong());
        } catch (Refusal refusal) {
            throw refusal.code == Code.ROOM_NOT_FOUND ? new Refusal(Code.FILE_NOT_FOUND) : refusal;
        }
    }
}
