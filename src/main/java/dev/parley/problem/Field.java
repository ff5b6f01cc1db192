package dev.parley.problem;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.SerializerProvider;

/**
 * A field of what is written again and again: its name is looked through for what must be escaped and encoded once, not each
 * time, which in a long list takes as long as the values do.
 */
public final class Field {

    private final SerializableString name;

    public Field(String name) {
        this.name = new SerializedString(name);
    }

    public void number(JsonGenerator json, long value) throws IOException {
        json.writeFieldName(name);
        json.writeNumber(value);
    }

    public void text(JsonGenerator json, @Nullable String value) throws IOException {
        json.writeFieldName(name);
        json.writeString(value);
    }

    public void flag(JsonGenerator json, boolean value) throws IOException {
        json.writeFieldName(name);
        json.writeBoolean(value);
    }

    /** As Jackson writes it by itself. */
    public void value(JsonGenerator json, @Nullable Object value, SerializerProvider provider) throws IOException {
        json.writeFieldName(name);
        provider.defaultSerializeValue(value, json);
    }
}
