package dev.parley.account;

import java.time.Duration;
import java.util.stream.Stream;

import jakarta.enterprise.context.ApplicationScoped;

import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jspecify.annotations.Nullable;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import dev.parley.problem.Input;
import dev.parley.problem.Refusal;
import io.quarkus.narayana.jta.QuarkusTransaction;

/** The people of another issuer, made from their claims when they first come. The e-mail is shown, never compared. */
@ApplicationScoped
class OthersPeople {

    private static final int MAX_SUBJECT = 255;

    private record Subject(String issuer, String subject) {
    }

    private final Cache<Subject, Long> ids = Caffeine.newBuilder().maximumSize(50_000)
            .expireAfterWrite(Duration.ofMinutes(10)).build();

    long idOf(String issuer, JwtClaims claims) throws MalformedClaimException {
        String subject = claims.getSubject();
        if (subject.isEmpty() || subject.length() > MAX_SUBJECT || subject.indexOf(0) >= 0) {
            throw new MalformedClaimException("sub");
        }
        Long known = ids.get(new Subject(issuer, subject), missing -> find(missing, claims));
        return known;
    }

    private static Long find(Subject person, JwtClaims claims) {
        return QuarkusTransaction.requiringNew().call(() -> {
            Long id = User.findId(person.issuer(), person.subject());
            return id != null ? id
                    : User.ofIssuer(person.issuer(), person.subject(), email(claims), name(claims),
                            OtherIssuer.picture(claims.getClaimValue("picture")));
        });
    }

    private static String email(JwtClaims claims) {
        String email = line(claims.getClaimValue("email"), EmailAddress.MAX_LENGTH);
        return email == null ? "" : email.toLowerCase(java.util.Locale.ROOT);
    }

    private static String name(JwtClaims claims) {
        return Stream.of("name", "preferred_username", "nickname", "email", "sub")
                .map(claim -> line(claims.getClaimValue(claim), NewAccount.MAX_NAME)).filter(java.util.Objects::nonNull)
                .findFirst().orElse("Somebody");
    }

    private static @Nullable String line(@Nullable Object claim, int max) {
        try {
            return claim instanceof String text ? Input.line("claim", text, max) : null;
        } catch (Refusal e) {
            return null;
        }
    }
}
