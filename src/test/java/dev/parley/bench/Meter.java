package dev.parley.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import dev.parley.testsupport.ParleyProcess;

/** What the program has used of the machine (Linux): the processor time of its process, and of its database's. */
record Meter(long nanos, double server, double database) {

    /** Of the kernel's clock, which counts in hundredths everywhere that this runs. */
    private static final double TICKS = 100;

    static Meter read(ParleyProcess parley) {
        return new Meter(System.nanoTime(), seconds(parley.process().pid()),
                parley.databaseProcesses().stream().mapToDouble(process -> seconds(process.pid())).sum());
    }

    /** From an earlier reading to this one. */
    Meter since(Meter before) {
        return new Meter(nanos - before.nanos, server - before.server, database - before.database);
    }

    double elapsed() {
        return nanos / 1e9;
    }

    private static double seconds(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
            // utime and stime, the fourteenth and fifteenth field of proc(5); these begin with the third.
            return (Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12))) / TICKS;
        } catch (java.nio.file.NoSuchFileException ended) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
