package dev.parley.attachment.preview;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.attachment.storage.KnownObjects;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.SampleFiles;
import dev.parley.testsupport.Sql;
import io.quarkus.arc.All;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** Previews that are ready only when their file is gone. */
@QuarkusTest
class KeptPreviewsTest {

    @TestHTTPResource("/")
    URI base;

    @Inject
    Previews previews;

    @Inject
    DataSource database;

    @All
    @Inject
    List<KnownObjects> known;

    @TempDir
    Path directory;

    @Test
    void nothingIsStoredOfAFileThatWasDeletedMeanwhileAndWhatWasStoredIsNoLongerNeeded() throws IOException, SQLException {
        Person ann = Person.register(base, "Ann");
        JsonNode message = ann.post(ann.group("Files"), new Form().file(SampleFiles.get("photo.jpg"))).expect(201);
        UUID file = UUID.fromString(message.at("/files_data/0/id").asText());
        previews.keep(file, made(PreviewSize.SMALL));
        String key = previews.find(file, PreviewSize.SMALL).orElseThrow().key();
        assertThat(needed(key)).isTrue();

        ann.delete("/api/chat/messages/" + message.get("id").asText()).expect(200);
        previews.keep(file, made(PreviewSize.LARGE));

        assertThat(previews.find(file, PreviewSize.LARGE)).isEmpty();
        // As when a row is left of a file whose bytes are removed.
        new Sql(database).change("update media_attachments set storage_key = null where id = '" + file + "'");
        assertThat(needed(key)).isFalse();
    }

    private boolean needed(String key) {
        return known.stream().anyMatch(some -> some.known(Set.of(key)).contains(key));
    }

    private Made made(PreviewSize size) throws IOException {
        Path picture = Files.write(directory.resolve(size.id()), new byte[] { 1, 2, 3 });
        return new Made(List.of(new Made.Picture(size, picture, 1, 1)), "", null, null);
    }
}
