package dev.parley.message;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

import dev.parley.attachment.FileLimits;
import dev.parley.attachment.FileType;
import dev.parley.attachment.Kind;
import dev.parley.problem.SocketLimits;
import io.quarkus.security.Authenticated;

@Path("/api/chat/config")
@Authenticated
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Messages")
class ConfigResource {

    private final FileLimits limits;
    private final SocketLimits sockets;

    ConfigResource(FileLimits limits, SocketLimits sockets) {
        this.limits = limits;
        this.sockets = sockets;
    }

    /** @param maxSize bytes */
    record KindLimits(long maxSize, List<String> types) {
    }

    /**
     * @param maxMessageLength code points
     * @param maxFrameSize bytes of a socket's frame; larger files go by HTTP
     * @param kinds what a file of each kind may be
     */
    record Limits(int maxMessageLength, int maxFilesPerMessage, long maxFrameSize, int defaultPageSize, int maxPageSize,
            List<String> messageTypes, Map<String, KindLimits> kinds) {
    }

    @GET
    @Operation(summary = "What a client needs to validate before it sends", description = "Limits, kinds, types, page sizes")
    public Limits config() {
        Map<String, KindLimits> kinds = new LinkedHashMap<>();
        for (Kind kind : Kind.values()) {
            kinds.put(kind.id(), new KindLimits(limits.allowance().of(kind), FileType.mimes(kind)));
        }
        return new Limits(Draft.MOST_CHARACTERS, Draft.MOST_FILES, sockets.frame, History.DEFAULT_PAGE,
                History.LARGEST_PAGE, Arrays.stream(MessageType.values()).map(MessageType::id).toList(), kinds);
    }
}
