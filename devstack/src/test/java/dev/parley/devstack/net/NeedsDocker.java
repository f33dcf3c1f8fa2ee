package dev.parley.devstack.net;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

/** A test on real containers. Where there is no Docker it is skipped, and says so. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsDocker.Condition.class)
@interface NeedsDocker {
    /** What stays untried without it. */
    String value();

    /** Docker is asked once. */
    final class Condition implements ExecutionCondition {
        private static final boolean DOCKER = DockerClientFactory.instance().isDockerAvailable();

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (DOCKER) {
                return ConditionEvaluationResult.enabled("Docker is there");
            }
            if (context.getTestMethod().isEmpty()) {
                System.err.println("SKIPPED: " + context.getDisplayName() + " needs Docker; NOT TRIED: "
                        + context.getRequiredTestClass()
                                .getAnnotation(NeedsDocker.class)
                                .value());
            }
            return ConditionEvaluationResult.disabled("no Docker");
        }
    }
}
