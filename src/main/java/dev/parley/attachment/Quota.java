package dev.parley.attachment;

import java.util.Locale;
import java.util.Optional;

import jakarta.inject.Singleton;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import io.quarkus.runtime.configuration.MemorySize;

/** How much one person's files may take: uploads that wait or arrive, files of messages, and the avatar. */
@Singleton
class Quota {

    private static final double MIB = 1024.0 * 1024;
    // One upload of a person after another, or several at once would each find the same room.
    private static final String LOCK = """
            select 1 from pg_advisory_xact_lock(hashtext('parley quota'), hashtext(cast(?1 as text)))""";
    private static final String USED = """
            select (select coalesce(sum(size), 0) from media_attachments where owner_id = ?1 and state <> 'deleted')
                + (select coalesce(sum(coalesce(length, received)), 0) from resumable_uploads where owner_id = ?1
                    and state = 'receiving' and held and attachment_id is null and expires_at > now())""";

    private final Optional<MemorySize> allowed;

    Quota(FileLimits limits) {
        this.allowed = limits.quota();
    }

    boolean isUnlimited() {
        return allowed.isEmpty();
    }

    /**
     * Makes sure, within the transaction that inserts it, that there is room for one more file; not to be asked when
     * it is unlimited.
     *
     * @param counted bytes of it that are counted already, as an upload that is arriving
     * @throws Refusal {@link Code#QUOTA_EXCEEDED}
     */
    void require(long ownerId, long size, long counted) {
        long most = allowed.orElseThrow().asLongValue();
        var database = Attachment.getEntityManager();
        database.createNativeQuery(LOCK).setParameter(1, ownerId).getSingleResult();
        long used = ((Number) database.createNativeQuery(USED).setParameter(1, ownerId).getSingleResult()).longValue()
                - counted;
        if (used + size > most) {
            throw new Refusal(Code.QUOTA_EXCEEDED, String.format(Locale.ROOT,
                    "No room for a file of %.1fMB: your files take %.1fMB of the %.1fMB that they may. Delete some first.",
                    size / MIB, used / MIB, most / MIB));
        }
    }
}
