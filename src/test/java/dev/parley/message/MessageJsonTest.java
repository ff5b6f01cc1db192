package dev.parley.message;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.core.JsonProcessingException;

import dev.parley.account.UserView;
import dev.parley.attachment.FileView;
import dev.parley.message.MessageView.ReplyPreview;
import dev.parley.testsupport.PlainJson;

class MessageJsonTest {

    private static final Instant THEN = Instant.parse("2026-11-21T23:04:05.678Z");

    @Test
    void writesWhatJacksonMakesOfTheRecords() throws JsonProcessingException {
        PlainJson.assertSame(new MessageJson(), messages());
    }

    private static List<MessageView> messages() {
        UserView ann = new UserView(1, "Ann \"quoted\" 😀", "ann@example.org", "/avatar/1", true, THEN);
        UserView ben = new UserView((1L << 53) - 1, "Ben", "ben@example.org", null, false, null);
        FileView file = new FileView(UUID.randomUUID(), "voice", "a \\ b.mp3", "http://host/f?s=1", 5, "audio/mpeg", 1.5, null,
                null, "t", null, "p", "clean", null);
        ReplyPreview reply = new ReplyPreview(3, 2, "Ben", "text", "what\nwas", false);
        List<MessageView> all = new ArrayList<>();
        for (Boolean own : new Boolean[] { null, true, false }) {
            all.add(new MessageView(7, "line\u2028 and </script>", "text", null, null, null, THEN, false, false, own, own, 0,
                    ann, null, 5, 1, 2, null, null, null, false, false, 0));
            all.add(new MessageView((1L << 53) - 1, "", "voice", "temp-1", List.of(file, file), 2, Instant.EPOCH, true, true,
                    own, own, 9, ben, ann, 5, 1, 2, THEN, 3L, reply, true, true, 4));
        }
        return all;
    }
}
