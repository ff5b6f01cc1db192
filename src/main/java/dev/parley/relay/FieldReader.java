package dev.parley.relay;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.CharBuffer;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;

import dev.parley.attachment.Base64Input;
import dev.parley.message.Draft;
import dev.parley.problem.Code;
import dev.parley.problem.Input;
import dev.parley.problem.Refusal;

/**
 * Reads what a client sent, token by token: no tree, and no copy of a file's base64, which stays where it is in the
 * client's text until it is decoded. Each method reads the value that the parser stands at, and refuses what it is not.
 */
public final class FieldReader implements AutoCloseable {

    private static final JsonFactory JSON = new JsonFactory();

    public final JsonParser json;
    private final String text;

    public FieldReader(String text) throws IOException {
        this.text = text;
        this.json = JSON.createParser(text);
    }

    /** A whole number from 0 to 2^53, also in quotes. */
    public @Nullable Long number(String field) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        try {
            long number = json.currentToken() == JsonToken.VALUE_NUMBER_INT ? json.getLongValue()
                    : json.currentToken() == JsonToken.VALUE_STRING ? Long.parseLong(json.getText()) : -1;
            if (number >= 0 && number <= Input.MAX_ID + 1) {
                return number;
            }
        } catch (NumberFormatException | InputCoercionException e) {
            // Falls through: a number we cannot hold is as wrong as a word.
        }
        throw bad(field + " must be a whole number from 0 to 2^53");
    }

    public @Nullable String string(String field) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw bad(field + " must be a string");
        }
        return json.getText();
    }

    public boolean bool(String field) {
        if (!json.currentToken().isBoolean()) {
            throw bad(field + " must be true or false");
        }
        return json.currentToken() == JsonToken.VALUE_TRUE;
    }

    /** The sender's own label, a string or a number; checked before it is kept, since an error echoes it. */
    public @Nullable String label(String field) throws IOException {
        String label = json.currentToken().isNumeric() ? json.getText() : string(field);
        Draft.checkLabel(label, field);
        return label;
    }

    /** The bytes of a base64 string: the characters between its quotes are decoded as they are read. */
    public InputStream base64(String field) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw bad(field + " must be a string");
        }
        int start = (int) json.currentTokenLocation().getCharOffset() + 1;
        // Base64 has no quotes, and its escaped slashes stay as they are.
        int end = text.indexOf('"', start);
        if (end < 0) {
            throw new EOFException(field + " has no end");
        }
        return new Base64Input(CharBuffer.wrap(text, start, end));
    }

    public static <T> T require(@Nullable T value, String field) {
        if (value == null) {
            throw bad(field + " is missing");
        }
        return value;
    }

    public static Refusal bad(String detail) {
        return new Refusal(Code.BAD_REQUEST, detail);
    }

    @Override
    public void close() throws IOException {
        json.close();
    }
}
