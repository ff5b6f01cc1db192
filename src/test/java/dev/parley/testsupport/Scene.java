package dev.parley.testsupport;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A group with its admin, two members, somebody who was removed and somebody who never was in it. Whatever is said and
 * named in it is unguessable, so that it can be looked for in every answer to those outside.
 */
public record Scene(Cast cast, long room, String name, long message, String content, JsonNode file, String fileName,
        String fileContent, String formersLink) {

    /** The people, who are the same in every scene of a test class: each registration costs a password hash. */
    public record Cast(Person admin, Person member, Person sender, Person former, Person stranger,
            Person newcomer) {

        private static @Nullable Cast known;

        public static synchronized Cast at(URI base) {
            Cast cast = known;
            if (cast == null || cast.admin.base.getPort() != base.getPort()) {
                cast = new Cast(Person.register(base, marker("admin")), Person.register(base, marker("member")),
                        Person.register(base, marker("sender")), Person.register(base, marker("former")),
                        Person.register(base, marker("stranger")),
                        Person.register(base, marker("newcomer")));
                known = cast;
            }
            return cast;
        }
    }

    public static Scene set(URI base) {
        Cast cast = Cast.at(base);
        String name = marker("room");
        long room = cast.admin.group(name, cast.member, cast.sender, cast.former);
        String content = marker("content");
        String fileName = marker("file") + ".txt";
        String fileContent = marker("bytes");
        JsonNode message = upload(cast.sender, room, content, fileName, fileContent).json();
        String formersLink = cast.former.get("/api/chat/rooms/" + room + "/messages").expect(200)
                .at("/messages/0/files_data/0/file_path").asText();
        cast.admin.delete("/api/chat/rooms/" + room + "/members/" + cast.former.id).expect(204);
        return new Scene(cast, room, name, message.get("id").asLong(), content, message.at("/files_data/0"), fileName,
                fileContent, formersLink);
    }

    /** Posts a text file with a caption, as a form. */
    public static Wire upload(Person sender, long room, String caption, String name, String content) {
        Form form = new Form().field("content", caption).file(name, content.getBytes(StandardCharsets.UTF_8));
        Wire answer = Wire.call(sender.base, "POST", "/api/chat/rooms/" + room + "/messages", sender.token,
                Form.TYPE, form.bytes());
        if (answer.status() != 201) {
            throw new AssertionError(answer.everything());
        }
        return answer;
    }

    public String fileId() {
        return file.get("id").asText();
    }

    /** What nobody outside may read anywhere. */
    public List<String> secrets() {
        return List.of(name, content, fileName, fileContent, cast.admin.name, cast.admin.email, cast.member.name,
                cast.member.email,
                cast.sender.name, cast.sender.email);
    }

    /** The room's numbers: equal before and after whatever had no effect. */
    public String numbers() {
        JsonNode room = cast.admin.get("/api/chat/rooms/" + this.room).expect(200);
        return "last_seq " + room.get("last_seq") + ", version " + room.get("version") + ", members "
                + room.get("members").size();
    }

    private static String marker(String what) {
        return what + UUID.randomUUID().toString().replace("-", "");
    }
}
