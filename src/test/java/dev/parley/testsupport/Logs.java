package dev.parley.testsupport;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import org.jboss.logmanager.formatters.PatternFormatter;

/** What the service logs while this is open, at a level of our choice, stack traces and all. */
public final class Logs implements AutoCloseable {

    private final List<LogRecord> records = new CopyOnWriteArrayList<>();
    private final PatternFormatter format = new PatternFormatter("%-5p [%c] %s %X");
    private final Logger root = Logger.getLogger("");
    private final Level before = root.getLevel();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            records.add(line);
        }

        @Override
        public void flush() {
        }

        @Override
        public void close() {
        }
    };

    private Logs(Level level) {
        handler.setLevel(level);
        root.addHandler(handler);
        if (level.intValue() < before.intValue()) {
            root.setLevel(level);
        }
    }

    public static Logs from(Level level) {
        return new Logs(level);
    }

    /** Everything, a line or a stack trace each. */
    public List<String> lines() {
        return records.stream().map(this::line).toList();
    }

    /** What somebody would be woken up for, and every stack trace whatever its level. */
    public List<String> faults() {
        return records.stream().filter(
                line -> line.getLevel().intValue() >= Level.SEVERE.intValue()
                        || line.getThrown() != null && line.getLevel().intValue() >= Level.INFO.intValue())
                .map(this::line).toList();
    }

    private String line(LogRecord line) {
        if (line.getThrown() == null) {
            return format.format(line);
        }
        StringWriter trace = new StringWriter();
        line.getThrown().printStackTrace(new PrintWriter(trace, true));
        return format.format(line) + "\n" + trace;
    }

    @Override
    public void close() {
        root.removeHandler(handler);
        root.setLevel(before);
    }
}
