package dev.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLongArray;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

import com.fasterxml.jackson.databind.ObjectMapper;

import dev.parley.testsupport.Form;
import dev.parley.testsupport.ParleyProcess;
import dev.parley.testsupport.Person;

/** The packaged program under the loads of a chat; what is lost or comes twice fails it, how fast it is does not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ParleyBench {

    private static final double WARM = Double.parseDouble(System.getProperty("parley.bench.warm", "6"));
    private static final double SECONDS = Double.parseDouble(System.getProperty("parley.bench.seconds", "10"));
    private static final int STORM = 3_000;
    private static final int IDLE = 10_000;
    private static final int FILE_MIB = 64;
    private static final int FILES = 8;

    private final Report report = new Report();
    private ParleyProcess parley;
    private Crowd crowd;

    @BeforeAll
    void start() {
        // The collector and the heap of a small container; accounts are made quickly, and one user may have many sockets.
        parley = ParleyProcess.fresh("bench").untrained().options("-XX:+UseSerialGC", "-Xmx1g")
                .with("PARLEY_AUTH_BCRYPT_COST", "4")
                .with("PARLEY_AUTH_REGISTRATIONS", "100000").start();
        crowd = new Crowd(parley);
    }

    @AfterAll
    void write() {
        parley.close();
        report.parts(Parts.measure());
        report.write();
    }

    @Test
    @Order(1)
    void fiveHundredMessagesASecondInTwentyRoomsOfTen() {
        talk("rate-rooms10", "200 sockets in 20 rooms of 10, 500 messages/s", crowd.rooms, crowd.members, 10, 500);
    }

    @Test
    @Order(2)
    void aHundredWhoNeverPauseInTwentyRoomsOfTen() {
        talk("closed-rooms10", "the same rooms, 100 senders that never pause", crowd.rooms, crowd.members, 5, 0);
    }

    @Test
    @Order(3)
    void fiftyWhoNeverPauseInARoomOfTwoHundred() {
        talk("hotroom200", "one room of 200, 50 senders that never pause", List.of(crowd.hall), List.of(crowd.people), 50, 0);
    }

    /** @param rate messages a second; 0: everybody speaks again as soon as they have heard themselves */
    private void talk(String form, String what, List<Long> rooms, List<List<Person>> members, int speakers, int rate) {
        try (Swarm swarm = new Swarm(parley.base())) {
            Talk talk = new Talk(swarm, rooms, members, speakers, rate == 0);
            if (rate == 0) {
                talk.begin();
                Crowd.pause(WARM);
            } else {
                talk.speak(rate, WARM);
            }
            talk.measure();
            Meter before = Meter.read(parley);
            long deliveries = talk.deliveries();
            if (rate == 0) {
                Crowd.pause(SECONDS);
            } else {
                talk.speak(rate, SECONDS);
            }
            Meter used = Meter.read(parley).since(before);
            deliveries = talk.deliveries() - deliveries;
            double resident = mib(parley.rss());
            Talk.Outcome outcome = talk.end();
            long messages = Math.round((double) deliveries / members.get(0).size());
            report.add(new Report.Talked(form, what, used.elapsed(), messages, deliveries, outcome.lost(), outcome.doubled(),
                    Report.percentiles(outcome.latency()), messages / used.elapsed(), deliveries / used.elapsed(),
                    deliveries / used.server(), (used.server() + used.database()) * 1e6 / messages, resident,
                    outcome.latency()));
            assertThat(outcome.lost()).as("lost").isZero();
            assertThat(outcome.doubled()).as("doubled").isZero();
        }
    }

    @Test
    @Order(4)
    void threeThousandSocketsAtOnce() {
        try (Swarm swarm = new Swarm(parley.base())) {
            AtomicLongArray heard = new AtomicLongArray(STORM);
            Meter before = Meter.read(parley);
            List<Peer> peers = new ArrayList<>();
            for (int i = 0; i < STORM; i++) {
                int mine = i;
                peers.add(swarm.open(inbox(i), (peer, bytes, from, to) -> {
                    if (new String(bytes, from, Math.min(25, to - from), java.nio.charset.StandardCharsets.US_ASCII)
                            .contains("\"new_message\"")) {
                        heard.incrementAndGet(mine);
                    }
                }));
            }
            peers.forEach(peer -> peer.opened.join());
            Meter used = Meter.read(parley).since(before);
            crowd.people.get(0).post(crowd.hall, "Is everybody here?");
            long patience = System.nanoTime() + 20_000_000_000L;
            while (lost(heard) > 0 && System.nanoTime() < patience) {
                Crowd.pause(0.05);
            }
            Crowd.pause(0.3);
            long doubled = java.util.stream.IntStream.range(0, STORM).filter(i -> heard.get(i) > 1).count();
            report.add(new Report.Came("storm3000", STORM, used.elapsed(), lost(heard), doubled, used.server(),
                    mib(parley.rss())));
            assertThat(lost(heard)).as("lost").isZero();
            assertThat(doubled).as("doubled").isZero();
        }
    }

    private static long lost(AtomicLongArray heard) {
        return java.util.stream.IntStream.range(0, heard.length()).filter(i -> heard.get(i) == 0).count();
    }

    private String inbox(int i) {
        return "/api/chat/ws?token=" + crowd.people.get(i % crowd.people.size()).token;
    }

    @Test
    @Order(5)
    void tenThousandIdleSockets() throws IOException, InterruptedException {
        int most = Math.min(IDLE, openFiles() - 1_000);
        collect();
        long before = parley.rss();
        try (Swarm swarm = new Swarm(parley.base())) {
            List<Peer> peers = new ArrayList<>();
            for (int i = 0; i < most; i++) {
                peers.add(swarm.open(inbox(i), (peer, bytes, from, to) -> {
                }));
                if (i % 200 == 199) {
                    peers.forEach(peer -> peer.opened.join());
                }
            }
            peers.forEach(peer -> peer.opened.join());
            Crowd.pause(3);
            collect();
            long after = parley.rss();
            // Until what opened them all is compiled; then at least one ping each.
            Crowd.pause(40);
            Meter begun = Meter.read(parley);
            Crowd.pause(30);
            Meter used = Meter.read(parley).since(begun);
            assertThat(peers).noneMatch(peer -> peer.ended.isDone());
            report.add(new Report.Idle("idle" + most, most, (after - before) / 1024.0 / most,
                    100 * used.server() / used.elapsed(), mib(parley.rss())));
        }
    }

    /** A socket is a file to the system, here and in the server. */
    private static int openFiles() throws IOException {
        String line = Files.readAllLines(Path.of("/proc/self/limits")).stream().filter(l -> l.startsWith("Max open files"))
                .findFirst().orElseThrow();
        return (int) Math.min(1_000_000, Long.parseLong(line.split(" {2,}")[1]));
    }

    private void collect() throws IOException, InterruptedException {
        for (int i = 0; i < 2; i++) {
            new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                    Long.toString(parley.process().pid()), "GC.run").redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
        }
    }

    @Test
    @Order(6)
    void filesOf64MiBComeAndGo() throws IOException, InterruptedException {
        byte[] content = new byte[FILE_MIB << 20];
        new Random(1).nextBytes(content);
        Person sender = crowd.people.get(0);
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        String url = "";
        // Two to warm up.
        Meter before = Meter.read(parley);
        for (int i = -2; i < FILES; i++) {
            before = i == 0 ? Meter.read(parley) : before;
            Form form = new Form().field("conversation_id", crowd.hall).file("file", "random.bin", content);
            HttpResponse<String> answer = client.send(request(sender, parley.base().resolve("/messages/upload"))
                    .header("Content-Type", Form.TYPE).POST(form.body()).build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            url = new ObjectMapper().readTree(answer.body()).findValue("media_url").asText();
        }
        report.add(moved("upload64", "uploads", Meter.read(parley).since(before)));
        for (int i = -2; i < FILES; i++) {
            before = i == 0 ? Meter.read(parley) : before;
            HttpResponse<byte[]> answer = client.send(request(sender, parley.base().resolve(url)).build(),
                    BodyHandlers.ofByteArray());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body().length).isEqualTo(content.length);
        }
        report.add(moved("download64", "downloads", Meter.read(parley).since(before)));
    }

    private Report.Moved moved(String form, String what, Meter used) {
        double mib = (double) FILES * FILE_MIB;
        return new Report.Moved(form, what, FILES, FILE_MIB, mib / used.elapsed(), mib / used.server(), mib(parley.rss()));
    }

    private static HttpRequest.Builder request(Person who, URI where) {
        return HttpRequest.newBuilder(where).header("Authorization", "Bearer " + who.token);
    }

    private static double mib(long bytes) {
        return bytes / 1048576.0;
    }
}
