package dev.parley.testkit.asterisk;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A test on Asterisk itself, in a container. Where there is no Docker it is skipped, and says so. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("asterisk")
@ExtendWith(OnAsterisk.Condition.class)
@interface OnAsterisk {
    final class Condition implements ExecutionCondition {
        private static final boolean DOCKER = AsteriskContainer.isPossible();

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (DOCKER) {
                return ConditionEvaluationResult.enabled("Docker is there");
            }
            if (context.getTestMethod().isEmpty()) {
                System.err.println("SKIPPED: " + context.getDisplayName()
                        + " needs Docker; the simulated Asterisk is NOT compared with the real one");
            }
            return ConditionEvaluationResult.disabled("no Docker");
        }
    }
}
