package dev.parley.agent.kafka;

import dev.parley.agent.CallRecords;
import dev.parley.records.BargeIn;
import dev.parley.records.Conversation;
import dev.parley.records.Reply;
import dev.parley.records.ReplyHeard;
import dev.parley.records.ReplyKind;
import dev.parley.records.ReplyType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** What came of a conversation, read back from its topics; without the names of processes, so that it can be held against what another run came to. */
final class Outcome {
    private final MemoryKafka kafka;

    Outcome(MemoryWorld world) {
        this.kafka = world.kafka;
    }

    /** The sentences of the committed answers that were neither cancelled nor void, by utterance. */
    Map<Long, List<String>> answers() {
        Map<String, Long> committed = new HashMap<>();
        for (Reply reply : kafka.replies()) {
            if (reply.getKind() == ReplyKind.ANSWER && reply.getTurn() != null) {
                committed.put(MemoryKafka.id(reply), reply.getUtterance());
            }
        }
        for (Reply reply : kafka.replies()) {
            if (reply.getType() == ReplyType.CANCEL) {
                committed.remove(MemoryKafka.id(reply));
            }
        }
        Map<Long, List<String>> answers = new TreeMap<>();
        committed.forEach((id, utterance) -> {
            if (!isVoid(id)) {
                chunks(id)
                        .forEach(chunk -> answers.computeIfAbsent(utterance, u -> new ArrayList<>())
                                .add(ThreeSentences.anonymous(String.valueOf(chunk.getText()))));
            }
        });
        return answers;
    }

    private List<Reply> chunks(String id) {
        return kafka.replies().stream()
                .filter(reply -> reply.getType() == ReplyType.CHUNK
                        && MemoryKafka.id(reply).equals(id))
                .toList();
    }

    /** Whether a reply was void before all of it was heard. */
    private boolean isVoid(String id) {
        long turn = kafka.replies().stream()
                .filter(reply -> MemoryKafka.id(reply).equals(id) && reply.getTurn() != null)
                .mapToLong(Reply::getTurn)
                .findFirst()
                .orElse(Long.MAX_VALUE);
        Set<String> heardWhole = kafka.heard().stream()
                .filter(ReplyHeard::getComplete)
                .map(ReplyHeard::getPlaybackId)
                .collect(Collectors.toSet());
        return turn < kafka.voidBefore()
                && !chunks(id).stream().allMatch(chunk -> heardWhole.contains(CallRecords.playbackId(chunk)));
    }

    /** Who said what, as the snapshot has it. */
    List<String> history() {
        Conversation saved = kafka.conversation();
        return saved == null
                ? List.of()
                : saved.getHistory().stream()
                        .map(line -> line.getSpeaker() + " " + ThreeSentences.anonymous(line.getText()))
                        .toList();
    }

    /** What is wrong, where it should have come to the same as an undisturbed run; null when nothing is. */
    @Nullable
    String problem(Outcome undisturbed) {
        if (!answers().equals(undisturbed.answers())) {
            return "answers " + answers() + " instead of " + undisturbed.answers();
        }
        String broken = brokenPromise();
        if (broken != null) {
            return broken;
        }
        if (kafka.conversation() == null) {
            return "never at rest again";
        }
        return history().equals(undisturbed.history()) ? null : "history " + history();
    }

    /** Something void that was said, or a chunk that was written in two ways; null where there is none. */
    private @Nullable String brokenPromise() {
        Map<String, String> texts = new HashMap<>();
        long voidBefore = 0;
        for (SpecificRecord each : kafka.written()) {
            if (each instanceof BargeIn state) {
                voidBefore = Math.max(voidBefore, state.getVoidBefore());
            } else if (each instanceof Reply reply) {
                if (reply.getTurn() != null && reply.getTurn() < voidBefore) {
                    return "void, and said: " + reply;
                }
                String key = CallRecords.playbackId(reply);
                if (reply.getType() == ReplyType.CHUNK
                        && !texts.computeIfAbsent(key, k -> String.valueOf(reply.getText()))
                                .equals(String.valueOf(reply.getText()))) {
                    return "said in two ways: " + key;
                }
            }
        }
        return null;
    }
}
