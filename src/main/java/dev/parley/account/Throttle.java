package dev.parley.account;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

import jakarta.enterprise.context.ApplicationScoped;

import dev.parley.rate.Buckets;
import dev.parley.rate.Rates;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;

/**
 * How often one address may register or log in, how often one person may have a new token, and how often one account may
 * be guessed at. Behind a proxy the address is that of {@code X-Forwarded-For} where {@code quarkus.http.proxy.*} says so.
 */
@ApplicationScoped
class Throttle {

    private final Buckets<String> registrations;
    private final Buckets<String> logins;
    private final Buckets<Long> tokens;
    private final Buckets<String> failures;

    Throttle(AuthSettings settings) {
        registrations = new Buckets<>(settings.registrations(), settings.registrationsPer(), System::nanoTime);
        logins = new Buckets<>(settings.logins(), settings.loginsPer(), System::nanoTime);
        tokens = new Buckets<>(settings.logins(), settings.loginsPer(), System::nanoTime);
        failures = new Buckets<>(settings.failures(), settings.failuresPer(), System::nanoTime);
    }

    void registration(HttpServerRequest request) {
        Rates.admit(registrations.take(address(request)), "Too many registrations from this address");
    }

    void login(HttpServerRequest request) {
        Rates.admit(logins.take(address(request)), "Too many logins from this address");
    }

    /** Of somebody who has one: as often as one address may log in. */
    void newToken(long userId) {
        Rates.admit(tokens.take(userId), "Too many new tokens");
    }

    /** Refuses to look at another guess when this account has had its share of wrong ones; right ones do not count. */
    void guess(String account) {
        Rates.admit(failures.look(account), "Too many failed attempts");
    }

    void failed(String account) {
        failures.take(account);
    }

    /** A household has a whole /64 of IPv6 to choose addresses from, and counts as one. */
    static String address(HttpServerRequest request) {
        SocketAddress remote = request.remoteAddress();
        String host = remote == null ? null : remote.hostAddress();
        if (host == null) {
            return "unknown";
        }
        InetAddress address = InetAddress.ofLiteral(host);
        return address instanceof Inet6Address ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), 8)) : host;
    }
}
