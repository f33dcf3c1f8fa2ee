package dev.parley.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.records.AudioFrame;
import dev.parley.records.ReplyAudio;
import dev.parley.records.UtteranceChunk;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The largest record of each topic, built from its schema: every union full, every text long, as much sound as is allowed. */
class LargestRecordsTest {
    private static final TopicOptions OPTIONS =
            TopicOptions.DEFAULT.withLongest(Duration.ofHours(1), Duration.ofSeconds(135), Duration.ofSeconds(60));
    private static final String TEXT = "Ж".repeat(1_000);
    private static final int KEY_AND_FRAMING_BYTES = 512;
    private static final int ENTRIES = 100;

    static List<Topic<?>> topics() {
        return Topics.ALL;
    }

    @ParameterizedTest
    @MethodSource("topics")
    void theLargestRecordFitsItsTopic(Topic<? extends SpecificRecord> topic) {
        int size = sizeOfLargest(topic);

        assertThat(size).isLessThanOrEqualTo(OPTIONS.maxMessageBytes(topic));
        assertThat(OPTIONS.maxMessageBytes(topic)).isLessThan(OPTIONS.maxMessageBytes());
    }

    private static <T extends SpecificRecord> int sizeOfLargest(Topic<T> topic) {
        SchemaRegistry registry = SchemaRegistry.connect(Map.of("schema.registry.url", "mock://largest"));
        T record = topic.type().cast(full(topic.schema(), topic.type()));
        byte[] value = Objects.requireNonNull(new AvroSerializer<T>(registry).serialize(topic.name(), record));
        return value.length + KEY_AND_FRAMING_BYTES;
    }

    private static Object full(Schema schema, Class<?> topic) {
        return switch (schema.getType()) {
            case RECORD -> {
                SpecificRecordBase record = (SpecificRecordBase)
                        SpecificData.newInstance(SpecificData.get().getClass(schema), schema);
                schema.getFields().forEach(f -> record.put(f.pos(), full(f.schema(), topic)));
                yield record;
            }
            case UNION -> full(schema.getTypes().getLast(), topic);
            case STRING -> TEXT;
            case BYTES -> ByteBuffer.allocate(bytes(topic));
            case ENUM -> SpecificData.get().createEnum(schema.getEnumSymbols().getFirst(), schema);
            case INT -> Integer.MIN_VALUE;
            case LONG -> Long.MIN_VALUE;
            case FLOAT -> 1f;
            case DOUBLE -> 1d;
            case BOOLEAN -> true;
            case ARRAY -> {
                List<Object> list = new ArrayList<>();
                for (int i = 0; i < ENTRIES; i++) {
                    list.add(full(schema.getElementType(), topic));
                }
                yield list;
            }
            case MAP -> {
                Map<String, Object> map = new HashMap<>();
                for (int i = 0; i < ENTRIES; i++) {
                    map.put("topic-" + i, full(schema.getValueType(), topic));
                }
                yield map;
            }
            default -> throw new IllegalStateException("No largest value of " + schema);
        };
    }

    private static int bytes(Class<?> type) {
        if (type == AudioFrame.class) {
            return 320;
        }
        if (type == UtteranceChunk.class) {
            return (int) OPTIONS.longestChunk().toSeconds() * 16_000;
        }
        return type == ReplyAudio.class ? (int) OPTIONS.longestSpoken().toSeconds() * 16_000 : 8_192;
    }
}
