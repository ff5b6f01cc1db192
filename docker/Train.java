import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Runs the packaged program once, uses it as people would, and lets the virtual machine write down at its end what it loaded,
 * linked and learned: {@code java docker/Train.java target/quarkus-app parley.aot [java options]}. A later run by the same
 * Java with {@code -XX:AOTCache=parley.aot}, the same options and the same path starts from there (JEP 514, JEP 515).
 */
class Train {

    private static final int MESSAGES = 400;
    private static final Pattern HEARD = Pattern.compile("\\{\"type\":\"(joined|new_message)\"");
    private static final long PATIENCE_SECONDS = 120;

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI base;

    Train(URI base) {
        this.base = base;
    }

    public static void main(String[] arguments) throws Exception {
        Path program = Path.of(arguments[0]).toAbsolutePath();
        Path cache = Path.of(arguments[1]).toAbsolutePath();
        Path data = Files.createTempDirectory("training");
        int port = freePort();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:AOTCacheOutput=" + cache);
        command.addAll(List.of(arguments).subList(2, arguments.length));
        command.addAll(List.of("-jar", program.resolve("quarkus-run.jar").toString()));
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put("PORT", Integer.toString(port));
        builder.environment().put("PARLEY_DATA_DIR", data.toString());
        Process process = builder.start();
        try {
            Train training = new Train(URI.create("http://127.0.0.1:" + port));
            training.awaitReady(process);
            training.use();
        } finally {
            process.destroy();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            deleteTree(data);
        }
        if (!Files.exists(cache)) {
            throw new IOException("No cache was written");
        }
        System.out.println(cache + ": " + Files.size(cache) / (1 << 20) + " MiB");
    }

    private static void deleteTree(Path root) throws IOException {
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private void use() throws Exception {
        String ann = token(send("POST", "/api/auth/register", "", """
                {"email": "ann@example.org", "name": "Ann", "password": "a long secret"}"""));
        String ben = token(send("POST", "/api/auth/register", "", """
                {"email": "ben@example.org", "name": "Ben", "password": "a long secret"}"""));
        token(send("POST", "/api/auth/login", "", """
                {"email": "ann@example.org", "password": "a long secret"}"""));
        String found = send("GET", "/api/chat/search-users?email=ben", ann, null);
        String room = first("\"id\":\\s*(\\d+)", send("POST", "/api/chat/rooms", ann,
                "{\"receiver_id\": " + first("\"id\":\\s*(\\d+)", found) + "}"));
        Semaphore heard = new Semaphore(0);
        WebSocket ears = socket(ben, room, heard);
        take(heard, 1);
        WebSocket mouth = socket(ann, room, new Semaphore(0));
        for (int number = 0; number < MESSAGES; number++) {
            mouth.sendText("""
                    {"type": "send_message", "data": {"room_id": %s, "content": "number %d", "message_type": "text"}}"""
                    .formatted(room, number), true).join();
            if (number % 8 == 7) {
                take(heard, 8);
            }
        }
        String messages = "/api/chat/rooms/" + room + "/messages";
        for (int number = 0; number < MESSAGES / 10; number++) {
            send("POST", messages, ann, "{\"content\": \"by request\"}");
            take(heard, 1);
            String file = upload(messages, ann);
            take(heard, 1);
            call(HttpRequest.newBuilder(URI.create(first("\"file_path\":\\s*\"([^\"]+)\"", file))));
            send("GET", messages + "?limit=50&before=" + (number + 2), ben, null);
            send("GET", "/api/chat/rooms", ben, null);
            send("POST", "/api/chat/rooms/" + room + "/read", ben, "{}");
        }
        for (String path : List.of("/", "/api/chat/config", "/api/chat/unread-count", "/api/chat/online-users",
                "/api/chat/conversations/", messages, "/q/metrics", "/q/health/ready")) {
            send("GET", path, ben, null);
        }
        mouth.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        ears.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    }

    private WebSocket socket(String token, String room, Semaphore heard) {
        URI address = URI.create(base.toString().replace("http", "ws") + "/api/chat/ws?token=" + token + "&room_id=" + room);
        return http.newWebSocketBuilder().buildAsync(address, new WebSocket.Listener() {
            private final StringBuilder frame = new StringBuilder();

            @Override
            public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
                frame.append(part);
                if (last) {
                    if (HEARD.matcher(frame).lookingAt()) {
                        heard.release();
                    }
                    frame.setLength(0);
                }
                socket.request(1);
                return null;
            }
        }).join();
    }

    private static void take(Semaphore heard, int messages) throws Exception {
        if (!heard.tryAcquire(messages, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("Messages did not arrive: " + heard.availablePermits() + " of " + messages);
        }
    }

    private String upload(String path, String token) throws Exception {
        String body = "--b\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\na caption\r\n--b\r\n"
                + "Content-Disposition: form-data; name=\"files\"; filename=\"notes.txt\"\r\nContent-Type: text/plain\r\n\r\n"
                + "words ".repeat(10_000) + "\r\n--b--\r\n";
        return call(HttpRequest.newBuilder(base.resolve(path)).header("Authorization", "Bearer " + token)
                .header("Content-Type", "multipart/form-data; boundary=b").POST(BodyPublishers.ofString(body)));
    }

    private String send(String method, String path, String token, String json) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).header("Content-Type", "application/json")
                .method(method, json == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json));
        return call(token.isEmpty() ? request : request.header("Authorization", "Bearer " + token));
    }

    private String call(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
        if (response.statusCode() >= 300) {
            throw new IOException(response.request().uri().getPath() + ": " + response.statusCode() + " " + response.body());
        }
        return response.body();
    }

    private void awaitReady(Process process) throws Exception {
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS); System.nanoTime() < end;
                Thread.sleep(100)) {
            if (!process.isAlive()) {
                break;
            }
            try {
                call(HttpRequest.newBuilder(base.resolve("/q/health/ready")));
                return;
            } catch (IOException notYet) {
                // It starts.
            }
        }
        throw new IOException("It did not become ready");
    }

    private static String token(String answer) {
        return first("\"access_token\":\\s*\"([^\"]+)\"", answer);
    }

    private static String first(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException(pattern + " is not in " + text);
        }
        return matcher.group(1);
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }
}
