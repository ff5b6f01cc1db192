package dev.parley.testsupport;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import dev.parley.EmbeddedDatabase;

/** Several processes of the packaged program on one PostgreSQL and one bucket. */
public final class Cluster implements AutoCloseable {

    private final EmbeddedDatabase database;
    private final S3Server bucket;
    private final List<ParleyProcess> instances = new ArrayList<>();

    private Cluster(EmbeddedDatabase database, S3Server bucket) {
        this.database = database;
        this.bucket = bucket;
    }

    /** In {@code target/parley/<name>}; returns when all are ready. */
    public static Cluster start(String name, int size) {
        Path directory = Path.of("target", "parley", name).toAbsolutePath();
        try {
            Database.deleteTree(directory);
            Files.createDirectories(directory);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        S3Server bucket = S3Server.start(directory.resolve("s3"));
        bucket.createBucket("cluster");
        Cluster made = new Cluster(EmbeddedDatabase.start(directory, "on"), bucket);
        for (int i = 1; i <= size; i++) {
            ParleyProcess instance = ParleyProcess.neverInstalled(name + "-" + i);
            made.database.datasource()
                    .forEach((key, value) -> instance.with(key.toUpperCase(Locale.ROOT).replace('.', '_'), value));
            made.bucket.settings("cluster").forEach((key, value) -> instance
                    .with(key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_'), value));
            instance.with("PARLEY_STORE", "s3").options("-Xmx256m");
            made.instances.add(instance);
        }
        made.instances.forEach(ParleyProcess::start);
        return made;
    }

    public ParleyProcess instance(int number) {
        return instances.get(number);
    }

    public URI base(int number) {
        return instance(number).base();
    }

    /** A look into the database. */
    public Connection connect() throws SQLException {
        Map<String, String> settings = database.datasource();
        return DriverManager.getConnection(settings.get("quarkus.datasource.jdbc.url"),
                settings.get("quarkus.datasource.username"), settings.get("quarkus.datasource.password"));
    }

    @Override
    public void close() {
        instances.forEach(ParleyProcess::close);
        bucket.close();
        database.close();
    }
}
