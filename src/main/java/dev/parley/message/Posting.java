package dev.parley.message;

import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.parley.account.Users;
import dev.parley.message.MessageView.Gone;
import dev.parley.message.MessageView.ReadReceipt;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.rate.Rates;
import dev.parley.room.Change;
import dev.parley.room.Writer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Hands what people do to messages to the room's writer. What can be seen to be wrong before is thrown at once; the futures
 * fail with a {@link Refusal} as well, which {@code Answers.await} throws: {@link Code#ROOM_NOT_FOUND} for whoever is no
 * member, {@link Code#MESSAGE_NOT_FOUND}, {@link Code#FORBIDDEN} for what is another's, {@link Code#TOO_MANY_REQUESTS}, and
 * {@link Code#UNAVAILABLE} while the database is away.
 */
@Singleton
public class Posting {

    private final Writer writer;
    private final MessageIds ids;
    private final MessageRenderer renderer;
    private final Users users;
    private final Rates rates;
    private final Counter posted;

    Posting(Writer writer, MessageIds ids, MessageRenderer renderer, Users users, Rates rates, MeterRegistry metrics) {
        this.writer = writer;
        this.ids = ids;
        this.renderer = renderer;
        this.users = users;
        this.rates = rates;
        posted = Counter.builder("parley.messages").description("Messages posted at this instance").register(metrics);
    }

    public CompletableFuture<Post.Posted> post(Draft draft) {
        CompletableFuture<Post.Posted> post = submit(draft.senderId(), new Post(draft, ids, renderer));
        post.thenAccept(stored -> {
            if (!stored.replayed()) {
                posted.increment();
            }
        });
        return post;
    }

    public CompletableFuture<ReadReceipt> markRead(long roomId, long userId, @Nullable Long seq) {
        return writer.submit(new MarkRead(roomId, userId, seq, users));
    }

    public CompletableFuture<Void> edit(long roomId, long userId, long messageId, String content) {
        return submit(userId, new Edit(roomId, userId, messageId, content, renderer));
    }

    public CompletableFuture<Gone> delete(long roomId, long userId, long messageId) {
        return submit(userId, new Delete(roomId, userId, messageId, renderer));
    }

    /** Adds an upload of the user's to a message of theirs. */
    public CompletableFuture<Void> attach(long roomId, long userId, long messageId, UUID file) {
        return writer.submit(new Attach(roomId, userId, messageId, file, renderer));
    }

    /** Takes a file off a message; the last file of a message without text takes the message along. */
    public CompletableFuture<Void> detach(long roomId, long userId, long messageId, UUID file) {
        return submit(userId, new Detach(roomId, userId, messageId, file, renderer));
    }

    public CompletableFuture<Void> like(long roomId, long userId, long messageId, boolean like) {
        return submit(userId, new Like(roomId, userId, messageId, like, renderer));
    }

    public CompletableFuture<Void> pin(long roomId, long userId, long messageId, boolean pin) {
        return submit(userId, new Pin(roomId, userId, messageId, pin, renderer));
    }

    /** Takes what all members are told of from the rate of messages; receipts are not, and files have a rate of their own. */
    private <T> CompletableFuture<T> submit(long userId, Change<T> change) {
        try {
            rates.message(userId);
        } catch (Refusal tooMany) {
            return CompletableFuture.failedFuture(tooMany);
        }
        return writer.submit(change);
    }
}
