package dev.parley.attachment.preview;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import dev.parley.attachment.jobs.JobKind;

/**
 * The programs that make previews, as far as they are on the path when this instance starts, and what they are started
 * with: {@code prlimit} (util-linux) bounds their memory, processor time and files, {@code unshare} takes the network
 * away and, where it can, lets no process outlive the first.
 */
@Singleton
public class Programs {

    private static final Logger LOG = Logger.getLogger(Programs.class);
    private static final long MIB = 1024 * 1024;
    private static final String LIMITS = "--as=" + 1024 * MIB + " --cpu=15 --fsize=" + 256 * MIB + " --nofile=64 --core=0";

    private final List<Path> path;
    private final Set<JobKind> possible = EnumSet.noneOf(JobKind.class);
    private final List<String> limits;
    private final List<String> alone;

    @Inject
    Programs(PreviewSettings settings) {
        this(settings.enabled() ? Optional.ofNullable(System.getenv("PATH")).orElse("") : "");
        if (settings.enabled()) {
            LOG.infof("Previews are made of: %s", possible.isEmpty() ? "nothing, since the programs are not on the path"
                    : possible);
            if (!possible.isEmpty() && !isolated()) {
                LOG.warn("The programs that make previews can reach the network: network namespaces are not permitted here."
                        + " Permit user namespaces, or set parley.previews.enabled=false");
            }
        }
    }

    /** @param path directories, as in the environment */
    Programs(String path) {
        this.path = Arrays.stream(path.split(File.pathSeparator)).filter(entry -> entry.startsWith("/")).map(Path::of).toList();
        this.limits = find("prlimit").map(prlimit -> {
            List<String> words = new ArrayList<>(find("nice").map(nice -> List.of(nice, "-n", "10")).orElse(List.of()));
            words.add(prlimit);
            words.addAll(List.of(LIMITS.split(" ")));
            return List.copyOf(words);
        }).orElse(List.of());
        if (!limits.isEmpty() && find("vipsthumbnail").isPresent()) {
            possible.add(JobKind.IMAGE);
            find("ffmpeg").ifPresent(ffmpeg -> possible.add(JobKind.VIDEO));
            find("pdftoppm").ifPresent(pdftoppm -> possible.add(JobKind.PDF));
        }
        this.alone = possible.isEmpty() ? List.of() : isolation();
    }

    /** What this instance can make previews of. */
    public Set<JobKind> possible() {
        return possible;
    }

    /** Whether they run without a network. */
    public boolean isolated() {
        return !alone.isEmpty();
    }

    /** What a command is preceded by. */
    List<String> limited() {
        List<String> words = new ArrayList<>(limits);
        words.addAll(alone);
        return words;
    }

    /** Where a program is. */
    Optional<String> find(String program) {
        return path.stream().map(directory -> directory.resolve(program)).filter(Files::isExecutable).map(Path::toString)
                .findFirst();
    }

    /** Root may make namespaces of networks and processes; others may where user namespaces are allowed. */
    private List<String> isolation() {
        Optional<String> unshare = find("unshare");
        Optional<String> nothing = find("true");
        if (unshare.isPresent() && nothing.isPresent()) {
            for (String how : List.of("-n --pid --fork --kill-child", "-rn --pid --fork --kill-child", "-n", "-rn")) {
                List<String> words = Stream.concat(unshare.stream(), Arrays.stream(how.split(" "))).toList();
                if (succeeds(Stream.concat(words.stream(), nothing.stream()).toList())) {
                    return words;
                }
            }
        }
        return List.of();
    }

    private static boolean succeeds(List<String> command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
