package dev.parley.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;

/** What was measured: as JSON, as a picture, and as the table of the README. */
final class Report {

    static final Path DIRECTORY = Path.of("target", "bench");

    /**
     * People talking.
     *
     * @param latency milliseconds from a sender's call to each receiver's
     * @param perServerSecond deliveries for a second of the server process's processor time
     * @param microsPerMessage processor time of server and database for one message
     */
    record Talked(String form, String what, double seconds, long messages, long deliveries, long lost, long doubled,
            Map<String, Double> latency, double messagesPerSecond, double deliveriesPerSecond, double perServerSecond,
            double microsPerMessage, double residentMib, @JsonIgnore Histogram histogram) {
    }

    /** Sockets that came all at once, each of which then heard a message. */
    record Came(String form, int sockets, double seconds, long lost, long doubled, double serverSeconds, double residentMib) {
    }

    /**
     * Sockets on which nothing happens but pings, of a process that has done nothing else.
     *
     * @param kibPerSocket by how much more is resident than before the first
     * @param kibPerFurther the same without the first fifth, which also make the program load and compile what opens one
     */
    record Idle(String form, int sockets, double kibPerSocket, double kibPerFurther, double percentOfACore,
            double residentMib) {
    }

    /**
     * Somebody's list of all their rooms.
     *
     * @param bytes of one answer
     * @param best milliseconds from the request to the last byte of its answer, the least
     * @param latency the same
     */
    record Listed(String form, int rooms, int bytes, double best, Map<String, Double> latency, double residentMib) {
    }

    /**
     * Small files, one after the other.
     *
     * @param firstMillis processor time of the server for one of the first thousand
     * @param thirdMillis the same for one of the third thousand
     */
    record Forms(String form, int kib, double firstMillis, double thirdMillis, double residentMib) {
    }

    /** Files that come at once, and how much more was resident at most while they came. */
    record AtOnce(String form, int files, int mib, double growthMib, double residentMib) {
    }

    /** Files of one size, one after the other. */
    record Moved(String form, String what, int files, int mib, double mibPerSecond, double mibPerServerSecond,
            double residentMib) {
    }

    /** A part of the program by itself (JMH), nanoseconds an operation. */
    record Part(String name, double nanos, double error) {
    }

    private record Whole(String date, int cores, String processor, double memoryGib, String java, String system,
            List<Object> forms, List<Part> parts) {
    }

    private final List<Object> forms = new ArrayList<>();
    private List<Part> parts = List.of();

    void add(Object form) {
        forms.add(form);
        System.out.println("bench: " + row(form));
    }

    void parts(List<Part> measured) {
        parts = measured;
        measured.forEach(part -> System.out.println("bench: " + row(part)));
    }

    static Map<String, Double> percentiles(Histogram nanos) {
        Map<String, Double> latency = new java.util.LinkedHashMap<>();
        for (double percentile : new double[] { 50, 90, 99, 99.9 }) {
            latency.put("p" + (percentile == 99.9 ? "99_9" : Integer.toString((int) percentile)),
                    nanos.getValueAtPercentile(percentile) / 1e6);
        }
        latency.put("max", nanos.getMaxValue() / 1e6);
        return latency;
    }

    void write() {
        try {
            Files.createDirectories(DIRECTORY);
            ObjectMapper json = new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .enable(SerializationFeature.INDENT_OUTPUT);
            json.writeValue(DIRECTORY.resolve("bench.json").toFile(),
                    new Whole(LocalDate.now().toString(), Runtime.getRuntime().availableProcessors(), processor(),
                            memory(), System.getProperty("java.vm.name") + " " + Runtime.version(),
                            System.getProperty("os.name") + " " + System.getProperty("os.version"), forms, parts));
            Files.writeString(DIRECTORY.resolve("bench.svg"), new Chart(forms, title()).svg());
            Files.writeString(DIRECTORY.resolve("bench.md"), table());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String title() {
        return "%s, %d cores shared by service, database and clients".formatted(LocalDate.now(),
                Runtime.getRuntime().availableProcessors());
    }

    private String table() {
        StringBuilder table = new StringBuilder(
                "Measured " + title() + " (" + processor() + ").\n\n| work | measured |\n| --- | --- |\n");
        forms.forEach(form -> table.append(row(form)).append('\n'));
        parts.forEach(part -> table.append(row(part)).append('\n'));
        return table.toString();
    }

    private static String row(Object form) {
        return switch (form) {
            case Talked t -> format(
                    "| %s | %,.0f messages/s, %,.0f deliveries/s; p50 %.1f ms, p99 %.1f ms; %,.0f deliveries for a server CPU second; lost %d, doubled %d |",
                    t.what, t.messagesPerSecond, t.deliveriesPerSecond, t.latency.get("p50"), t.latency.get("p99"),
                    t.perServerSecond, t.lost, t.doubled);
            case Came c ->
                format("| %,d sockets at once | all open after %.1f s, %.2f ms of server CPU each; lost %d, doubled %d |",
                        c.sockets, c.seconds, c.serverSeconds / c.sockets * 1000, c.lost, c.doubled);
            case Idle i -> format(
                    "| %,d idle sockets, in a fresh process | %.1f KiB resident each, %.1f KiB without the first fifth; %.1f %% of a core in all |",
                    i.sockets, i.kibPerSocket, i.kibPerFurther, i.percentOfACore);
            case Moved m ->
                format("| %s of %d MiB, one after the other | %.0f MiB/s, %,.0f MiB for a server CPU second |", m.what, m.mib,
                        m.mibPerSecond, m.mibPerServerSecond);
            case Listed l -> format("| a list of %,d rooms, %.2f MB | %.0f ms at best, %.0f ms at the median |", l.rooms,
                    l.bytes / 1e6, l.best, l.latency.get("p50"));
            case Forms f -> format(
                    "| forms with %d KiB, one after the other | %.1f ms of server CPU each in the first thousand, %.1f ms in the third |",
                    f.kib, f.firstMillis, f.thirdMillis);
            case AtOnce a -> format("| %d forms with %d MiB at once | %.0f MiB more resident |", a.files, a.mib, a.growthMib);
            case Part p -> format("| %s | %,.0f ± %,.0f ns |", p.name, p.nanos, p.error);
            default -> throw new IllegalArgumentException(form.toString());
        };
    }

    private static String format(String text, Object... values) {
        return String.format(Locale.ROOT, text, values);
    }

    private static String processor() {
        String model = field("/proc/cpuinfo", "model name");
        return model == null ? System.getProperty("os.arch") : model;
    }

    private static double memory() {
        String total = field("/proc/meminfo", "MemTotal");
        return total == null ? 0 : Math.round(Long.parseLong(total.replaceAll("\\D", "")) / 1048576.0 * 10) / 10.0;
    }

    private static @Nullable String field(String file, String name) {
        try {
            return Files.readAllLines(Path.of(file)).stream().filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip()).findFirst().orElse(null);
        } catch (IOException elsewhere) {
            return null;
        }
    }
}
