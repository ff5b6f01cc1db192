package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.account.Forgery;
import dev.parley.problem.Input;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.Scene;
import dev.parley.testsupport.Wire;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** Every route of the service × everybody who might call it. A route that is not in {@link #ROUTES} fails the test. */
@QuarkusTest
class AccessMatrixTest {

    private static final String JSON = "application/json";
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final Map<String, String> TUS = Map.of("Tus-Resumable", "1.0.0", "Upload-Length", "5", "Upload-Offset", "0");
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch", "head", "options", "trace");

    /** What a route is about decides what an outsider is told. */
    private enum About {
        /** Open to everybody, with whatever token or none. */
        NOTHING,
        /** The caller's own: anybody who is signed in. */
        CALLER,
        /** The whole service: its admins, of whom there is none here. */
        SERVICE,
        ROOM,
        MESSAGE,
        FILE
    }

    /** @param statuses of a member, the sender of the message, and the admin of the room */
    private record Route(String operation, About about, @Nullable String type, String body, int member, int sender,
            int admin) {

        String method() {
            return operation.substring(0, operation.indexOf(' '));
        }

        /** {person} is the sender, who is a member. */
        String target(Scene scene) {
            String path = operation.substring(operation.indexOf(' ') + 1)
                    .replaceFirst("/rooms/\\{[^}]+}", "/rooms/" + scene.room())
                    .replaceFirst("/conversations/\\{id}", "/conversations/" + scene.room())
                    .replaceFirst("/conversations/\\{user_id}", "/conversations/" + Input.MAX_ID)
                    .replaceFirst("/(messages?)/\\{[^}]+}", "/$1/" + scene.message())
                    .replaceFirst("/media/\\{[^}]+}", "/media/" + scene.fileId())
                    .replaceFirst("/files/\\{[^}]+}", "/files/" + scene.fileId())
                    .replaceFirst("/uploads/\\{[^}]+}", "/uploads/" + scene.fileId())
                    .replaceFirst("/avatars/\\{[^}]+}", "/avatars/" + UUID.randomUUID())
                    .replaceFirst("uploads/\\{[^}]+}", "uploads/" + UUID.randomUUID())
                    .replaceFirst("\\{userId}", Long.toString(scene.cast().sender().id));
            assertThat(path).as("a template that this test does not know").doesNotContain("{");
            return path + (path.endsWith("/search-users") ? "?email=nobody-is-called-this" : "");
        }

        /** The same, but of this room or message where the body names one. */
        Route naming(String id) {
            return new Route(operation, about, type, body.replace("{room}", id).replace("{message}", id), member, sender,
                    admin);
        }

        Wire call(Scene scene, String target, @Nullable String token) {
            byte[] bytes = body.isEmpty() ? null
                    : body.replace("{unique}", UUID.randomUUID().toString())
                            .replace("{room}", Long.toString(scene.room())).replace("{message}", Long.toString(scene.message()))
                            .replace("{newcomer}", Long.toString(scene.cast().newcomer().id)).getBytes(StandardCharsets.UTF_8);
            Map<String, String> headers = new LinkedHashMap<>(target.contains("uploads") ? TUS : Map.of());
            if (token != null) {
                headers.put("Authorization", "Bearer " + token);
            }
            if (bytes != null) {
                if (type != null) {
                    headers.put("Content-Type", type);
                }
                headers.put("Content-Length", Integer.toString(bytes.length));
            }
            return Wire.call(scene.cast().admin().base, method(), target, headers, bytes);
        }
    }

    private static final List<Route> ROUTES = List.of(
            admins("GET /api/admin/storage"), admins("POST /api/admin/storage/reconcile"),
            admins("GET /api/admin/doctor"), admins("GET /api/admin/doctor/stream"),
            new Route("POST /api/admin/doctor/sink", About.SERVICE, "multipart/form-data; boundary=b", "abc", 403, 403, 403),
            admins("DELETE /api/admin/doctor/uploads/{id}"),
            open("POST /api/auth/register",
                    "{\"email\":\"{unique}@example.com\",\"name\":\"New\",\"password\":\"correct horse\"}",
                    201),
            open("POST /api/auth/login", "{\"email\":\"{unique}@example.com\",\"password\":\"correct horse\"}", 401),
            own("GET /api/auth/me", "", 200), own("PATCH /api/auth/me", "{}", 200),
            own("POST /api/auth/admin", "{}", 400), own("POST /api/auth/refresh", "", 200),
            own("POST /api/auth/password", "{}", 400),
            own("GET /api/chat/search-users", "", 200), own("GET /api/chat/unread-count", "", 200),
            own("GET /api/chat/config", "", 200), own("GET /api/chat/online-users", "", 200),
            new Route("PUT /api/auth/me/avatar", About.CALLER, "image/gif", "GIF89a\u0001\u0000\u0001\u0000\u0000\u0000\u0000;",
                    200, 200, 200),
            new Route("GET /api/avatars/{id}", About.NOTHING, null, "", 404, 404, 404),
            new Route("GET /api/files/{id}", About.FILE, null, "", 200, 200, 200),
            // A text has none; who may have a picture's is in PreviewsTest.
            new Route("GET /api/files/{id}/preview", About.FILE, null, "", 404, 404, 404), own("GET /api/chat/rooms", "", 200),
            own("POST /api/chat/rooms", "{\"name\":\"Mine\",\"member_ids\":[]}", 201),
            room("GET /api/chat/rooms/{id}", "", 200, 200),
            room("PATCH /api/chat/rooms/{id}", "{\"name\":\"New name\"}", 403, 200),
            room("PATCH /api/chat/rooms/{id}", "{\"retention_days\":30}", 403, 200),
            room("POST /api/chat/rooms/{id}/members", "{\"user_ids\":[{newcomer}]}", 403, 200),
            new Route("DELETE /api/chat/rooms/{id}/members/{userId}", About.ROOM, null, "", 403, 204, 204),
            room("GET /api/chat/rooms/{roomId}/messages", "", 200, 200),
            room("GET /api/chat/rooms/{roomId}/changes", "", 200, 200),
            room("POST /api/chat/rooms/{roomId}/messages", "{\"content\":\"Hello\"}", 201, 201),
            form("POST /api/chat/rooms/{roomId}/messages", About.ROOM, file("files"), 201, 201, 201),
            room("POST /api/chat/rooms/{roomId}/read", "", 200, 200),
            room("POST /api/chat/rooms/{roomId}/read", "{\"seq\":1}", 200, 200),
            new Route("PUT /api/chat/messages/{id}", About.MESSAGE, JSON, "{\"content\":\"Changed\"}", 403, 200, 403),
            new Route("PUT /api/chat/messages/{id}", About.MESSAGE, FORM, "content=Changed", 403, 200, 403),
            new Route("DELETE /api/chat/messages/{id}", About.MESSAGE, null, "", 403, 200, 200),
            message("POST /api/chat/messages/{id}/like"), message("DELETE /api/chat/messages/{id}/like"),
            message("POST /api/chat/messages/{id}/pin"), message("DELETE /api/chat/messages/{id}/pin"),
            form("POST /api/upload", About.CALLER, file("files"), 201, 201, 201),
            form("POST /api/v1/media/upload", About.MESSAGE, file("file").field("message_id", "{message}"), 403, 201, 403),
            new Route("GET /api/v1/media/message/{message_id}", About.MESSAGE, null, "", 200, 200, 200),
            new Route("GET /api/v1/media/files/{filename}", About.FILE, null, "", 200, 200, 200),
            new Route("DELETE /api/v1/media/{media_id}", About.FILE, null, "", 403, 204, 204),
            own("GET /api/chat/conversations", "", 200), own("POST /api/chat/conversations/{user_id}", "", 404),
            room("GET /api/chat/conversations/{id}/messages", "", 200, 200),
            room("POST /api/chat/conversations/{id}/messages", "{\"content\":\"Hello\"}", 201, 201),
            new Route("POST /api/chat/conversations/{id}/messages", About.ROOM, FORM, "content=Hello", 201, 201, 201),
            form("POST /api/chat/conversations/{id}/send-file", About.ROOM, file("file"), 201, 201, 201),
            room("POST /api/chat/conversations/{id}/mark-read", "", 200, 200),
            new Route("OPTIONS /api/uploads", About.NOTHING, null, "", 204, 204, 204),
            own("POST /api/uploads", "", 201), own("GET /api/uploads/{id}", "", 404),
            new Route("PATCH /api/uploads/{id}", About.CALLER, "application/offset+octet-stream", "Hello", 404, 404, 404),
            own("DELETE /api/uploads/{id}", "", 404), own("POST /api/uploads/{id}", "", 405),
            // Off, unless somebody wants them.
            own("POST /api/direct-uploads", "{\"size\":5}", 404), own("POST /api/direct-uploads/{id}/complete", "", 404),
            own("DELETE /api/direct-uploads/{id}", "", 404),
            form("POST /messages/upload", About.ROOM, file("file").field("conversation_id", "{room}"), 200, 200, 200));

    @TestHTTPResource("/")
    URI base;

    private Scene scene;

    @BeforeEach
    void setTheScene() {
        scene = Scene.set(base);
    }

    @Test
    void everyRouteThatIsServedIsInTheMatrix() {
        Wire document = Wire.call(base, "GET", "/q/openapi?format=json", Map.of(), null);
        Set<String> served = new LinkedHashSet<>();
        document.json().get("paths").properties().forEach(path -> path.getValue().fieldNames().forEachRemaining(method -> {
            // Other tests' own routes.
            if (METHODS.contains(method) && !path.getKey().startsWith("/test/")) {
                // HEAD is as GET, by the same code, and its refusals have no body to look at.
                served.add((method.equals("head") ? "GET" : method.toUpperCase(Locale.ROOT)) + " " + path.getKey());
            }
        }));
        Set<String> expected = new LinkedHashSet<>();
        ROUTES.forEach(route -> expected.add(route.operation));
        assertThat(served).isNotEmpty().isEqualTo(expected);
    }

    @Test
    void nobodyComesInWithoutAGoodToken() {
        Map<String, @Nullable String> bad = new LinkedHashMap<>(Forgery.tokens(scene.cast().admin().id));
        bad.put("no token", null);
        bad.put("no token at all", "");
        bad.put("nonsense", "nonsense");
        String before = scene.numbers();
        assertThat(Wire.call(base, "GET", "/api/auth/me", Forgery.good(scene.cast().admin().id), null, null).status())
                .isEqualTo(200);
        ROUTES.parallelStream().forEach(route -> bad.forEach((why, token) -> {
            Wire answer = route.call(scene, route.target(scene), token);
            String which = route.operation + " with " + why;
            if (route.about == About.NOTHING) {
                assertThat(answer.status()).as(which).isEqualTo(route.member);
            } else {
                assertProblem(which, answer, 401, "Not authenticated");
                assertThat(answer.head()).as(which).containsIgnoringCase("WWW-Authenticate: Bearer");
            }
            assertNothingLeaks(which, answer);
        }));
        assertThat(scene.numbers()).isEqualTo(before);
    }

    @Test
    void toStrangersAndToThoseWhoWereRemovedThereIsNoSuchRoom() {
        String before = scene.numbers();
        for (Route route : ROUTES) {
            for (Person outsider : List.of(scene.cast().stranger(), scene.cast().former())) {
                Wire answer = route.call(scene, route.target(scene), outsider.token);
                String which = route.operation + " by " + outsider.name;
                switch (route.about) {
                    case ROOM -> assertProblem(which, answer, 404, "Room not found");
                    case MESSAGE -> assertProblem(which, answer, 404, "Message not found");
                    case FILE -> assertProblem(which, answer, 404, "File not found");
                    case SERVICE -> assertProblem(which, answer, 403, "Not allowed");
                    case NOTHING, CALLER -> assertThat(answer.status()).as(which).isEqualTo(route.member);
                }
                assertNothingLeaks(which, answer);
            }
        }
        assertThat(scene.numbers()).isEqualTo(before);
    }

    @Test
    void aRoomThatIsNotThereLooksLikeOneThatIsSomebodyElses() {
        for (Route route : ROUTES) {
            if (route.about == About.ROOM || route.about == About.MESSAGE) {
                String foreign = route.call(scene, route.target(scene), scene.cast().stranger().token).body();
                for (String id : List.of("9007199254740991", "0", "-1")) {
                    String target = route.target(scene).replaceFirst("/(rooms|messages?|conversations)/\\d+", "/$1/" + id);
                    Route probe = route.naming(id);
                    assertThat(target + probe.body).as("asks for another").isNotEqualTo(route.target(scene) + route.body);
                    Wire none = probe.call(scene, target, scene.cast().stranger().token);
                    assertThat(none.body()).as(route.operation + " " + target).isEqualTo(foreign);
                }
            }
        }
    }

    @Test
    void membersAndAdminsMayWhatTheContractSays() {
        for (Route route : ROUTES) {
            if (route.about != About.NOTHING && route.about != About.CALLER) {
                assertStatus(route, "a member", sceneFor(route, route.member), scene.cast().member(), route.member);
                assertStatus(route, "the sender", sceneFor(route, route.sender), scene.cast().sender(), route.sender);
                assertStatus(route, "the admin", sceneFor(route, route.admin), scene.cast().admin(), route.admin);
            }
        }
    }

    /** A new one for what changes something: refused requests do not. */
    private Scene sceneFor(Route route, int expected) {
        return route.method().equals("GET") || expected >= 400 ? scene : Scene.set(base);
    }

    /** No cache keeps what is somebody's own; of a file a browser's own does, and asks each time whether it may show it. */
    @Test
    void noAnswerIsKeptForAnybodyElse() {
        for (Route route : ROUTES) {
            if (route.method().equals("GET") && route.about != About.NOTHING) {
                Wire answer = route.call(scene, route.target(scene), scene.cast().sender().token);
                assertThat(answer.head().lines().map(line -> line.toLowerCase(Locale.ROOT))
                        .filter(line -> line.startsWith("cache-control:"))).as(route.operation)
                        .containsExactly("cache-control: "
                                + (route.about == About.FILE && answer.status() == 200 ? "private, no-cache" : "no-store"));
            }
        }
    }

    @Test
    void aPathWrittenInAnotherWayGivesNoMoreThanThePlainOne() {
        String expired = Forgery.tokens(scene.cast().admin().id).get("expired");
        String before = scene.numbers();
        ROUTES.parallelStream().filter(route -> route.about != About.NOTHING).forEach(route -> {
            for (String target : spellings(route.target(scene))) {
                for (String token : new String[] { "", expired }) {
                    Wire answer = route.call(scene, target, token.isEmpty() ? null : token);
                    assertThat(answer.status()).as(route.method() + " " + target).isBetween(400, 499);
                    assertNothingLeaks(route.method() + " " + target, answer);
                }
                Wire answer = route.call(scene, target, scene.cast().stranger().token);
                if (route.about == About.SERVICE) {
                    assertThat(answer.status()).as(route.method() + " " + target + " by a stranger").isBetween(400, 499);
                } else if (route.about != About.CALLER) {
                    assertThat(answer.status()).as(route.method() + " " + target + " by a stranger").isBetween(400, 499)
                            .isNotEqualTo(403);
                } else {
                    assertThat(answer.status()).as(route.method() + " " + target + " by a stranger").isLessThan(500);
                }
                assertNothingLeaks(route.method() + " " + target, answer);
            }
        });
        assertThat(scene.numbers()).isEqualTo(before);
    }

    @Test
    void everyPathIsTakenWithASlashAtItsEnd() {
        for (Route route : ROUTES) {
            Scene mine = sceneFor(route, route.admin);
            String target = route.target(mine);
            int query = target.indexOf('?');
            String slashed = query < 0 ? target + "/" : target.substring(0, query) + "/" + target.substring(query);
            Wire answer = route.call(mine, slashed, mine.cast().admin().token);
            assertThat(answer.status()).as(route.method() + " " + slashed).isEqualTo(route.admin);
        }
    }

    @Test
    void aLinkIsGoodForItsUserWhileTheyAreInTheRoomAndForNothingElse() {
        String mine = scene.cast().sender().get("/api/chat/rooms/" + scene.room() + "/messages").expect(200)
                .at("/messages/0/files_data/0/file_path").asText();
        String target = URI.create(mine).getRawPath() + "?" + URI.create(mine).getRawQuery();
        Wire good = Wire.call(base, "GET", target, Map.of(), null);
        assertThat(good.status()).isEqualTo(200);
        assertThat(good.body()).isEqualTo(scene.fileContent());
        URI formers = URI.create(scene.formersLink());
        String theirs = formers.getRawPath() + "?" + formers.getRawQuery();
        Wire gone = Wire.call(base, "GET", theirs, Map.of(), null);
        assertProblem("the link of somebody who was removed", gone, 404, "File not found");
        assertNothingLeaks("the link of somebody who was removed", gone);
        Scene other = Scene.set(base);
        String sender = "user=" + scene.cast().sender().id;
        for (String bad : List.of(target.replace(sender, "user=" + scene.cast().admin().id),
                theirs.replace("user=" + scene.cast().former().id, sender), target.replace(scene.fileId(), other.fileId()),
                target.replace("expires=", "expires=9"), target.substring(0, target.length() - 1), target + "x",
                target.replaceFirst("signature=[^&]*", "signature="), target.replaceFirst("user=\\d+&?", ""),
                target.replaceFirst("expires=\\d+&?", ""),
                target.replace(sender, "user=" + scene.cast().admin().id + "&" + sender))) {
            for (String method : List.of("GET", "HEAD")) {
                Wire answer = Wire.call(base, method, bad, Map.of(), null);
                assertThat(answer.status()).as(bad).isIn(401, 403);
                assertNothingLeaks(bad, answer);
            }
        }
    }

    @Test
    void aFileOfADeletedMessageIsGoneForEverybodyAtOnce() {
        scene.cast().sender().delete("/api/chat/messages/" + scene.message()).expect(200);
        for (Person person : List.of(scene.cast().sender(), scene.cast().admin(), scene.cast().member(),
                scene.cast().stranger())) {
            Wire answer = Wire.call(base, "GET", "/api/files/" + scene.fileId(), person.token, null, null);
            assertProblem("a deleted file", answer, 404, "File not found");
        }
    }

    @Test
    void aHeaderDoesNotMakeOneMethodAnother() {
        String target = "/api/chat/messages/" + scene.message();
        for (String header : List.of("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")) {
            Wire answer = Wire.call(base, "GET", target,
                    Map.of(header, "DELETE", "Authorization", "Bearer " + scene.cast().admin().token), null);
            assertThat(answer.status()).isEqualTo(405);
        }
    }

    private static List<String> spellings(String target) {
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        String rest = query < 0 ? "" : target.substring(query);
        int last = path.lastIndexOf('/');
        List<String> spellings = new ArrayList<>();
        for (String other : List.of(path + "/", path + "//", "/" + path, path + ";a=b", path + "/;a=b", path + "%3ba=b",
                path + "%2f", path + "%2F.", path + "%20", path + "%00", path + ".json", path + "%0d%0aX: y",
                path.replaceFirst("/api", "/api;a=b"), path.replaceFirst("/api", "/API"), path.toUpperCase(Locale.ROOT),
                path.replaceFirst("/api", "/%61pi"), path.replaceFirst("/api", "//api"), path.replaceFirst("/api/", "/api//"),
                path.replaceFirst("/api/", "/api%2f"), path.replaceFirst("/api/", "/api%252f"),
                "/api/auth/.." + path.substring(4),
                "/api/auth/%2e%2e" + path.substring(4), "/api/auth/%2E%2E/login/../.." + path.substring(4),
                "/q/health/..;/.." + path, "/q/openapi/%2e%2e/%2e%2e" + path, "/q/../api/auth/login/../.." + path.substring(4),
                "/." + path, "/%2e" + path, path.substring(0, last) + "//" + path.substring(last + 1),
                path.substring(0, last) + "%2f" + path.substring(last + 1),
                path.substring(0, last) + ";x=1/" + path.substring(last + 1),
                path.substring(0, last) + "%5c" + path.substring(last + 1),
                path.substring(0, last) + "\\" + path.substring(last + 1), "http://localhost" + path, "*", path + "%",
                path + "%zz")) {
            spellings.add(other + rest);
        }
        return spellings;
    }

    private static void assertStatus(Route route, String who, Scene scene, Person person, int expected) {
        Wire answer = route.call(scene, route.target(scene), person.token);
        assertThat(answer.status()).as(route.operation + " by " + who + ": " + answer.body()).isEqualTo(expected);
    }

    private static void assertProblem(String which, Wire answer, int status, String detail) {
        assertThat(answer.status()).as(which + ": " + answer.body()).isEqualTo(status);
        assertThat(answer.head()).as(which).containsIgnoringCase("content-type: application/problem+json");
        JsonNode problem = answer.json();
        assertThat(problem.path("detail").asText()).as(which).isEqualTo(detail);
        assertThat(problem.path("status").asInt()).as(which).isEqualTo(status);
        assertThat(problem.path("code").asText()).as(which).isNotEmpty();
    }

    private void assertNothingLeaks(String which, Wire answer) {
        for (String secret : scene.secrets()) {
            assertThat(answer.everything()).as(which).doesNotContain(secret);
        }
    }

    private static Route open(String operation, String body, int status) {
        return new Route(operation, About.NOTHING, JSON, body, status, status, status);
    }

    private static Route admins(String operation) {
        return new Route(operation, About.SERVICE, null, "", 403, 403, 403);
    }

    private static Route own(String operation, String body, int status) {
        return new Route(operation, About.CALLER, body.isEmpty() ? null : JSON, body, status, status, status);
    }

    private static Route room(String operation, String body, int member, int admin) {
        return new Route(operation, About.ROOM, body.isEmpty() ? null : JSON, body, member, member, admin);
    }

    private static Route form(String operation, About about, Form form, int member, int sender, int admin) {
        return new Route(operation, about, Form.TYPE, new String(form.bytes(), StandardCharsets.UTF_8), member, sender, admin);
    }

    private static Form file(String field) {
        return new Form().file(field, "a.txt", "Hello".getBytes(StandardCharsets.UTF_8));
    }

    private static Route message(String operation) {
        return new Route(operation, About.MESSAGE, null, "", 200, 200, 200);
    }
}
