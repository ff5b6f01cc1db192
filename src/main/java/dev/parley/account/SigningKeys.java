package dev.parley.account;

import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Base64;
import java.util.function.Supplier;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

import io.agroal.api.AgroalDataSource;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;

/**
 * The secrets that all instances share, made by whichever starts first. Tokens are signed by ES256: its keys are made in
 * no time and its signatures are a quarter of RSA's, which counts where a token travels in a URL; the dearer check is
 * paid once a minute and token, see {@link Tokens}.
 */
@ApplicationScoped
public class SigningKeys {

    private static final int URL_KEY_BYTES = 32;

    private final AgroalDataSource database;
    private final AuthSettings settings;
    private PublicJsonWebKey token;
    private byte[] url;

    SigningKeys(AgroalDataSource database, AuthSettings settings) {
        this.database = database;
        this.settings = settings;
    }

    void load(@Observes StartupEvent start) {
        byte[] jwk = settings.signingKey().map(key -> key.getBytes(StandardCharsets.UTF_8))
                .orElseGet(() -> shared("token", SigningKeys::newTokenKey));
        try {
            token = PublicJsonWebKey.Factory.newPublicJwk(new String(jwk, StandardCharsets.UTF_8));
            if (token.getPrivateKey() == null || !(token.getPublicKey() instanceof ECPublicKey key)
                    || !EllipticCurves.P256.getCurve().equals(key.getParams().getCurve())) {
                throw new JoseException("not a private key on P-256");
            }
            token.setKeyId(token.calculateBase64urlEncodedThumbprint("SHA-256"));
        } catch (JoseException e) {
            throw new ConfigurationException("parley.auth.signing-key must be a private P-256 key as JWK", e);
        }
        url = settings.urlKey().map(SigningKeys::decode).orElseGet(() -> shared("url", SigningKeys::newUrlKey));
    }

    /** The secret behind signed file URLs: 32 random bytes, or the setting's. */
    public byte[] urlKey() {
        return url.clone();
    }

    PrivateKey signing() {
        return token.getPrivateKey();
    }

    PublicKey verifying() {
        return token.getPublicKey();
    }

    String id() {
        return token.getKeyId();
    }

    /** Every instance offers a key of its own, and all take the one that came first. */
    private byte[] shared(String name, Supplier<byte[]> maker) {
        try (Connection connection = database.getConnection();
                PreparedStatement offer = connection.prepareStatement(
                        "insert into service_keys (name, value) values (?, ?) on conflict (name) do nothing");
                PreparedStatement read = connection.prepareStatement("select value from service_keys where name = ?")) {
            read.setString(1, name);
            byte[] known = value(read);
            if (known.length > 0) {
                return known;
            }
            offer.setString(1, name);
            offer.setBytes(2, maker.get());
            offer.executeUpdate();
            return value(read);
        } catch (SQLException e) {
            throw new IllegalStateException("The keys could not be read", e);
        }
    }

    private static byte[] value(PreparedStatement read) throws SQLException {
        try (ResultSet row = read.executeQuery()) {
            return row.next() ? row.getBytes(1) : new byte[0];
        }
    }

    private static byte[] newTokenKey() {
        try {
            return EcJwkGenerator.generateJwk(EllipticCurves.P256).toJson(OutputControlLevel.INCLUDE_PRIVATE)
                    .getBytes(StandardCharsets.UTF_8);
        } catch (JoseException e) {
            throw new IllegalStateException("No key could be made", e);
        }
    }

    private static byte[] newUrlKey() {
        byte[] key = new byte[URL_KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return key;
    }

    private static byte[] decode(String base64) {
        try {
            byte[] key = Base64.getDecoder().decode(base64.strip());
            if (key.length >= URL_KEY_BYTES) {
                return key;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw new ConfigurationException("parley.auth.url-key must be at least 32 bytes in base64");
    }
}
