package dev.parley;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import java.util.stream.Stream;

import jakarta.inject.Inject;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.ObjectCodec;
import com.fasterxml.jackson.core.TreeNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;

/** The few rules that keep the house as it is. */
@AnalyzeClasses(packages = "dev.parley", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule roomsKnowNothingOfWhatIsSaidInThem = noClasses().that().resideInAPackage("..room..")
            .should().dependOnClassesThat().resideInAnyPackage("..message..", "..attachment..", "..relay..")
            .because("who may see a room is decided in one place, which everything else asks");

    @ArchTest
    static final ArchRule storingKnowsNothingOfDelivering = noClasses()
            .that().resideInAnyPackage("..message..", "..attachment..", "..account..", "..problem..")
            .should().dependOnClassesThat().resideInAPackage("..relay..")
            .because("a message is committed first and announced after, through Announcer alone");

    @ArchTest
    static final ArchRule refusalsDependOnNothing = noClasses().that().resideInAPackage("dev.parley.problem..")
            .should().dependOnClassesThat(resideInAPackage("dev.parley..")
                    .and(resideOutsideOfPackage("dev.parley.problem..")))
            .because("everything else refuses by it");

    @ArchTest
    static final ArchRule onlyTheRelayTouchesTheNetwork = noClasses()
            .that().resideOutsideOfPackages("..relay..", "..connection..")
            .should().dependOnClassesThat().resideInAPackage("io.netty..")
            .because("a channel may only be touched on its event loop");

    @ArchTest
    static final ArchRule resourcesAreNobodysApi = classes().that().haveSimpleNameEndingWith("Resource")
            .should().notBePublic().because("what two doors share belongs below them");

    @ArchTest
    static final ArchRule collaboratorsComeByConstructor = fields().should().notBeAnnotatedWith(Inject.class)
            .because("a class that can be made without its collaborators will be");

    @ArchTest
    static final ArchRule entitiesStayInside = noMethods().that()
            .areDeclaredInClassesThat().haveSimpleNameEndingWith("Resource").and().arePublic()
            .should(ArchCondition.from(describe("take or give an entity", ArchitectureTest::handlesEntities)))
            .because("a row is never a request or response body");

    private static boolean handlesEntities(JavaMethod method) {
        return Stream.concat(Stream.of(method.getReturnType()), method.getParameterTypes().stream())
                .flatMap(type -> type.getAllInvolvedRawTypes().stream())
                .anyMatch(type -> type.isAssignableTo(PanacheEntityBase.class));
    }

    @ArchTest
    static final ArchRule noPixelsAreDecoded = noClasses().should().dependOnClassesThat()
            .resideInAnyPackage("java.awt..", "javax.imageio..")
            .because("a decoder is what a hostile image attacks, and the native image has none");

    @ArchTest
    static final ArchRule noTreeOfAMessage = noClasses()
            .that().resideInAnyPackage("..connection..", "..room..", "..message..", "..relay..", "..backplane..",
                    "..dialect..", "..socketio..")
            .should().dependOnClassesThat().areAssignableTo(TreeNode.class)
            .orShould().callMethodWhere(target(nameMatching("readTree|readValueAsTree|valueToTree"))
                    .and(target(owner(assignableTo(ObjectCodec.class).or(assignableTo(ObjectReader.class))
                            .or(assignableTo(JsonParser.class))))))
            .because("a tree of a message costs several times the memory and time of the message, for each that passes");
}
