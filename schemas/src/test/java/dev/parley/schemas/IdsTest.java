package dev.parley.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.records.BargeInWriter;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;

class IdsTest {
    @Test
    void aCallIdIsTheAsteriskAndItsChannel() {
        CallId id = CallId.parse("pbx-1~1732.5~x");

        assertThat(id).isEqualTo(new CallId("pbx-1", "1732.5~x")).hasToString("pbx-1~1732.5~x");
        assertThatThrownBy(() -> CallId.parse("1732.5")).hasMessageContaining("'1732.5'");
        assertThatThrownBy(() -> CallId.parse("~1732.5")).hasMessageContaining("name");
    }

    @Test
    void aBargeInKeyHoldsCallAndWriter() {
        BargeInKey key = new BargeInKey("pbx~a|b", BargeInWriter.AGENT);

        assertThat(key).hasToString("pbx~a|b|AGENT");
        assertThat(BargeInKey.parse("pbx~a|b|AGENT")).isEqualTo(key);
        assertThat(BargeInKey.parse("pbx~1|SOMEONE_NEW").writer()).isEqualTo(BargeInWriter.UNKNOWN);
        assertThatThrownBy(() -> BargeInKey.parse("pbx~1")).hasMessageContaining("pbx~1");
    }

    @Test
    void aCallLiesWhereKafkasPartitionerPutsItsKey() {
        for (String callId : new String[] {"pbx~1732.5", "", "Ж~1", "a".repeat(300)}) {
            int expected = BuiltInPartitioner.partitionForKey(callId.getBytes(StandardCharsets.UTF_8), 24);

            assertThat(Partitions.of(callId, 24)).isEqualTo(expected).isBetween(0, 23);
        }
    }
}
