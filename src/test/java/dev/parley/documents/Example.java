package dev.parley.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.parley.testsupport.Person;

/**
 * A JSON example of a document. Whatever it has, an answer must have: every field, of the same type, with the same value;
 * null where it says null. Of a field that {@link #varying varies} only type and form are compared: integer or fraction,
 * moment, web address, e-mail.
 */
final class Example {

    private static final ObjectMapper JSON = new ObjectMapper().enable(JsonParser.Feature.ALLOW_COMMENTS);

    private final ObjectNode tree;
    private final Set<String> varying = new HashSet<>();
    private boolean complete;

    private Example(ObjectNode tree) {
        this.tree = tree;
    }

    static Example of(String text) {
        try {
            return new Example((ObjectNode) JSON.readTree(text));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    /** @param pointer (RFC 6901) to a field that the example has */
    Example with(String pointer, Object value) {
        JsonPointer path = JsonPointer.compile(pointer);
        ObjectNode parent = (ObjectNode) tree.at(path.head());
        String field = path.last().getMatchingProperty();
        assertThat(parent.has(field)).as(pointer).isTrue();
        parent.set(field, JSON.valueToTree(value));
        return this;
    }

    /** Wherever the example speaks of somebody of this name, it is this person. */
    Example about(Person person) {
        for (JsonNode node : tree.findParents("email")) {
            if (node.path("name").asText().equals(person.name)) {
                ((ObjectNode) node).put("id", person.id).put("email", person.email);
            }
        }
        for (JsonNode node : tree.findParents("user_name")) {
            if (node.get("user_name").asText().equals(person.name)) {
                ((ObjectNode) node).put("user_id", person.id);
            }
        }
        return this;
    }

    Example varying(String... fields) {
        varying.addAll(Arrays.asList(fields));
        return this;
    }

    /** Answers have these fields alone. */
    Example complete() {
        complete = true;
        return this;
    }

    ObjectNode tree() {
        return tree;
    }

    void matches(JsonNode answer) {
        List<String> differences = new ArrayList<>();
        compare("", tree, answer, differences);
        assertThat(differences).as("%s%ncompared with%n%s", tree.toPrettyString(), answer.toPrettyString()).isEmpty();
    }

    private void compare(String path, JsonNode example, JsonNode answer, List<String> differences) {
        if (example.getNodeType() != answer.getNodeType()) {
            differences.add(path + ": " + answer.getNodeType() + " instead of " + example.getNodeType());
        } else if (example.isObject()) {
            for (Map.Entry<String, JsonNode> field : example.properties()) {
                field(path + "/" + field.getKey(), field.getKey(), field.getValue(), answer, differences);
            }
            if (complete) {
                answer.fieldNames().forEachRemaining(name -> {
                    if (!example.has(name)) {
                        differences.add(path + "/" + name + ": more than the example has");
                    }
                });
            }
        } else if (example.isArray()) {
            if (example.size() != answer.size()) {
                differences.add(path + ": " + answer.size() + " elements instead of " + example.size());
            }
            for (int i = 0; i < Math.min(example.size(), answer.size()); i++) {
                compare(path + "/" + i, example.get(i), answer.get(i), differences);
            }
        } else if (!example.asText().equals(answer.asText())) {
            differences.add(path + ": " + answer + " instead of " + example);
        }
    }

    private void field(String path, String name, JsonNode example, JsonNode answers, List<String> differences) {
        if (!answers.has(name)) {
            differences.add(path + ": missing");
        } else if (!varying.contains(name)) {
            compare(path, example, answers.get(name), differences);
        } else if (!form(example).equals(form(answers.get(name)))) {
            differences.add(path + ": " + answers.get(name) + " is " + form(answers.get(name)) + " and no "
                    + form(example));
        }
    }

    private static String form(JsonNode value) {
        if (value.isTextual()) {
            String text = value.asText();
            return isMoment(text) ? "moment"
                    : text.matches("https?://.+") ? "web address"
                            : text.startsWith("/") ? "path" : text.contains("@") ? "e-mail" : "text";
        }
        return value.isNumber() ? value.isIntegralNumber() ? "integer" : "fraction" : value.getNodeType().toString();
    }

    private static boolean isMoment(String text) {
        try {
            Instant.parse(text);
            return true;
        } catch (DateTimeParseException e) {
            return false;
        }
    }
}
