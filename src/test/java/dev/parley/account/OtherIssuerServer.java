package dev.parley.account;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;

import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.lang.JoseException;

import com.sun.net.httpserver.HttpServer;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;

/** An issuer of another make: its keys behind a URL, its tokens shaped as Keycloak and others shape theirs. */
public class OtherIssuerServer implements QuarkusTestResourceLifecycleManager {

    static final String NAME = "https://issuer.example/realms/one";
    private static RsaJsonWebKey key;
    private HttpServer server;

    @Override
    public Map<String, String> start() {
        try {
            key = RsaJwkGenerator.generateJwk(2048);
            key.setKeyId("one");
            byte[] keys = new JsonWebKeySet(key).toJson().getBytes(StandardCharsets.UTF_8);
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/jwks", exchange -> {
                exchange.sendResponseHeaders(200, keys.length);
                exchange.getResponseBody().write(keys);
                exchange.close();
            });
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
        return Map.of("mp.jwt.verify.publickey.location",
                "http://127.0.0.1:" + server.getAddress().getPort() + "/jwks", "mp.jwt.verify.issuer", NAME,
                "mp.jwt.verify.audiences", "chat,other");
    }

    static String token(String subject, Consumer<JsonWebSignature> header, Consumer<JwtClaims> change) {
        try {
            JwtClaims claims = new JwtClaims();
            claims.setIssuer(NAME);
            claims.setAudience("chat");
            claims.setSubject(subject);
            claims.setIssuedAtToNow();
            claims.setExpirationTimeMinutesInTheFuture(5);
            change.accept(claims);
            JsonWebSignature token = new JsonWebSignature();
            token.setPayload(claims.toJson());
            token.setAlgorithmHeaderValue("RS256");
            token.setKeyIdHeaderValue("one");
            token.setHeader("typ", "JWT");
            token.setKey(key.getPrivateKey());
            header.accept(token);
            return token.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    static String token(String subject, Consumer<JwtClaims> change) {
        return token(subject, header -> {
        }, change);
    }

    @Override
    public void stop() {
        server.stop(0);
    }
}
