package dev.parley.relay;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import dev.parley.attachment.FileLimits;
import dev.parley.message.History;
import dev.parley.message.Posting;
import dev.parley.rate.FairTurns;
import dev.parley.room.OwnCommits;
import dev.parley.room.RoomAccess;

/** What every session works with. */
@Singleton
class SessionTools {

    final Relay relay;
    final RelaySettings settings;
    final FrameRate rate;
    final Typing typing;
    final Posting posting;
    final History history;
    final RoomAccess access;
    final OwnCommits commits;
    final Sending sending;
    final FileLimits limits;
    /** By user. Half of the connections to the database, and two for each: a replay is the most that a frame can ask for. */
    final FairTurns<Long> replays;
    /** For what may block: a virtual thread each. */
    final ExecutorService blocking = Executors
            .newThreadPerTaskExecutor(Thread.ofVirtual().name("socket-", 0).factory());

    SessionTools(Relay relay, RelaySettings settings, FrameRate rate, Typing typing, Posting posting, History history,
            RoomAccess access, OwnCommits commits, Sending sending, FileLimits limits,
            @ConfigProperty(name = "quarkus.datasource.jdbc.max-size") int connections) {
        this.relay = relay;
        this.settings = settings;
        this.rate = rate;
        this.typing = typing;
        this.posting = posting;
        this.history = history;
        this.access = access;
        this.commits = commits;
        this.sending = sending;
        this.limits = limits;
        this.replays = new FairTurns<>(connections / 2, 2, 10_000);
    }
}
