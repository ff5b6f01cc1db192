package dev.parley.message;

import java.util.List;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

import dev.parley.account.Caller;
import dev.parley.room.RoomAccess;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;

@Path("/api/chat/unread-count")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Messages")
class UnreadResource {

    private final Caller caller;
    private final RoomAccess access;

    UnreadResource(Caller caller, RoomAccess access) {
        this.caller = caller;
        this.access = access;
    }

    /** @param rooms those with something unread */
    record Unread(long unreadCount, List<RoomAccess.UnreadRoom> rooms) {
    }

    @GET
    @Operation(summary = "Unread messages", description = "In all, and a room. One's own messages are never unread.")
    public Unread unread() {
        List<RoomAccess.UnreadRoom> rooms = access.unread(caller.id());
        return new Unread(rooms.stream().mapToLong(RoomAccess.UnreadRoom::unreadCount).sum(), rooms);
    }
}
