package dev.parley.attachment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/** The objects of a {@link DirectoryStore}: memory holds the names of one of its 256 directories, never more. */
final class DirectoryInventory implements Inventory {

    private static final int KEY_LENGTH = 36;
    private static final Predicate<String> SHELF = Pattern.compile("[0-9a-f]{2}").asMatchPredicate();

    private static final Predicate<String> PARTIAL = Pattern.compile("(.{36})(-whole(-own)?)?").asMatchPredicate()
            .and(name -> Keys.isOurs(name.substring(0, KEY_LENGTH)));

    private final Path root;
    private final Path incoming;
    private final Path partial;

    DirectoryInventory(Path root, Path incoming, Path partial) {
        this.root = root;
        this.incoming = incoming;
        this.partial = partial;
    }

    @Override
    public void objects(Consumer<List<StoredObject>> pages) {
        for (String shelf : names(root, SHELF)) {
            Path directory = root.resolve(shelf);
            page(directory, name -> Keys.isOurs(name) && name.startsWith(shelf), (key, file) -> new StoredObject(key,
                    file.size(), file.lastModifiedTime().toInstant()), pages);
        }
    }

    @Override
    public boolean holds(String key) {
        return Files.isRegularFile(root.resolve(Keys.check(key).substring(0, 2)).resolve(key));
    }

    @Override
    public void unfinished(Consumer<List<Unfinished>> pages) {
        unfinished(incoming, Keys::isOurs, pages);
        if (Files.isDirectory(partial)) {
            unfinished(partial, PARTIAL, pages);
        }
    }

    private void unfinished(Path directory, Predicate<String> wanted, Consumer<List<Unfinished>> pages) {
        page(directory, wanted, (name, file) -> new Unfinished(name.substring(0, KEY_LENGTH),
                root.relativize(directory.resolve(name)).toString(), file.size(), file.lastModifiedTime().toInstant()), pages);
    }

    private static <T> void page(Path directory, Predicate<String> wanted, BiFunction<String, BasicFileAttributes, T> entry,
            Consumer<List<T>> pages) {
        List<T> page = new ArrayList<>();
        for (String name : names(directory, wanted)) {
            BasicFileAttributes file = attributes(directory.resolve(name));
            if (file != null && file.isRegularFile()) {
                page.add(entry.apply(name, file));
            }
            if (page.size() == PAGE) {
                pages.accept(List.copyOf(page));
                page.clear();
            }
        }
        if (!page.isEmpty()) {
            pages.accept(List.copyOf(page));
        }
    }

    @Override
    public void abandon(Unfinished attempt) {
        try {
            Files.deleteIfExists(root.resolve(attempt.id()));
        } catch (IOException e) {
            throw Trouble.with(root, e);
        }
    }

    private static List<String> names(Path directory, Predicate<String> wanted) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).filter(wanted).sorted().toList();
        } catch (IOException e) {
            throw Trouble.with(directory, e);
        }
    }

    private static @Nullable BasicFileAttributes attributes(Path file) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class);
        } catch (NoSuchFileException goneMeanwhile) {
            return null;
        } catch (IOException e) {
            throw Trouble.with(file, e);
        }
    }
}
