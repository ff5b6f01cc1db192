package dev.parley.relay;

import java.sql.SQLException;
import java.util.Collection;
import java.util.stream.LongStream;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

import dev.parley.account.Caller;
import dev.parley.account.UserView;
import dev.parley.account.Users;
import dev.parley.problem.Outage;
import dev.parley.rate.InTurn;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;

@Path("/api/chat/online-users")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "People")
class OnlineResource {

    private final Caller caller;
    private final OnlineUsers online;
    private final Sightings sightings;
    private final Users users;

    OnlineResource(Caller caller, OnlineUsers online, Sightings sightings, Users users) {
        this.caller = caller;
        this.online = online;
        this.sightings = sightings;
        this.users = users;
    }

    record Online(Collection<UserView> users, int total) {
    }

    @GET
    @InTurn
    @Operation(summary = "Who is online", description = "Of those the caller shares a room with")
    @APIResponse(responseCode = "429", description = "Too much at once")
    @APIResponseSchema(Online.class)
    public Online online() {
        try {
            Collection<UserView> there = users.views(
                    LongStream.of(sightings.neighbours(caller.id())).filter(online::isOnline).boxed().toList()).values();
            return new Online(there, there.size());
        } catch (SQLException e) {
            throw Outage.of(e);
        }
    }
}
