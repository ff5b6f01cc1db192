package dev.parley.account;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;

import org.eclipse.microprofile.config.Config;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.UnresolvableKeyException;
import org.jspecify.annotations.Nullable;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.KeyLocationResolver;

/**
 * The issuer whom the standard {@code mp.jwt.verify.*} settings name, if they name one. Looked up at run time, so that
 * one binary serves both ways.
 */
@ApplicationScoped
class OtherIssuer {

    private final Instance<JWTAuthContextInfo> settings;
    private final boolean configured;
    private final String name;
    private final Set<String> audiences;
    private @Nullable VerificationKeyResolver keys;

    OtherIssuer(Config config, Instance<JWTAuthContextInfo> settings) {
        this.settings = settings;
        this.configured = Stream
                .of("mp.jwt.verify.publickey", "mp.jwt.verify.publickey.location", "smallrye.jwt.verify.key.location")
                .anyMatch(setting -> text(config, setting).isPresent());
        this.name = text(config, "mp.jwt.verify.issuer").orElse("");
        this.audiences = new TreeSet<>();
        text(config, "mp.jwt.verify.audiences").map(list -> list.split(",")).stream().flatMap(Arrays::stream)
                .map(String::strip).filter(audience -> !audience.isEmpty()).forEach(audiences::add);
    }

    boolean isConfigured() {
        return configured;
    }

    /** A key alone would accept whatever that issuer signs for anyone. */
    void requireComplete() {
        if (configured && (name.isEmpty() || audiences.isEmpty())) {
            throw new ConfigurationException("A key of another issuer is set: mp.jwt.verify.issuer and"
                    + " mp.jwt.verify.audiences must be set as well");
        }
        if (configured && algorithms().length == 0) {
            throw new ConfigurationException("mp.jwt.verify.publickey.algorithm must name an asymmetric algorithm");
        }
    }

    String name() {
        return name;
    }

    String[] audiences() {
        return audiences.toArray(String[]::new);
    }

    /** Never a symmetric one: a public key must not serve as a secret. */
    String[] algorithms() {
        return settings.get().getSignatureAlgorithm().stream().map(SignatureAlgorithm::getAlgorithm)
                .filter(algorithm -> !algorithm.startsWith("HS")).toArray(String[]::new);
    }

    /** Made when the first token comes, and again while that fails: an issuer that is down does not stop a start. */
    synchronized VerificationKeyResolver keys() throws UnresolvableKeyException {
        if (keys == null) {
            keys = new KeyLocationResolver(settings.get());
        }
        return keys;
    }

    /** A picture is only ever a web address: it ends in everyone's {@code <img>}. */
    static @Nullable String picture(@Nullable Object claim) {
        return claim instanceof String url && WebAddress.isValid(url) ? url : null;
    }

    private static Optional<String> text(Config config, String setting) {
        return config.getOptionalValue(setting, String.class).map(String::strip)
                .filter(value -> !value.isEmpty() && !value.equals("NONE"));
    }
}
