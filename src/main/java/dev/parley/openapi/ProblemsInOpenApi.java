package dev.parley.openapi;

import java.util.List;
import java.util.Map;
import java.util.Set;

import jakarta.ws.rs.core.MediaType;

import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem.HttpMethod;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.parameters.RequestBody;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;

import dev.parley.problem.Code;
import dev.parley.problem.Problem;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import io.quarkus.smallrye.openapi.OpenApiFilter.RunStage;

/** Describes every refusal of every route as what it is: a problem object, and to HEAD no more than its status. */
@OpenApiFilter(stages = RunStage.BUILD)
public class ProblemsInOpenApi implements OASFilter {

    private static final List<String> TYPED = List.of(MediaType.APPLICATION_JSON, MediaType.MULTIPART_FORM_DATA);
    private static final Set<String> OF_RANGES = Set.of("206", "416");

    @Override
    public void filterOpenAPI(OpenAPI description) {
        Schema problem = OASFactory.createSchema().addType(Schema.SchemaType.OBJECT)
                .description("A problem object (RFC 9457)")
                .required(List.of("title", "status", "detail", "code"))
                .addProperty("title", text("The status's own name"))
                .addProperty("status", OASFactory.createSchema().addType(Schema.SchemaType.INTEGER))
                .addProperty("detail", text("A sentence for people"))
                .addProperty("code", text("What a program compares with, such as room_not_found"));
        description.getComponents().addSchema("Problem", problem);
        description.getPaths().getPathItems().values().stream().filter(path -> path.getGET() != null && path.getHEAD() == null)
                .filter(path -> isOfBytes(path.getGET())).forEach(path -> path.setHEAD(head(path.getGET())));
        description.getPaths().getPathItems().values()
                .forEach(path -> path.getOperations().forEach((method, operation) -> {
                    complete(operation);
                    if (method == HttpMethod.HEAD) {
                        operation.getResponses().getAPIResponses().values().forEach(answer -> answer.setContent(null));
                    }
                }));
    }

    private static boolean isOfBytes(Operation get) {
        Content content = get.getResponses().getAPIResponse("200").getContent();
        return content != null && !content.hasMediaType(MediaType.APPLICATION_JSON);
    }

    /** What the framework answers by the same method, worth saying where files are served. */
    private static Operation head(Operation get) {
        APIResponses answers = OASFactory.createAPIResponses();
        get.getResponses().getAPIResponses().forEach((status, answer) -> {
            if (!OF_RANGES.contains(status)) {
                answers.addAPIResponse(status, OASFactory.createAPIResponse().description(answer.getDescription()));
            }
        });
        return OASFactory.createOperation().operationId(get.getOperationId() + "_head").summary("As GET, without the bytes")
                .tags(get.getTags()).parameters(get.getParameters()).security(get.getSecurity()).responses(answers);
    }

    private static void complete(Operation operation) {
        boolean secured = operation.getSecurity() != null && !operation.getSecurity().isEmpty();
        RequestBody body = operation.getRequestBody();
        List<Parameter> parameters = operation.getParameters() == null ? List.of() : operation.getParameters();
        if (secured) {
            refuses(operation, Code.NOT_AUTHENTICATED);
        }
        if (body != null || !parameters.isEmpty()) {
            refuses(operation, Code.BAD_REQUEST);
        }
        if (body != null) {
            refuses(operation, Code.REQUEST_TOO_LARGE);
            if (TYPED.stream().anyMatch(body.getContent()::hasMediaType)) {
                refuses(operation, Code.UNSUPPORTED_MEDIA_TYPE);
            }
        }
        if (parameters.stream().anyMatch(parameter -> "Idempotency-Key".equals(parameter.getName()))) {
            refuses(operation, Code.KEY_REUSED);
        }
        for (Map.Entry<String, APIResponse> response : operation.getResponses().getAPIResponses().entrySet()) {
            if (response.getKey().compareTo("400") >= 0) {
                APIResponse answer = response.getValue();
                answer.setContent(OASFactory.createContent().addMediaType(Problem.MEDIA_TYPE, OASFactory.createMediaType()
                        .schema(OASFactory.createSchema().ref("#/components/schemas/Problem"))));
                if (answer.getDescription() == null) {
                    answer.setDescription(Code.ofStatus(Integer.parseInt(response.getKey())).sentence);
                }
            }
        }
    }

    /** Unless the route says it better. */
    private static void refuses(Operation operation, Code code) {
        String status = Integer.toString(code.status);
        if (!operation.getResponses().hasAPIResponse(status)) {
            operation.getResponses().addAPIResponse(status, OASFactory.createAPIResponse().description(code.sentence));
        }
    }

    private static Schema text(String description) {
        return OASFactory.createSchema().addType(Schema.SchemaType.STRING).description(description);
    }
}
