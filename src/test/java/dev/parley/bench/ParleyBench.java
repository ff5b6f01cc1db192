package dev.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

import dev.parley.testsupport.BulkRooms;
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
    /** Of resident memory, for an idle socket. */
    private static final double MOST_KIB = 16;
    /** Per cent of a core, for all idle sockets. */
    private static final double MOST_IDLING = 2;
    private static final int ROOMS = 1_000;
    private static final int WARM_LISTS = 300;
    private static final int LISTS = 200;
    private static final int FORM_KIB = 256;
    private static final int WARM_FILES = 40;
    private static final int FILE_MIB = 64;
    private static final int FILES = 8;

    private final Report report = new Report();
    private ParleyProcess parley;
    private Crowd crowd;

    @BeforeAll
    void start() {
        parley = another("bench");
    }

    /** Instead of the one before, with its own crowd. */
    private ParleyProcess another(String name) {
        if (parley != null) {
            parley.close();
        }
        // The collector and the heap of a small container; accounts are made quickly, and files may be large.
        ParleyProcess fresh = ParleyProcess.fresh(name).untrained()
                .options("-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-Xmx1g")
                .with("PARLEY_AUTH_BCRYPT_COST", "4").with("PARLEY_AUTH_REGISTRATIONS", "100000")
                .with("PARLEY_FILES_FILE", "100M").start();
        crowd = new Crowd(fresh);
        return fresh;
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
            long doubled = IntStream.range(0, STORM).filter(i -> heard.get(i) > 1).count();
            report.add(new Report.Came("storm3000", STORM, used.elapsed(), lost(heard), doubled, used.server(),
                    mib(parley.rss())));
            assertThat(lost(heard)).as("lost").isZero();
            assertThat(doubled).as("doubled").isZero();
        }
    }

    private static long lost(AtomicLongArray heard) {
        return IntStream.range(0, heard.length()).filter(i -> heard.get(i) == 0).count();
    }

    private String inbox(int i) {
        return "/api/chat/ws?token=" + crowd.people.get(i % crowd.people.size()).token;
    }

    @Test
    @Order(5)
    void aListOfAThousandRooms() throws SQLException {
        Person busy = Person.register(parley.base(), "Busy");
        Person friend = Person.register(parley.base(), "Friend");
        try (Connection connection = parley.connect()) {
            BulkRooms.make(connection, ROOMS, 10, busy, friend);
            BulkRooms.run(connection, "analyze");
        }
        assertThat(busy.get("/api/chat/rooms").expect(200).get("rooms")).hasSize(ROOMS).allSatisfy(
                room -> assertThat(room.get("unread_count").asLong()).isEqualTo(room.at("/last_message/seq").asLong())
                        .isEqualTo(10));
        Courier courier = new Courier(parley, crowd);
        Histogram nanos = new Histogram(3);
        int bytes = 0;
        for (int i = -WARM_LISTS; i < LISTS; i++) {
            long begun = System.nanoTime();
            bytes = courier.fetch(busy, "/api/chat/rooms");
            if (i >= 0) {
                nanos.recordValue(System.nanoTime() - begun);
            }
        }
        report.add(new Report.Listed("rooms1000", ROOMS, bytes, nanos.getMinValue() / 1e6, Report.percentiles(nanos),
                mib(parley.rss())));
    }

    /** In a process that has done nothing else, whose memory nothing before them has made resident. */
    @Test
    @Order(6)
    void tenThousandIdleSockets() throws IOException, InterruptedException {
        parley = another("bench-idle");
        int most = Math.min(IDLE, openFiles() - 1_000);
        collect();
        long before = parley.rss();
        try (Swarm swarm = new Swarm(parley.base())) {
            List<Peer> peers = new ArrayList<>();
            idle(swarm, peers, most / 5);
            long fifth = parley.rss();
            idle(swarm, peers, most);
            long after = parley.rss();
            // Until what opened them all is compiled; then at least one ping each.
            Crowd.pause(40);
            double percent = Double.MAX_VALUE;
            // Neighbours on the same cores make all that is done cost more, for a while.
            for (int looks = 0; looks < 3 && percent > MOST_IDLING; looks++) {
                Meter begun = Meter.read(parley);
                Crowd.pause(30);
                Meter used = Meter.read(parley).since(begun);
                percent = Math.min(percent, 100 * used.server() / used.elapsed());
            }
            assertThat(peers).noneMatch(peer -> peer.ended.isDone());
            double kib = (after - before) / 1024.0 / most;
            report.add(new Report.Idle("idle" + most, most, kib,
                    (after - fifth) / 1024.0 / (most - most / 5), percent, mib(parley.rss())));
            assertThat(kib).as("KiB a socket").isLessThanOrEqualTo(MOST_KIB);
            assertThat(percent).as("per cent of a core").isLessThanOrEqualTo(MOST_IDLING);
        }
    }

    /** Until there are so many, and nothing is left of what opening them took. */
    private void idle(Swarm swarm, List<Peer> peers, int until) throws IOException, InterruptedException {
        for (int i = peers.size(); i < until; i++) {
            peers.add(swarm.open(inbox(i), (peer, bytes, from, to) -> {
            }));
            if (i % 200 == 199) {
                peers.forEach(peer -> peer.opened.join());
            }
        }
        peers.forEach(peer -> peer.opened.join());
        Crowd.pause(3);
        collect();
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
    @Order(7)
    void smallForms() {
        parley = another("bench-files");
        Courier courier = new Courier(parley, crowd);
        double first = 0;
        double third = 0;
        byte[] content = Courier.archive(FORM_KIB << 10);
        for (int thousand = 1; thousand <= 3; thousand++) {
            Meter before = Meter.read(parley);
            for (int i = 0; i < 1_000; i++) {
                // In turn, so that nobody uploads more in a minute than they may.
                courier.form(crowd.people.get(i % crowd.people.size()), content);
            }
            third = Meter.read(parley).since(before).server();
            first = thousand == 1 ? third : first;
        }
        report.add(new Report.Forms("forms256", FORM_KIB, first, third, mib(parley.rss())));
    }

    @Test
    @Order(8)
    void filesOf64MiBComeAndGo() {
        Courier courier = new Courier(parley, crowd);
        Person sender = crowd.people.get(0);
        byte[] content = Courier.archive(FILE_MIB << 20);
        move("upload64", "uploads in a form", () -> courier.form(sender, content));
        move("tus64", "uploads by tus", () -> courier.tus(sender, content));
        String url = courier.form(sender, content);
        move("download64", "downloads", () -> assertThat(courier.fetch(sender, url)).isEqualTo(content.length));
        allAtOnce(courier, content);
    }

    /** One after the other. */
    private void move(String form, String what, Runnable one) {
        Set<Path> kept = objects();
        for (int i = 0; i < WARM_FILES; i++) {
            one.run();
        }
        forget(kept);
        Meter before = Meter.read(parley);
        for (int i = 0; i < FILES; i++) {
            one.run();
        }
        Meter used = Meter.read(parley).since(before);
        double mib = (double) FILES * FILE_MIB;
        report.add(new Report.Moved(form, what, FILES, FILE_MIB, mib / used.elapsed(), mib / used.server(),
                mib(parley.rss())));
    }

    private Set<Path> objects() {
        try (Stream<Path> files = Files.walk(parley.data().resolve("files"))) {
            return files.filter(Files::isRegularFile).collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** So that the system has memory for the next ones that it has used before: a virtual machine's first use costs more. */
    private void forget(Set<Path> kept) {
        try {
            for (Path object : objects()) {
                if (!kept.contains(object)) {
                    Files.delete(object);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void allAtOnce(Courier courier, byte[] content) {
        long before = parley.rss();
        long peak = before;
        List<CompletableFuture<Void>> under = IntStream.range(0, FILES).mapToObj(i -> CompletableFuture.runAsync(
                () -> courier.form(crowd.people.get(i), content), Thread::startVirtualThread)).toList();
        CompletableFuture<Void> all = CompletableFuture.allOf(under.toArray(CompletableFuture[]::new));
        while (!all.isDone()) {
            Crowd.pause(0.01);
            peak = Math.max(peak, parley.rss());
        }
        all.join();
        report.add(new Report.AtOnce("atonce64", FILES, FILE_MIB, mib(peak - before), mib(peak)));
        // Less than one of them; all would be eight times that.
        assertThat(mib(peak - before)).as("MiB more").isLessThan(FILE_MIB);
    }

    private static double mib(long bytes) {
        return bytes / 1048576.0;
    }
}
