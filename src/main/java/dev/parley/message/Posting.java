package dev.parley.message;

import java.util.concurrent.CompletableFuture;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.parley.account.Users;
import dev.parley.message.MessageView.Gone;
import dev.parley.message.MessageView.ReadReceipt;
import dev.parley.room.Writer;

/** Hands what people do to messages to the room's writer; the futures fail with a refusal. */
@Singleton
public class Posting {

    private final Writer writer;
    private final MessageIds ids;
    private final MessageRenderer renderer;
    private final Users users;

    Posting(Writer writer, MessageIds ids, MessageRenderer renderer, Users users) {
        this.writer = writer;
        this.ids = ids;
        this.renderer = renderer;
        this.users = users;
    }

    public CompletableFuture<Post.Posted> post(Draft draft) {
        return writer.submit(new Post(draft, ids, renderer));
    }

    public CompletableFuture<ReadReceipt> markRead(long roomId, long userId, @Nullable Long seq) {
        return writer.submit(new MarkRead(roomId, userId, seq, users));
    }

    public CompletableFuture<Void> edit(long roomId, long userId, long messageId, String content) {
        return writer.submit(new MessageChange.Edit(roomId, userId, messageId, content, renderer));
    }

    public CompletableFuture<Gone> delete(long roomId, long userId, long messageId) {
        return writer.submit(new MessageChange.Delete(roomId, userId, messageId, renderer));
    }

    public CompletableFuture<Void> like(long roomId, long userId, long messageId, boolean like) {
        return writer.submit(new MessageChange.Like(roomId, userId, messageId, like, renderer));
    }

    public CompletableFuture<Void> pin(long roomId, long userId, long messageId, boolean pin) {
        return writer.submit(new MessageChange.Pin(roomId, userId, messageId, pin, renderer));
    }
}
