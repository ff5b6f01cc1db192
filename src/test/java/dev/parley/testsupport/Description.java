package dev.parley.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;

/** What a running Parley says of its routes, held against what they take and answer. */
public final class Description {

    private static final String DOCUMENT = "urn:parley:openapi";

    public final JsonNode document;
    private final JsonSchemaFactory schemas;

    private Description(JsonNode document) {
        this.document = document;
        schemas = JsonSchemaFactory.getInstance(VersionFlag.V202012,
                with -> with.schemaLoaders(loaders -> loaders.schemas(Map.of(DOCUMENT, document.toString()))));
    }

    public static Description of(URI base) {
        return new Description(Wire.call(base, "GET", "/q/openapi?format=json", Map.of(), null).json());
    }

    /**
     * Calls a route, which has to do it, and returns its answer; the body and the answer have to fit their schemas.
     *
     * @param operation such as {@code GET /api/chat/rooms/{id}}, with or without a query
     * @param body JSON, empty for none
     * @param ids for the path, in their order
     */
    public JsonNode call(Person caller, String operation, String body, Object... ids) {
        String method = operation.substring(0, operation.indexOf(' '));
        String path = operation.substring(operation.indexOf(' ') + 1);
        for (Object id : ids) {
            path = path.replaceFirst("\\{[^}]+}", id.toString());
        }
        JsonNode sent = body.isEmpty() ? null : json(body);
        if (sent != null) {
            assertFits(operation, "/requestBody", "application/json", sent);
        }
        Answer answer = caller.call(method, path, sent, Map.of());
        assertThat(answer.status()).as(operation + " " + body).isLessThan(300);
        return fits(operation, answer);
    }

    /** The answer's body, which has to fit the schema of its status. */
    public JsonNode fits(String operation, Answer answer) {
        assertFits(operation, "/responses/" + answer.status(),
                answer.headers().firstValue("Content-Type").orElseThrow().replaceFirst(";.*", ""), answer.body());
        return answer.body();
    }

    private void assertFits(String operation, String where, String type, JsonNode value) {
        String method = operation.substring(0, operation.indexOf(' ')).toLowerCase(Locale.ROOT);
        String path = operation.substring(operation.indexOf(' ') + 1).replaceFirst("\\?.*", "");
        String schema = "/paths/" + escaped(path) + "/" + method + where + "/content/" + escaped(type) + "/schema";
        assertThat(document.at(schema).isMissingNode()).as("nothing is said of " + schema).isFalse();
        assertThat(schemas.getSchema(SchemaLocation.of(DOCUMENT + "#" + schema.replace("{", "%7B").replace("}", "%7D")))
                .validate(value)).as(operation + where + ": " + value).isEmpty();
    }

    /** As a step of a JSON pointer. */
    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    private static JsonNode json(String text) {
        try {
            return Person.JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
