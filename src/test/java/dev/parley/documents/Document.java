package dev.parley.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One document, read word for word. Registered as an extension, it fails a class whose tests, all run, have left a sample
 * of the document untried.
 */
final class Document implements AfterTestExecutionCallback, AfterAllCallback {

    private static final Pattern FENCE = Pattern.compile("\\s*```(\\w*)\\s*");
    private static final Pattern HEADING = Pattern.compile("(#{1,6}) (.*)");
    private static final Pattern LABEL = Pattern.compile("\\*\\*(.+)\\*\\*");

    private final List<Sample> samples = new ArrayList<>();
    private final List<String> prose = new ArrayList<>();
    private final Set<Sample> used = new HashSet<>();
    private final Set<Method> tried = new HashSet<>();

    /**
     * A fenced block.
     *
     * @param language as its fence names it, empty when it does not
     * @param headings of all levels above it and the bold line it follows, outermost first
     */
    record Sample(String language, List<String> headings, String text) {

        boolean isUnder(String... names) {
            int found = 0;
            for (String heading : headings) {
                if (found < names.length && heading.equals(names[found])) {
                    found++;
                }
            }
            return found == names.length;
        }
    }

    static Document read(String file) {
        try (InputStream in = Document.class.getResourceAsStream("/documents/" + file)) {
            return new Document(new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Document(String text) {
        List<String> headings = new ArrayList<>();
        List<Integer> levels = new ArrayList<>();
        String language = null;
        StringBuilder block = new StringBuilder();
        for (String line : text.lines().toList()) {
            Matcher fence = FENCE.matcher(line);
            if (language != null && !fence.matches()) {
                block.append(line).append('\n');
            } else if (language != null) {
                samples.add(new Sample(language, List.copyOf(headings), block.toString()));
                block.setLength(0);
                language = null;
            } else if (fence.matches()) {
                language = fence.group(1);
            } else {
                prose.add(line);
                enter(line, headings, levels);
            }
        }
        assertThat(language).as("a fence that is not closed").isNull();
    }

    private static void enter(String line, List<String> headings, List<Integer> levels) {
        int level = level(line);
        if (level > 0) {
            while (!levels.isEmpty() && levels.getLast() >= level) {
                levels.removeLast();
                headings.removeLast();
            }
            levels.add(level);
            headings.add(line.replaceAll("^#+ |\\*\\*", ""));
        }
    }

    /** Bold lines stand below every heading. */
    private static int level(String line) {
        Matcher heading = HEADING.matcher(line);
        return heading.matches() ? heading.group(1).length() : LABEL.matcher(line).matches() ? 7 : 0;
    }

    /** The one sample in this language under these headings. */
    String sample(String language, String... headings) {
        List<Sample> found = samples.stream().filter(sample -> sample.language.equals(language) && sample.isUnder(headings))
                .toList();
        assertThat(found).as(language + " under " + Arrays.toString(headings)).hasSize(1);
        used.addAll(found);
        return found.getFirst().text;
    }

    /** The JSON example under these headings. */
    Example json(String... headings) {
        return Example.of(sample("json", headings));
    }

    /** What the lines outside of samples say that match. */
    Stream<MatchResult> prose(String pattern) {
        return prose.stream().map(Pattern.compile(pattern)::matcher).filter(Matcher::matches).map(Matcher::toMatchResult);
    }

    /** Leaves out samples that no client runs, or that another test runs. */
    Document leavingOut(String why, String language, String... headings) {
        List<Sample> left = samples.stream()
                .filter(sample -> sample.language.equals(language) && sample.isUnder(headings)).toList();
        assertThat(left).as(why).isNotEmpty();
        used.addAll(left);
        return this;
    }

    @Override
    public void afterTestExecution(ExtensionContext test) {
        tried.add(test.getRequiredTestMethod());
    }

    @Override
    public void afterAll(ExtensionContext tests) {
        long all = Arrays.stream(tests.getRequiredTestClass().getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Test.class)).count();
        if (tried.size() >= all) {
            assertThat(samples).filteredOn(sample -> !used.contains(sample)).as("samples that no test tried").isEmpty();
        }
    }
}
