package dev.parley.account;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

import org.jspecify.annotations.Nullable;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;

/** A person: of our own (a password, no issuer) or of another issuer, told apart by issuer and subject alone. */
@Entity
@Table(name = "users")
public class User extends PanacheEntityBase {

    /**
     * For the rest of a transaction: plans each text anew, since what has no three letters in a row needs all people, and
     * others do not; finds by index even where a disk is said to be slow, since folding the case of all names takes longer
     * than the planner knows; and ends before its caller has given up.
     */
    private static final String SEARCHING = """
            select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('random_page_cost', '1.1', true),
                   set_config('statement_timeout', '4s', true)""";

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    public Long id;

    @Column(columnDefinition = "text")
    public @Nullable String issuer;

    @Column(columnDefinition = "text")
    public @Nullable String subject;

    @Column(length = 320)
    public String email;

    public String name;

    /** Changed by {@link #changePassword} alone: else who changes their name meanwhile would bring back what they had read. */
    @Column(name = "password_hash", columnDefinition = "text", updatable = false)
    public @Nullable String passwordHash;

    /** How often all their sessions were ended. */
    @Column(updatable = false)
    public int sessions;

    /** The unguessable id of a picture kept here: its file's, and what its URL holds. */
    @Column(name = "avatar_id")
    public @Nullable UUID avatarId;

    /** A picture kept elsewhere. */
    @Column(name = "avatar_url", columnDefinition = "text")
    public @Nullable String avatarUrl;

    @Column(name = "is_admin")
    public boolean admin;

    @Column(name = "created_at", insertable = false, updatable = false)
    public Instant createdAt;

    public static @Nullable User findByEmail(String email) {
        return find("email = ?1 and issuer is null", email).firstResult();
    }

    /** @return the id, or null when the e-mail is taken: two registrations at once meet in the unique index */
    static @Nullable Long register(String email, String name, String passwordHash) {
        return returned("""
                insert into users (email, name, password_hash) values (?1, ?2, ?3)
                on conflict (email) where issuer is null do nothing returning id""", email, name, passwordHash);
    }

    /**
     * Ends all sessions of whoever has this password.
     *
     * @return how often they have been ended now, or null when the password is another by now
     */
    static @Nullable Long changePassword(long id, String from, String to) {
        return returned("""
                update users set password_hash = ?3, sessions = sessions + 1 where id = ?1 and password_hash = ?2
                returning sessions""", id, from, to);
    }

    /** @return the id of the person whom this issuer calls {@code subject}, made at first sight */
    static long ofIssuer(String issuer, String subject, String email, String name, @Nullable String picture) {
        Long made = returned("""
                insert into users (issuer, subject, email, name, avatar_url) values (?1, ?2, ?3, ?4, ?5)
                on conflict (issuer, subject) where issuer is not null do nothing returning id""", issuer, subject,
                email, name, picture);
        if (made != null) {
            return made;
        }
        User known = find("issuer = ?1 and subject = ?2", issuer, subject).singleResult();
        return known.id;
    }

    static @Nullable Long findId(String issuer, String subject) {
        return find("select id from User where issuer = ?1 and subject = ?2", issuer, subject).project(Long.class)
                .firstResult();
    }

    /** The first of those who match, and how many do. */
    record Matches(List<Long> ids, long total) {
    }

    /** @param text in any case: folded for e-mails as they were when they were stored, for names as the database does */
    static Matches search(String text, long notThisOne, int limit) {
        getEntityManager().createNativeQuery(SEARCHING, Object[].class).getSingleResult();
        String address = text.toLowerCase(Locale.ROOT);
        String matching = "from User where id <> :me and (lower(email) like :address escape '\\'"
                + " or lower(name) like lower(:name) escape '\\')";
        List<Long> ids = getEntityManager()
                .createQuery("select id " + matching
                        + " order by case when email = :exact then 0 else 1 end, lower(name), id", Long.class)
                .setParameter("me", notThisOne).setParameter("address", containing(address))
                .setParameter("name", containing(text)).setParameter("exact", address)
                .setMaxResults(limit).getResultList();
        long total = ids.size() < limit ? ids.size()
                : getEntityManager().createQuery("select count(*) " + matching, Long.class)
                        .setParameter("me", notThisOne).setParameter("address", containing(address))
                        .setParameter("name", containing(text)).getSingleResult();
        return new Matches(ids, total);
    }

    /** A pattern of {@code like} for what has this text in it. */
    public static String containing(String text) {
        return "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%";
    }

    private static @Nullable Long returned(String sql, @Nullable Object... values) {
        var statement = getEntityManager().createNativeQuery(sql, Long.class);
        for (int i = 0; i < values.length; i++) {
            statement.setParameter(i + 1, values[i]);
        }
        List<?> numbers = statement.getResultList();
        return numbers.isEmpty() ? null : (Long) numbers.getFirst();
    }
}
