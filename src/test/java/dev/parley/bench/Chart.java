package dev.parley.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.HdrHistogram.Histogram;

/** Throughput, latency and memory in one picture: four panels side by side, drawn with a few lines of our own. */
final class Chart {

    private static final int WIDTH = 1640;
    private static final int HEIGHT = 430;
    private static final int TOP = 96;
    private static final int BOTTOM = 350;
    private static final String[] COLOURS = { "#2563eb", "#d97706", "#059669", "#7c3aed", "#db2777", "#475569" };
    private static final double[] PERCENTILES = { 0, 50, 90, 99, 99.9 };

    private record Bar(String name, double value) {
    }

    private final List<Report.Talked> talked = new ArrayList<>();
    private final List<Bar> resident = new ArrayList<>();
    private final String title;
    private final StringBuilder out = new StringBuilder();

    Chart(List<Object> forms, String title) {
        this.title = title;
        for (Object form : forms) {
            switch (form) {
                case Report.Talked t -> {
                    talked.add(t);
                    resident.add(new Bar(t.form(), t.residentMib()));
                }
                case Report.Came c -> resident.add(new Bar(c.form(), c.residentMib()));
                case Report.Idle i -> resident.add(new Bar(i.form(), i.residentMib()));
                case Report.Listed l -> resident.add(new Bar(l.form(), l.residentMib()));
                case Report.Forms f -> resident.add(new Bar(f.form(), f.residentMib()));
                case Report.AtOnce a -> resident.add(new Bar(a.form(), a.residentMib()));
                case Report.Moved m -> resident.add(new Bar(m.form(), m.residentMib()));
                default -> {
                    // Drawn nowhere.
                }
            }
        }
    }

    String svg() {
        add("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' font-family='system-ui, sans-serif' font-size='12' fill='#1f2937'>",
                WIDTH, HEIGHT);
        add("<rect width='100%%' height='100%%' fill='#ffffff'/>");
        text(40, 34, "start", "Parley", "font-size='20' font-weight='600'");
        text(118, 34, "start", title, "fill='#6b7280' font-size='14'");
        bars(70, 330, "Throughput", "messages a second",
                talked.stream().map(form -> new Bar(form.form(), form.messagesPerSecond())).toList());
        bars(480, 330, "Efficiency", "deliveries for a second of server CPU",
                talked.stream().map(form -> new Bar(form.form(), form.perServerSecond())).toList());
        latency(880, 330);
        bars(1280, 340, "Memory", "MiB resident, server process", resident);
        add("</svg>");
        return out.toString();
    }

    private void bars(int left, int width, String name, String unit, List<Bar> bars) {
        heading(left, name, unit);
        double most = nice(bars.stream().mapToDouble(Bar::value).max().orElse(1));
        for (int i = 0; i <= 4; i++) {
            int y = (int) (BOTTOM - (BOTTOM - TOP) * i / 4.0);
            line(left, y, left + width);
            text(left - 6, y + 4, "end", number(most * i / 4), "fill='#6b7280'");
        }
        double step = (double) width / Math.max(1, bars.size());
        for (int i = 0; i < bars.size(); i++) {
            Bar bar = bars.get(i);
            double height = (BOTTOM - TOP) * bar.value / most;
            double middle = left + step * (i + 0.5);
            double thick = Math.min(56, step * 0.6);
            add("<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' rx='2' fill='%s'/>", middle - thick / 2, BOTTOM - height,
                    thick, height, COLOURS[bars == resident ? 5 : i % COLOURS.length]);
            text(middle, BOTTOM - height - 6, "middle", number(bar.value), "font-weight='600'");
            add("<text x='%.1f' y='%d' text-anchor='end' transform='rotate(-28 %.1f %d)'>%s</text>", middle + 8, BOTTOM + 18,
                    middle + 8, BOTTOM + 18, bar.name);
        }
    }

    /** Milliseconds on a logarithmic scale, over how rare they are. */
    private void latency(int left, int width) {
        heading(left, "Latency", "ms from a sender's call to each receiver's");
        double low = -1;
        double high = Math.ceil(talked.stream()
                .mapToDouble(form -> Math.log10(Math.max(1, form.histogram().getValueAtPercentile(99.9) / 1e6))).max()
                .orElse(2));
        for (int power = (int) low; power <= high; power++) {
            int y = (int) height(power, low, high);
            line(left, y, left + width);
            text(left - 6, y + 4, "end", power < 0 ? "0.1" : number(Math.pow(10, power)), "fill='#6b7280'");
        }
        for (double percentile : PERCENTILES) {
            double x = left + width * place(percentile);
            add("<line x1='%.1f' y1='%d' x2='%.1f' y2='%d' stroke='#e5e7eb'/>", x, TOP, x, BOTTOM);
            text(x, BOTTOM + 18, "middle", percentile == 0 ? "least" : "p" + number(percentile), "");
        }
        for (int i = 0; i < talked.size(); i++) {
            Histogram histogram = talked.get(i).histogram();
            StringBuilder points = new StringBuilder();
            for (double nines = 0; nines <= 3.0001; nines += 0.05) {
                double percentile = 100 * (1 - Math.pow(10, -nines));
                double millis = Math.max(0.1, histogram.getValueAtPercentile(percentile) / 1e6);
                points.append(String.format(Locale.ROOT, "%.1f,%.1f ", left + width * place(percentile),
                        height(Math.log10(millis), low, high)));
            }
            add("<polyline fill='none' stroke='%s' stroke-width='2.5' points='%s'/>", COLOURS[i % COLOURS.length], points);
            add("<rect x='%d' y='%d' width='14' height='4' fill='%s'/>", left + width - 122,
                    BOTTOM - 16 - 18 * (talked.size() - 1 - i),
                    COLOURS[i % COLOURS.length]);
            text(left + width - 102, BOTTOM - 10 - 18 * (talked.size() - 1 - i), "start", talked.get(i).form(), "");
        }
    }

    private static double place(double percentile) {
        return Math.min(1, -Math.log10(Math.max(0.001, 1 - percentile / 100)) / 3);
    }

    private static double height(double power, double low, double high) {
        return BOTTOM - (BOTTOM - TOP) * (power - low) / (high - low);
    }

    private void heading(int left, String name, String unit) {
        text(left, TOP - 30, "start", name, "font-size='15' font-weight='600'");
        text(left, TOP - 13, "start", unit, "fill='#6b7280'");
    }

    private void line(int from, int y, int to) {
        add("<line x1='%d' y1='%d' x2='%d' y2='%d' stroke='#e5e7eb'/>", from, y, to, y);
    }

    private void text(double x, double y, String anchor, String words, String attributes) {
        add("<text x='%.1f' y='%.1f' text-anchor='%s' %s>%s</text>", x, y, anchor, attributes, words);
    }

    /** One, two or five times a power of ten. */
    private static double nice(double value) {
        double power = Math.pow(10, Math.floor(Math.log10(Math.max(1, value))));
        for (double factor : new double[] { 1, 2, 4, 5, 8 }) {
            if (value * 1.05 <= factor * power) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    private static String number(double value) {
        return value == Math.rint(value) || value >= 100 ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%.1f", value);
    }

    private void add(String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
