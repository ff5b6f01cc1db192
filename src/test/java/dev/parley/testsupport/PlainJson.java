package dev.parley.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;

import io.quarkus.jackson.ObjectMapperCustomizer;

/** The JSON that Jackson makes of records by itself. */
public final class PlainJson {

    private PlainJson() {
    }

    /** With the settings that the service has, and nothing of its own. */
    public static ObjectMapper mapper() {
        return new ObjectMapper().registerModule(new JavaTimeModule())
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);
    }

    /** Field by field, in the same order: whoever adds a field to the records adds it to the writer. */
    public static void assertSame(ObjectMapperCustomizer writer, Iterable<?> records) throws JsonProcessingException {
        ObjectMapper plain = mapper();
        ObjectMapper ours = plain.copy();
        writer.customize(ours);
        for (Object each : records) {
            assertThat(ours.writeValueAsString(each)).isEqualTo(plain.writeValueAsString(each));
        }
    }
}
