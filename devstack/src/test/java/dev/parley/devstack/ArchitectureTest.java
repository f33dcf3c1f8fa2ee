package dev.parley.devstack;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may know whom. */
class ArchitectureTest {
    private static final List<String> SERVICES = List.of(
            "dev.parley.gateway..",
            "dev.parley.chunker..",
            "dev.parley.asr..",
            "dev.parley.agent..",
            "dev.parley.player..");
    private static final String[] LIBS = {
        "dev.parley.audio..",
        "dev.parley.ari..",
        "dev.parley.speech..",
        "dev.parley.runtime..",
        "dev.parley.schemas..",
        "dev.parley.records.."
    };
    private static final String[] TOOLS = {"dev.parley.testkit..", "dev.parley.devstack.."};

    private static final JavaClasses PARLEY = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.parley");

    @ParameterizedTest
    @ValueSource(strings = {"gateway", "chunker", "asr", "agent", "player"})
    void aServiceSeesNoOtherService(String service) {
        String own = "dev.parley." + service + "..";
        String[] others = SERVICES.stream().filter(each -> !each.equals(own)).toArray(String[]::new);

        noClasses()
                .that()
                .resideInAPackage(own)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .check(PARLEY);
    }

    @Test
    void librariesSeeNoServices() {
        noClasses()
                .that()
                .resideInAnyPackage(LIBS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(SERVICES.toArray(String[]::new))
                .check(PARLEY);
    }

    @Test
    void whatRunsACallKnowsNothingOfTestsAndDemonstrations() {
        noClasses()
                .that()
                .resideOutsideOfPackages(TOOLS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(TOOLS)
                .check(PARLEY);
    }

    /** The records are Avro's, so that its classes show through them; values such as an id of a playback live beside the schemas. */
    @Test
    void decisionsDependOnTheJdkAndTheRecordsAlone() {
        classes()
                .that()
                .resideInAPackage("dev.parley.*.domain..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "dev.parley.*.domain..",
                        "dev.parley.records..",
                        "dev.parley.audio..",
                        "dev.parley.schemas",
                        "org.apache.avro..",
                        "org.jspecify..",
                        "java.."))
                .check(PARLEY);
    }

    @Test
    void decisionsSeeNoKafkaNoSocketsAndNoFiles() {
        noClasses()
                .that()
                .resideInAPackage("dev.parley.*.domain..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("org.apache.kafka..", "io.vertx..", "java.net..", "java.nio.file..")
                                .or(JavaClass.Predicates.belongToAnyOf(Thread.class)))
                .check(PARLEY);
    }

    @Test
    void everyServiceKeepsItsDecisionsApart() {
        assertThat(SERVICES.stream()
                        .map(service -> service.replace("..", ".domain.."))
                        .filter(domain -> PARLEY.stream().noneMatch(resideInAnyPackage(domain))))
                .as("services without a domain package")
                .isEmpty();
    }

    /** The variable that onnxruntime's native code reads is checked where that is loaded; tools that start processes hand the environment on. */
    @Test
    void onlyTheRuntimeReadsTheEnvironment() {
        noClasses()
                .that(not(resideInAnyPackage("dev.parley.runtime..", TOOLS[0], TOOLS[1])))
                .and()
                .doNotHaveFullyQualifiedName("dev.parley.speech.OnnxRuntime")
                .should()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .check(PARLEY);
    }
}
