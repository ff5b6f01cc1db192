package dev.parley.socketio;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.parley.connection.Connection;
import dev.parley.relay.FrameBudget;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;

/** What a polling client sends: packets, separated by U+001E, in the body of a POST. */
final class PostedPayload {

    private static final char SEPARATOR = '\u001e';
    /** More than anybody may say at once; each costs more memory than the one byte it may consist of. */
    private static final int MOST_PACKETS = 10_000;

    private static final long NO_TIMER = -1;

    private final RoutingContext exchange;
    private final EngineSession session;
    private final ClientTools tools;
    private final long most;
    private Buffer body = Buffer.buffer();
    private final FrameBudget.Hold hold;
    private final Context context;
    private long patience = NO_TIMER;
    private int looks;
    private boolean refused;
    private boolean whole;

    PostedPayload(RoutingContext exchange, EngineSession session, ClientTools tools) {
        this.exchange = exchange;
        this.session = session;
        this.tools = tools;
        this.most = session.mostPayload();
        this.context = tools.vertx.getOrCreateContext();
        this.hold = tools.budget.hold(session.owner(), () -> context.runOnContext(now -> goOn()),
                () -> context.runOnContext(now -> giveUp()));
    }

    void read() {
        HttpServerRequest request = exchange.request();
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (!session.isOpen()) {
            EngineError.UNKNOWN_SID.answer(exchange);
        } else if (!session.polling.begin(exchange)) {
            EngineError.BAD_REQUEST.answer(exchange);
            session.run(() -> session.close("Two posts at once"));
        } else if (length != null && length.length() < 19 && Long.parseLong(length) > most) {
            refuse(EngineError.TOO_LARGE);
        } else {
            exchange.addEndHandler(end -> {
                if (!whole) {
                    drop();
                }
                if (end.failed()) {
                    session.run(() -> session.polls.lost(exchange));
                }
            });
            request.handler(this::add);
            request.endHandler(end -> finish());
            request.resume();
        }
    }

    private void add(Buffer bytes) {
        if (refused) {
            return;
        }
        if (!session.isOpen()) {
            drop();
        } else if (body.length() + (long) bytes.length() > most) {
            refuse(EngineError.TOO_LARGE);
        } else {
            body.appendBuffer(bytes);
            hold.arrived(bytes.length());
            if (body.length() > FrameBudget.SMALL && !hold.growTo(body.length())) {
                exchange.request().pause();
                expect(false);
                await();
            }
        }
    }

    private void await() {
        looks = 0;
        patience = tools.vertx.setPeriodic(TimeUnit.SECONDS.toMillis(1), now -> {
            if (++looks > tools.budget.patience()) {
                giveUp();
            } else {
                tools.budget.hurry();
            }
        });
    }

    private void goOn() {
        tools.vertx.cancelTimer(patience);
        expect(true);
        exchange.request().resume();
    }

    /** Whether its client is to blame when no more comes. */
    private void expect(boolean on) {
        Connection connection = Connection.of(((ConnectionBase) exchange.request().connection()).channel());
        if (connection != null) {
            connection.pause(!on);
        }
    }

    private void giveUp() {
        if (!refused && !whole) {
            refuse(EngineError.BUSY);
            expect(true);
            exchange.request().resume();
        }
    }

    private void refuse(EngineError why) {
        drop();
        session.polling.forget(exchange);
        why.answer(exchange);
        session.run(() -> session.tooBig(why));
    }

    /** Whatever else comes of it. */
    private void drop() {
        refused = true;
        tools.vertx.cancelTimer(patience);
        body = Buffer.buffer();
        hold.release();
    }

    private void finish() {
        if (refused) {
            return;
        }
        whole = true;
        hold.complete();
        if (body.length() > FrameBudget.SMALL) {
            // On an event loop it would keep others waiting.
            tools.blocking.execute(this::deliver);
        } else {
            deliver();
        }
    }

    private void deliver() {
        List<String> packets = new ArrayList<>(2);
        try {
            String text = text();
            int start = 0;
            for (int end; (end = text.indexOf(SEPARATOR, start)) >= 0; start = end + 1) {
                packets.add(text.substring(start, end));
                if (packets.size() == MOST_PACKETS) {
                    hold.release();
                    session.run(() -> session.close("Too many packets"));
                    return;
                }
            }
            packets.add(start == 0 ? text : text.substring(start));
        } catch (CharacterCodingException e) {
            hold.release();
            session.run(() -> session.close("Not UTF-8"));
            return;
        }
        session.run(() -> session.polls.posted(packets, hold));
    }

    /** Refuses what is not UTF-8, as a WebSocket would; looked at closely only where it seems to have been repaired. */
    private String text() throws CharacterCodingException {
        byte[] bytes = body.getBytes();
        body = Buffer.buffer();
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.indexOf('\ufffd') < 0 ? text
                : StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    }
}
