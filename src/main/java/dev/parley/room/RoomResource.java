package dev.parley.room;

import java.util.List;
import java.util.Optional;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

import dev.parley.account.Caller;
import dev.parley.problem.Code;
import dev.parley.problem.Input;
import dev.parley.problem.Refusal;
import dev.parley.rate.InTurn;
import dev.parley.rate.Rates;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;

@Path("/api/chat/rooms")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Rooms")
class RoomResource {

    /** Code points. */
    private static final int LONGEST_NAME = 255;

    private final Caller caller;
    private final Rooms rooms;
    private final RoomReader reader;
    private final RoomAccess access;
    private final Rates rates;
    private final RoomViews views;
    private final Writer writer;
    private final Viewers viewers;
    private final RoomLimits limits;

    RoomResource(Caller caller, Rooms rooms, RoomReader reader, RoomAccess access, Rates rates, RoomViews views, Writer writer,
            Viewers viewers,
            RoomLimits limits) {
        this.caller = caller;
        this.rooms = rooms;
        this.reader = reader;
        this.access = access;
        this.rates = rates;
        this.views = views;
        this.writer = writer;
        this.viewers = viewers;
        this.limits = limits;
    }

    /** Either {@code receiver_id}, for a direct room, or {@code name} and {@code member_ids}, for a group. */
    record NewRoom(@Nullable Long receiverId, @Nullable String name, @Nullable List<@NotNull Long> memberIds) {
    }

    /**
     * What an admin wants to change; what is absent stays.
     *
     * @param retentionDays JSON null: as long as the service does
     */
    record RoomChange(@Nullable String name, @Nullable Optional<@Min(1) @Max(36_500) Integer> retentionDays) {
    }

    record NewMembers(@NotEmpty List<@NotNull Long> userIds) {
    }

    record RoomList(List<RoomView> rooms, int total) {
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Open a room", description = "With receiver_id: the direct room of the two, made once. "
            + "With name and member_ids: a new group, whose admin is its creator.")
    @APIResponse(responseCode = "201", description = "Made", content = @Content(schema = @Schema(implementation = RoomView.class)))
    @APIResponse(responseCode = "200", description = "The direct room was there already", content = @Content(schema = @Schema(implementation = RoomView.class)))
    @APIResponse(responseCode = "404", description = "User not found")
    @APIResponse(responseCode = "429", description = "Too many new and changed rooms")
    public Response open(@Valid @NotNull NewRoom room) {
        if ((room.receiverId == null) == (room.name == null)) {
            throw new Refusal(Code.BAD_REQUEST, "Give receiver_id for a direct room, or name and member_ids for a group");
        }
        Rooms.Opened opened;
        if (room.receiverId != null) {
            opened = rooms.openDirect(caller.id(), room.receiverId);
        } else {
            List<Long> members = room.memberIds == null ? List.of() : room.memberIds;
            requireAtMost(limits.maxMembers() - 1, members);
            opened = rooms.openGroup(caller.id(), Input.line("name", room.name, LONGEST_NAME), members);
        }
        return Response.status(opened.made() ? 201 : 200).entity(one(opened.roomId())).build();
    }

    @GET
    @InTurn
    @Operation(summary = "My rooms", description = "Newest activity first, each with its members, last_message and unread_count")
    @APIResponse(responseCode = "429", description = "Too much at once")
    @APIResponseSchema(RoomList.class)
    public RoomList list() {
        List<RoomView> mine = views.of(viewers.of(caller.id()));
        return new RoomList(mine, mine.size());
    }

    @GET
    @Path("{id}")
    @Operation(summary = "One room")
    @APIResponse(responseCode = "404", description = "Room not found")
    @APIResponseSchema(RoomView.class)
    public RoomView one(long id) {
        return views.one(viewers.of(caller.id()), id);
    }

    @PATCH
    @Path("{id}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Rename a group, or say how long it keeps its messages", description = "For its admins. After "
            + "retention_days, and after those of the service if these are fewer, messages are deleted, pinned ones too; "
            + "null takes the room's own limit away.")
    @APIResponse(responseCode = "403", description = "Only an admin of the room may do this")
    @APIResponse(responseCode = "404", description = "Room not found")
    @APIResponse(responseCode = "429", description = "Too many new and changed rooms")
    @APIResponseSchema(RoomView.class)
    public RoomView change(long id, @Valid @NotNull RoomChange change) {
        if (change.name == null && change.retentionDays == null) {
            throw new Refusal(Code.BAD_REQUEST, "Give a name or retention_days");
        }
        rates.room(caller.id());
        String name = change.name == null ? null : Input.line("name", change.name, LONGEST_NAME);
        Answers.await(writer.submit(
                new MemberChange.Settings(id, caller.id(), name, change.retentionDays, reader)));
        return one(id);
    }

    @POST
    @Path("{id}/members")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Add people to a group", description = "For its admins. They see the whole history and start with nothing unread.")
    @APIResponse(responseCode = "403", description = "Only an admin of the room may do this")
    @APIResponse(responseCode = "404", description = "Room not found, or User not found")
    @APIResponse(responseCode = "429", description = "Too many new and changed rooms")
    @APIResponseSchema(RoomView.class)
    public RoomView add(long id, @Valid @NotNull NewMembers members) {
        rates.room(caller.id());
        // The room first: to a stranger it does not exist, whatever else is wrong.
        access.requireMember(caller.id(), id);
        requireAtMost(limits.maxMembers(), members.userIds);
        rooms.requireUsers(members.userIds);
        rates.members(caller.id(), members.userIds.size());
        long[] added = members.userIds.stream().mapToLong(Long::longValue).toArray();
        Answers.await(writer.submit(new MemberChange.Add(id, caller.id(), added, limits.maxMembers(), reader)));
        return one(id);
    }

    /** Before they are looked up. Whether all have room is known when the room is locked. */
    private void requireAtMost(int most, List<Long> people) {
        if (people.size() > most) {
            throw new Refusal(Code.BAD_REQUEST, "A room has " + limits.maxMembers() + " members at most");
        }
    }

    @DELETE
    @Path("{id}/members/{userId}")
    @Operation(summary = "Remove somebody from a group, or leave it", description = "Admins remove anyone; anyone may leave.")
    @APIResponse(responseCode = "204", description = "Done")
    @APIResponse(responseCode = "403", description = "Only an admin of the room may do this")
    @APIResponse(responseCode = "404", description = "Room not found, or User not found")
    @APIResponse(responseCode = "429", description = "Too many new and changed rooms")
    public void remove(long id, long userId) {
        rates.room(caller.id());
        Answers.await(writer.submit(new MemberChange.Remove(id, caller.id(), userId, reader)));
    }
}
