package dev.parley.account;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

import jakarta.annotation.security.PermitAll;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;

import dev.parley.problem.Code;
import dev.parley.problem.Problem;
import dev.parley.problem.Refusal;
import dev.parley.rate.Rates;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;

@Path("/api/auth")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Accounts", description = "Registration, tokens and the caller's own profile")
@APIResponse(responseCode = "400", description = "A field is missing or not valid; `detail` says which", content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
class AuthResource {

    private final Caller caller;
    private final Users users;
    private final Tokens tokens;
    private final SignIn signIn;
    private final Throttle throttle;
    private final Rates rates;
    private final Optional<String> adminCode;

    AuthResource(Caller caller, Users users, Tokens tokens, SignIn signIn, Throttle throttle, Rates rates,
            @ConfigProperty(name = "parley.admin-code") Optional<String> adminCode) {
        this.caller = caller;
        this.users = users;
        this.tokens = tokens;
        this.signIn = signIn;
        this.throttle = throttle;
        this.rates = rates;
        this.adminCode = adminCode;
    }

    @POST
    @Path("/register")
    @PermitAll
    @ResponseStatus(201)
    @Operation(summary = "Register", description = "Makes an account and signs it in. E-mails are kept in lower case.")
    @APIResponse(responseCode = "201", description = "The new user and a token", content = @Content(schema = @Schema(implementation = SignedIn.class)))
    @APIResponse(responseCode = "404", description = "People come from another issuer")
    @APIResponse(responseCode = "409", description = "The e-mail is already registered")
    @APIResponse(responseCode = "429", description = "Too many registrations; `Retry-After` says when to try again")
    public SignedIn register(@Valid @NotNull NewAccount account, HttpServerRequest request) {
        return signedIn(signIn.register(account, request));
    }

    @POST
    @Path("/login")
    @PermitAll
    @Operation(summary = "Log in")
    @APIResponse(responseCode = "200", description = "The user and a token")
    @APIResponse(responseCode = "401", description = "Wrong e-mail or password")
    @APIResponse(responseCode = "404", description = "People come from another issuer")
    @APIResponse(responseCode = "429", description = "Too many attempts; `Retry-After` says when to try again")
    public SignedIn login(@Valid @NotNull Credentials credentials, HttpServerRequest request) {
        return signedIn(signIn.login(credentials, request));
    }

    @POST
    @Path("/refresh")
    @Consumes(MediaType.WILDCARD)
    @Authenticated
    @Operation(summary = "Renew the token", description = "Another token for the same session, which ends `parley.auth.session-lifetime` after the password was given. The token that was sent stays good until it expires.")
    @APIResponse(responseCode = "200", description = "The user and a token")
    @APIResponse(responseCode = "401", description = "Not authenticated, or the session is over: sign in again")
    @APIResponse(responseCode = "404", description = "People come from another issuer")
    @APIResponse(responseCode = "429", description = "Too many new tokens; `Retry-After` says when to try again")
    public SignedIn refresh() {
        signIn.requireOwnPeople();
        throttle.newToken(caller.id());
        return signedIn(tokens.renew(caller.token()), caller.id());
    }

    @POST
    @Path("/password")
    @Authenticated
    @Operation(summary = "Change the password", description = "Ends all sessions of the caller and begins another: all tokens issued before are void, and sockets opened with them close as if these had expired.")
    @APIResponse(responseCode = "200", description = "The user and a token")
    @APIResponse(responseCode = "401", description = "Not authenticated")
    @APIResponse(responseCode = "403", description = "The current password is wrong")
    @APIResponse(responseCode = "404", description = "People come from another issuer")
    @APIResponse(responseCode = "429", description = "Too many wrong passwords, or new tokens; `Retry-After` says when to try again")
    public SignedIn changePassword(@Valid @NotNull PasswordChange change, HttpServerRequest request) {
        SignIn.Session session;
        try {
            session = signIn.changePassword(caller.id(), change, request);
        } finally {
            // Also when it is not known whether it was committed.
            users.changed(caller.id());
        }
        return signedIn(session);
    }

    @GET
    @Path("/me")
    @Authenticated
    @Operation(summary = "The caller")
    @APIResponse(responseCode = "200", description = "The user whose token it is")
    @APIResponse(responseCode = "401", description = "Not authenticated")
    public UserView me() {
        return users.view(caller.id());
    }

    @PATCH
    @Path("/me")
    @Authenticated
    @Operation(summary = "Change name or picture", description = "What is absent stays; `avatar_url: null` removes the picture.")
    @APIResponse(responseCode = "200", description = "The user as changed")
    @APIResponse(responseCode = "401", description = "Not authenticated")
    @APIResponse(responseCode = "429", description = "Too many changes")
    public UserView change(@Valid @NotNull ProfileChange change) {
        rates.profile(caller.id());
        QuarkusTransaction.requiringNew().run(() -> {
            User user = caller.user();
            change.applyTo(user, users.picture(user));
        });
        users.changed(caller.id());
        return users.view(caller.id());
    }

    @POST
    @Path("/admin")
    @Authenticated
    @Operation(summary = "Become an admin", description = "Redeems the secret `parley.admin-code`; without one nobody can.")
    @APIResponse(responseCode = "200", description = "The caller is an admin from now on")
    @APIResponse(responseCode = "401", description = "Not authenticated")
    @APIResponse(responseCode = "403", description = "Wrong code, or none is set")
    @APIResponse(responseCode = "429", description = "Too many wrong codes")
    public UserView becomeAdmin(@Valid @NotNull AdminCode given) {
        String account = "admin " + caller.id();
        throttle.guess(account);
        if (adminCode.isEmpty() || !same(given.code, adminCode.get())) {
            throttle.failed(account);
            throw new Refusal(Code.FORBIDDEN, "Wrong code");
        }
        QuarkusTransaction.requiringNew().run(() -> caller.user().admin = true);
        users.changed(caller.id());
        return users.view(caller.id());
    }

    private SignedIn signedIn(SignIn.Session session) {
        return signedIn(tokens.issue(session), session.userId());
    }

    private SignedIn signedIn(Tokens.Issued issued, long id) {
        return new SignedIn(issued.token(), "Bearer", issued.expiresIn(), users.view(id));
    }

    private static boolean same(String given, String expected) {
        return MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8));
    }

    record AdminCode(@NotNull String code) {
    }

    /** @param expiresIn seconds */
    record SignedIn(String accessToken, String tokenType, long expiresIn, UserView user) {
    }
}
