package dev.parley.relay;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.inject.Singleton;

import dev.parley.backplane.Instance;
import dev.parley.backplane.Notice;
import dev.parley.backplane.Recipient;
import dev.parley.problem.Refusal;
import dev.parley.room.Rosters;
import io.vertx.core.Vertx;

/** Who types on other instances, any of which may die before it says that they ceased: a timer ends it then. */
@Singleton
class RemoteTyping implements Recipient {

    private final Rosters rosters;
    private final Vertx vertx;
    private final Instance self;
    private final TypingFrames frames;
    private final long millis;
    private final Map<Who, Long> ends = new ConcurrentHashMap<>();

    RemoteTyping(Rosters rosters, Vertx vertx, Instance self, TypingFrames frames, RelaySettings settings) {
        this.rosters = rosters;
        this.vertx = vertx;
        this.self = self;
        this.frames = frames;
        // So that the instance where they type ends it first, if it lives.
        this.millis = 2 * Math.max(1, settings.typing().toMillis());
    }

    private record Who(long userId, long roomId) {
    }

    @Override
    public void received(List<Notice> notices) {
        for (Notice notice : notices) {
            if (notice.typing() != null && !notice.from().equals(self.id())) {
                notice.typing().stream().filter(word -> knows(word.roomId())).forEach(this::heard);
            }
        }
    }

    @Override
    public void listening() {
        // What was missed ends by itself.
    }

    /** Who is told is looked up in the roster, which nobody here may have needed so far. */
    private boolean knows(long roomId) {
        try {
            rosters.of(roomId);
            return true;
        } catch (Refusal gone) {
            return false;
        }
    }

    private void heard(Notice.Typing word) {
        Who who = new Who(word.userId(), word.roomId());
        Long before = ends.remove(who);
        if (before != null) {
            vertx.cancelTimer(before);
        }
        if (word.isTyping()) {
            ends.put(who, vertx.setTimer(millis, end -> {
                if (ends.remove(who, end)) {
                    show(word, false);
                }
            }));
        }
        if (word.isTyping() || before != null) {
            show(word, word.isTyping());
        }
    }

    private void show(Notice.Typing word, boolean isTyping) {
        frames.show(word.roomId(), word.userId(), word.userName(), isTyping);
    }
}
