package dev.parley.account;

import jakarta.enterprise.context.ApplicationScoped;

import org.jspecify.annotations.Nullable;

import dev.parley.problem.Refusal;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.TokenAuthenticationRequest;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;

/** Asks {@link Tokens} about every bearer token, before and instead of smallrye-jwt's own provider. */
@ApplicationScoped
class BearerIdentity implements IdentityProvider<TokenAuthenticationRequest> {

    private final Tokens tokens;

    BearerIdentity(Tokens tokens) {
        this.tokens = tokens;
    }

    @Override
    public int priority() {
        return IdentityProvider.super.priority() + 1_000;
    }

    @Override
    public Class<TokenAuthenticationRequest> getRequestType() {
        return TokenAuthenticationRequest.class;
    }

    /** Never answers with nothing: the next provider would then be asked. */
    @Override
    public Uni<SecurityIdentity> authenticate(TokenAuthenticationRequest request, AuthenticationRequestContext context) {
        String token = request.getToken().getToken();
        Tokens.@Nullable Verified remembered = tokens.remembered(token);
        return remembered != null ? Uni.createFrom().item(identity(remembered))
                : context.runBlocking(() -> identity(verify(token)));
    }

    private Tokens.Verified verify(String token) {
        try {
            return tokens.verify(token);
        } catch (Refusal refusal) {
            throw new AuthenticationFailedException(refusal);
        }
    }

    private static SecurityIdentity identity(Tokens.Verified verified) {
        QuarkusSecurityIdentity.Builder identity = QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(Long.toString(verified.userId()))).addAttribute(Caller.TOKEN, verified);
        if (verified.admin()) {
            identity.addRole(Caller.ADMIN);
        }
        return identity.build();
    }
}
