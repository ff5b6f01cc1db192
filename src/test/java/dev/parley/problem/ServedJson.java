package dev.parley.problem;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.parley.testsupport.PlainJson;
import io.quarkus.jackson.ObjectMapperCustomizer;

/** The mapper as the running service has it, without the container that puts it together. */
public final class ServedJson {

    private ServedJson() {
    }

    /** @param writers of the packages whose records are written */
    public static ObjectMapper mapper(ObjectMapperCustomizer... writers) {
        ObjectMapper mapper = PlainJson.mapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        new StrictJson().customize(mapper);
        for (ObjectMapperCustomizer writer : writers) {
            writer.customize(mapper);
        }
        new IsoInstant.Registered().customize(mapper);
        return mapper;
    }
}
