package dev.parley.attachment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import dev.parley.testsupport.ParleyProcess;
import dev.parley.testsupport.S3Server;

/** What the packaged program holds on its disk and in its database. */
final class PackagedParley {

    private PackagedParley() {
    }

    static final String BUCKET = "parley-files";

    static ParleyProcess withBucket(ParleyProcess parley, S3Server server) {
        for (Map.Entry<String, String> setting : server.settings(BUCKET).entrySet()) {
            parley.options("-D" + setting.getKey() + "=" + setting.getValue());
        }
        return parley;
    }

    /** An S3 server with nothing but an empty bucket, below {@code target/parley}. */
    static S3Server bucket(String name) {
        Path directory = Path.of("target", "parley", name);
        delete(directory);
        try {
            S3Server server = S3Server.start(Files.createDirectories(directory));
            server.createBucket(BUCKET);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Set<String> temporary(ParleyProcess parley) {
        return FilesScene.names(parley.data().resolve("tmp").resolve("uploads"));
    }

    /** Keys of the directory store. */
    static Set<String> stored(ParleyProcess parley) {
        return FilesScene.names(parley.data().resolve("files"));
    }

    /** Keys that the rows know of, in one of these states. */
    static Set<String> known(ParleyProcess parley, String states) {
        try (Connection connection = parley.connect();
                ResultSet rows = connection.createStatement().executeQuery("select storage_key from media_attachments"
                        + " where storage_key is not null and state in (" + states + ")")) {
            Set<String> keys = new HashSet<>();
            while (rows.next()) {
                keys.add(rows.getString(1));
            }
            return keys;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static void delete(Path root) {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
