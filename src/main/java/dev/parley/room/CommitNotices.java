package dev.parley.room;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import jakarta.inject.Singleton;

import dev.parley.backplane.Instance;
import dev.parley.backplane.Notice;
import dev.parley.backplane.Recipient;

/** Has announced what notices tell of, in their order: this instance's own commits, and those of others. */
@Singleton
class CommitNotices implements Recipient {

    /** Longer than any transaction: one that began while this instance was unknown to it tells it nothing. */
    private static final long LONGEST_TRANSACTION = TimeUnit.SECONDS.toNanos(6);

    private final UUID self;
    private final OwnCommits own;
    private final RemoteCommits others;
    /** When the listener was last known to hear, and when it is to look once more. Its own thread's. */
    private long heard = System.nanoTime();
    private long lookAgain = Long.MAX_VALUE;

    CommitNotices(Instance self, OwnCommits own, RemoteCommits others) {
        this.self = self.id();
        this.own = own;
        this.others = others;
    }

    @Override
    public void received(List<Notice> received) {
        Map<Long, Notice.Range> elsewhere = new LinkedHashMap<>();
        boolean look = false;
        for (Notice notice : received) {
            if (notice.parcel() == null) {
                continue;
            }
            if (notice.from().equals(self)) {
                // What others committed in its rooms before it comes before it.
                others.read(own.rooms(notice.parcel()).stream().map(elsewhere::remove).filter(Objects::nonNull).toList());
                own.arrived(notice.parcel());
            } else if (notice.rooms() == null) {
                look = true;
            } else {
                notice.rooms().forEach(range -> elsewhere.merge(range.roomId(), range, Notice.Range::and));
            }
        }
        others.read(elsewhere.values());
        others.readGaps();
        long now = System.nanoTime();
        if (own.takeDoubt()) {
            lookAgain = now + LONGEST_TRANSACTION;
        }
        if (look || now > lookAgain) {
            lookAgain = look ? lookAgain : Long.MAX_VALUE;
            others.look(Duration.ofNanos(now - heard));
        }
        heard = now;
    }

    @Override
    public void listening() {
        own.listening();
        long now = System.nanoTime();
        others.look(Duration.ofNanos(now - heard));
        lookAgain = now + LONGEST_TRANSACTION;
    }

    @Override
    public boolean isWaitingInVain() {
        return own.isWaitingInVain();
    }
}
