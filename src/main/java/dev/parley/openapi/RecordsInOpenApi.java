package dev.parley.openapi;

import static java.util.stream.Collectors.toMap;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import jakarta.ws.rs.core.MediaType;

import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.jboss.jandex.AnnotationInstance;
import org.jboss.jandex.AnnotationValue;
import org.jboss.jandex.ClassInfo;
import org.jboss.jandex.DotName;
import org.jboss.jandex.FieldInfo;
import org.jboss.jandex.IndexView;
import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import io.quarkus.smallrye.openapi.OpenApiFilter.RunStage;

/**
 * Says which properties are always there and which may be null, as the records do: the framework reads no {@code @Nullable}.
 */
@OpenApiFilter(stages = RunStage.BUILD)
public class RecordsInOpenApi implements OASFilter {

    private static final String REFERENCE = "#/components/schemas/";
    private static final DotName NULLABLE = DotName.createSimple(Nullable.class);
    private static final SnakeCaseStrategy SNAKE_CASE = new SnakeCaseStrategy();

    /** Where an object comes from decides what the absence of a property is. */
    private enum Use {
        /** Every property is always there. */
        ANSWER,
        /** What may be left out may be null as well. */
        JSON_BODY,
        /** Its fields are texts: there is no null. */
        FORM
    }

    private final List<ClassInfo> records;

    public RecordsInOpenApi(IndexView index) {
        records = index.getKnownClasses().stream().filter(ClassInfo::isRecord).toList();
    }

    @Override
    public void filterOpenAPI(OpenAPI description) {
        Map<String, Use> bodies = bodies(description);
        description.getComponents().getSchemas().forEach((name, schema) -> {
            Map<String, FieldInfo> components = schema.getProperties() == null ? null : components(name, schema);
            if (components != null) {
                complete(schema, components, bodies.getOrDefault(name, Use.ANSWER));
            }
        });
    }

    private static Map<String, Use> bodies(OpenAPI description) {
        Map<String, Use> bodies = new HashMap<>();
        description.getPaths().getPathItems().values().stream().flatMap(path -> path.getOperations().values().stream())
                .filter(operation -> operation.getRequestBody() != null)
                .forEach(operation -> operation.getRequestBody().getContent().getMediaTypes().forEach((type, content) -> {
                    if (content.getSchema() != null && content.getSchema().getRef() != null) {
                        bodies.merge(content.getSchema().getRef().substring(REFERENCE.length()),
                                type.equals(MediaType.APPLICATION_JSON) ? Use.JSON_BODY : Use.FORM,
                                (one, other) -> one == other ? one : Use.JSON_BODY);
                    }
                }));
        return bodies;
    }

    /**
     * By the name in JSON. The framework numbers schemas whose records have the same name, so that the properties tell which
     * is which; null when it is of no record.
     */
    private @Nullable Map<String, FieldInfo> components(String schemaName, Schema schema) {
        return records.stream().filter(type -> schemaName.matches(name(type) + "\\d*")).map(RecordsInOpenApi::components)
                .filter(components -> components.keySet().equals(schema.getProperties().keySet())).findFirst().orElse(null);
    }

    private static Map<String, FieldInfo> components(ClassInfo type) {
        return type.fields().stream().filter(field -> !Modifier.isStatic(field.flags()))
                .collect(
                        toMap(field -> value(field.annotation(JsonProperty.class), "value", SNAKE_CASE.translate(field.name())),
                                field -> field));
    }

    private static String name(ClassInfo type) {
        return value(type.declaredAnnotation(org.eclipse.microprofile.openapi.annotations.media.Schema.class), "name",
                type.simpleName());
    }

    private static String value(@Nullable AnnotationInstance annotation, String member, String otherwise) {
        AnnotationValue value = annotation == null ? null : annotation.value(member);
        return value == null ? otherwise : value.asString();
    }

    private static void complete(Schema schema, Map<String, FieldInfo> components, Use use) {
        List<String> required = new ArrayList<>(schema.getRequired() == null ? List.of() : schema.getRequired());
        // A copy, since what may be null may be replaced.
        new LinkedHashMap<>(schema.getProperties()).forEach((name, property) -> {
            FieldInfo component = components.get(name);
            if (property.getRef() != null) {
                property.setType(null); // The framework takes an enum that stands for a text for an object.
            }
            boolean nullable = component.type().hasAnnotation(NULLABLE) && !required.contains(name);
            boolean omitted = use == Use.ANSWER ? component.hasAnnotation(JsonInclude.class) : nullable;
            if (!omitted && !required.contains(name)) {
                required.add(name);
            }
            if (use == Use.JSON_BODY) {
                alsoInQuotes(property.getItems() == null ? property : property.getItems());
            }
            if (nullable && use == (omitted ? Use.JSON_BODY : Use.ANSWER)) {
                schema.addProperty(name, orNull(property));
            }
        });
        schema.setRequired(required.isEmpty() ? null : required);
    }

    /** Some documents have ids as texts, and so every number of a request may be one. */
    private static void alsoInQuotes(Schema schema) {
        if (schema.getType() != null && schema.getType().contains(SchemaType.INTEGER)) {
            schema.addType(SchemaType.STRING).setPattern("^-?\\d+$");
        }
    }

    private static Schema orNull(Schema schema) {
        if (schema.getRef() != null) {
            return OASFactory.createSchema().addAnyOf(schema)
                    .addAnyOf(OASFactory.createSchema().addType(SchemaType.NULL));
        }
        // Without a type it is anything.
        if (schema.getType() != null && !schema.getType().contains(SchemaType.NULL)) {
            schema.addType(SchemaType.NULL);
        }
        return schema;
    }
}
