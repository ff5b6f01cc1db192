package dev.parley.testsupport;

import java.net.URI;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A group with its admin, two members, somebody who was removed and somebody who never was in it. Whatever is said and
 * named in it is unguessable, so that it can be looked for in every answer to those outside.
 */
public record Scene(Cast cast, long room, String name, long message, String content) {

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
        JsonNode message = cast.sender.post(room, content);
        cast.admin.delete("/api/chat/rooms/" + room + "/members/" + cast.former.id).expect(204);
        return new Scene(cast, room, name, message.get("id").asLong(), content);
    }

    /** What nobody outside may read anywhere. */
    public List<String> secrets() {
        return List.of(name, content, cast.admin.name, cast.admin.email, cast.member.name, cast.member.email,
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
