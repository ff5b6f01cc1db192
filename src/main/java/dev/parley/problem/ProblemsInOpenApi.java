package dev.parley.problem;

import java.util.Map;

import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import io.quarkus.smallrye.openapi.OpenApiFilter.RunStage;

/** Describes every refusal of every route as what it is: a problem object. */
@OpenApiFilter(stages = RunStage.BUILD)
public class ProblemsInOpenApi implements OASFilter {

    @Override
    public void filterOpenAPI(OpenAPI description) {
        Schema problem = OASFactory.createSchema().addType(Schema.SchemaType.OBJECT)
                .description("A problem object (RFC 9457)")
                .addProperty("title", text("The status's own name"))
                .addProperty("status", OASFactory.createSchema().addType(Schema.SchemaType.INTEGER))
                .addProperty("detail", text("A sentence for people"))
                .addProperty("code", text("What a program compares with, such as room_not_found"));
        description.getComponents().addSchema("Problem", problem);
        description.getPaths().getPathItems().values()
                .forEach(path -> path.getOperations().values().forEach(ProblemsInOpenApi::complete));
    }

    private static void complete(Operation operation) {
        boolean secured = operation.getSecurity() != null && !operation.getSecurity().isEmpty();
        if (secured) {
            operation.getResponses().addAPIResponse("401", OASFactory.createAPIResponse());
        }
        if (operation.getRequestBody() != null || (operation.getParameters() != null && !operation.getParameters().isEmpty())) {
            operation.getResponses().addAPIResponse("400", OASFactory.createAPIResponse());
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

    private static Schema text(String description) {
        return OASFactory.createSchema().addType(Schema.SchemaType.STRING).description(description);
    }
}
