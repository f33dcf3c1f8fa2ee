package dev.parley.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.records.BargeIn;
import dev.parley.records.BargeInWriter;
import dev.parley.records.CallCommand;
import dev.parley.records.CallCommandType;
import java.util.HexFormat;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class WireFormatTest {
    private final SchemaRegistry registry =
            SchemaRegistry.connect(Map.of("schema.registry.url", "mock://" + System.nanoTime()));
    private final AvroSerializer<CallCommand> serializer = new AvroSerializer<>(registry);
    private final AvroDeserializer<CallCommand> deserializer = new AvroDeserializer<>(registry, CallCommand.class);
    private final CallCommand command =
            new CallCommand("pbx~1", "c-1", CallCommandType.SAY, "Hello", "console", 300L, 1_700_000_000_000_000L);

    @Test
    void theBytesAreThoseOfConfluentsWireFormat() {
        registry.register("another", Schema.create(Schema.Type.STRING));

        byte[] bytes = serializer.serialize("call.commands", command);

        // magic, id 2, "pbx~1", "c-1", SAY = 1, "Hello", "console", 300, microseconds
        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("00" + "00000002" + "0a7062787e31" + "06632d31" + "02" + "0a48656c6c6f" + "0e636f6e736f6c65"
                        + "d804" + "8080f28183898506");
        assertThat(deserializer.deserialize("call.commands", bytes)).isEqualTo(command);
    }

    @Test
    void aTombstoneStaysOne() {
        assertThat(serializer.serialize("call.commands", null)).isNull();
        assertThat(deserializer.deserialize("call.commands", null)).isNull();
    }

    @Test
    void aRecordOfAnotherTypeIsRefusedByName() {
        AvroSerializer<BargeIn> other = new AvroSerializer<>(registry);
        byte[] bytes = other.serialize(
                "call.commands", new BargeIn("pbx~1", BargeInWriter.AGENT, 0L, null, null, -1L, 0L, 0L));

        assertThatThrownBy(() -> deserializer.deserialize("call.commands", bytes))
                .isInstanceOfSatisfying(
                        UnusableRecord.class, e -> assertThat(e.reason()).isEqualTo(UnusableRecord.Reason.INCOMPATIBLE))
                .hasMessageContaining("call.commands")
                .hasMessageContaining("BargeIn")
                .hasMessageContaining("CallCommand");
    }
}
