package dev.parley.socketio;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import jakarta.inject.Singleton;

import dev.parley.account.Tokens;
import dev.parley.attachment.Allowance;
import dev.parley.dialect.DoorLimits;
import dev.parley.message.History;
import dev.parley.message.Posting;
import dev.parley.relay.Admission;
import dev.parley.relay.Backlog;
import dev.parley.relay.FrameBudget;
import dev.parley.relay.FrameRate;
import dev.parley.relay.OnlineUsers;
import dev.parley.relay.RelaySettings;
import dev.parley.relay.Sending;
import dev.parley.relay.Typing;
import dev.parley.relay.VoidTokens;
import dev.parley.room.Announced;
import dev.parley.room.RoomAccess;
import io.vertx.core.Vertx;

/** What every client works with. */
@Singleton
class ClientTools {

    final Clients clients;
    final Sessions sessions;
    final FrameBudget budget;
    final Backlog backlog;
    final Admission admission;
    final Json json;
    final SocketIoSettings settings;
    final RelaySettings sockets;
    final Vertx vertx;
    final Tokens tokens;
    final FrameRate rate;
    final OnlineUsers online;
    final VoidTokens voidTokens;
    final Typing typing;
    final Sending sending;
    final Posting posting;
    final History history;
    final RoomAccess access;
    final Announced announced;
    /** The files it takes. */
    final Allowance files;
    /** For what may block: a virtual thread each. */
    final ExecutorService blocking = Executors
            .newThreadPerTaskExecutor(Thread.ofVirtual().name("socketio-", 0).factory());

    ClientTools(Clients clients, Sessions sessions, FrameBudget budget, Backlog backlog, Admission admission, Json json,
            SocketIoSettings settings,
            RelaySettings sockets, Vertx vertx,
            Tokens tokens, FrameRate rate, OnlineUsers online, VoidTokens voidTokens, Typing typing, Sending sending,
            Posting posting,
            History history, RoomAccess access, Announced announced, DoorLimits limits) {
        this.clients = clients;
        this.sessions = sessions;
        this.budget = budget;
        this.backlog = backlog;
        this.admission = admission;
        this.json = json;
        this.settings = settings;
        this.sockets = sockets;
        this.vertx = vertx;
        this.tokens = tokens;
        this.rate = rate;
        this.online = online;
        this.voidTokens = voidTokens;
        this.typing = typing;
        this.sending = sending;
        this.posting = posting;
        this.history = history;
        this.access = access;
        this.announced = announced;
        this.files = DoorLimits.anyType(limits.messages());
    }

    /** @return what cancels it */
    long timer(Duration delay, Runnable action) {
        return vertx.setTimer(Math.max(1, delay.toMillis()), now -> action.run());
    }
}
