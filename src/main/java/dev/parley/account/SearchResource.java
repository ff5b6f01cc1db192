package dev.parley.account;

import java.util.Collection;
import java.util.List;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

import dev.parley.problem.Input;
import dev.parley.rate.InTurn;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;

@Path("/api/chat/search-users")
@Produces(MediaType.APPLICATION_JSON)
@Authenticated
@RunOnVirtualThread
@Tag(name = "Accounts")
class SearchResource {

    private static final int DEFAULT_LIMIT = 20;
    private static final int MAX_LIMIT = 100;

    private final Caller caller;
    private final Users users;

    SearchResource(Caller caller, Users users) {
        this.caller = caller;
        this.users = users;
    }

    @GET
    @InTurn
    @Operation(summary = "Find people", description = "Those whose e-mail or name contains the text, whatever its case; never the caller. An exact e-mail comes first, then by name.")
    @APIResponse(responseCode = "200", description = "The first `limit` of them; `total` counts all")
    @APIResponse(responseCode = "400", description = "`limit` is not a number from 1 to 100")
    @APIResponse(responseCode = "401", description = "Not authenticated")
    @APIResponse(responseCode = "429", description = "Too much at once")
    public Found search(@Parameter(description = "Part of an e-mail or a name") @RestQuery @Nullable String email,
            @Parameter(schema = @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "100", defaultValue = "20")) @RestQuery @Nullable String limit) {
        String text = Input.storable("email", email == null ? "" : email.strip());
        int most = (int) Input.number("limit", limit, DEFAULT_LIMIT, 1, MAX_LIMIT);
        User.Matches matches = QuarkusTransaction.requiringNew().call(() -> User.search(text, caller.id(), most));
        return new Found(users.views(matches.ids()).values(), matches.total());
    }

    /** @param total how many there are, which may be more than are shown */
    record Found(Collection<UserView> users, long total) {

        Found {
            users = List.copyOf(users);
        }
    }
}
