package dev.parley.player.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.player.Replies;
import dev.parley.records.ReplyKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Seeded random calls; what must hold in each of them. */
class RandomCallsTest {
    private static final int CALLS = 200;
    /** A request on its way there, one that was lost, and the next; in micros. */
    private static final long STOP_WITHIN = 400 * ModelCall.MS;

    @ParameterizedTest(name = "crashes: {0}")
    @ValueSource(booleans = {false, true})
    void nothingVoidIsHeardAndEverythingElseOnceInOrderAndToItsEnd(boolean crashes) {
        for (long seed = 1; seed <= CALLS; seed++) {
            try {
                oneCall(seed, crashes);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ", crashes " + crashes, e);
            }
        }
    }

    private void oneCall(long seed, boolean crashes) {
        Random random = new Random(seed);
        ModelCall call = new ModelCall(random, random.nextInt(3) * 20, random.nextInt(3) * 5);
        Map<String, Replies> answers = new LinkedHashMap<>();
        Map<Replies, List<String>> chunks = new LinkedHashMap<>();
        Map<Replies, Boolean> committed = new HashMap<>();
        Map<Replies, Long> gone = new HashMap<>();
        long voidBefore = 0;
        long turn = 10;
        int moves = 10 + random.nextInt(20);
        for (int move = 0; move < moves; move++) {
            call.run(20 + random.nextInt(random.nextBoolean() ? 100 : 1200));
            switch (random.nextInt(crashes ? 9 : 8)) {
                case 0, 1, 2 -> { // an answer, maybe with a filler before it, maybe speculative
                    turn += 20;
                    if (random.nextInt(4) == 0) {
                        Replies filler = call.answer(turn).of(ReplyKind.FILLER);
                        call.say(filler.chunk(0, "hmm, let me see"));
                        call.say(filler.end(1));
                        chunks.put(filler, List.of()); // heard or not: both are right
                    }
                    Replies answer = call.answer(turn);
                    answer = random.nextInt(6) == 0 ? answer.notInterruptible() : answer;
                    int count = 1 + random.nextInt(4);
                    boolean speculative = random.nextBoolean();
                    List<String> texts = new ArrayList<>();
                    int commitAfter = random.nextInt(count + 1);
                    boolean commits = !speculative || random.nextInt(4) > 0;
                    for (int n = 0; n < count; n++) {
                        if (speculative && commits && n == commitAfter) {
                            call.say(answer.commit());
                        }
                        String text = "word ".repeat(1 + random.nextInt(12));
                        texts.add(text);
                        call.say(speculative ? answer.speculative(n, text) : answer.chunk(n, text));
                        call.run(random.nextInt(40));
                    }
                    call.say(answer.end(count));
                    if (speculative && commits && commitAfter == count) {
                        call.say(answer.commit());
                    }
                    chunks.put(answer, texts);
                    committed.put(answer, commits);
                }
                case 3, 4 -> { // a barge-in over whatever was last, twice
                    turn += 15;
                    voidBefore = Math.max(voidBefore, turn - random.nextInt(3) * 10);
                    String named = call.channel.isEmpty() ? null : call.channel.getFirst().id;
                    for (Replies answer : chunks.keySet()) {
                        if (answer.interruptible() && answer.basedOn() < voidBefore) {
                            gone.putIfAbsent(answer, call.now);
                        }
                    }
                    call.bargeIn(Replies.voidBefore(ModelCall.CALL, voidBefore, named));
                    call.bargeIn(Replies.voidBefore(ModelCall.CALL, voidBefore - random.nextInt(9), named));
                }
                case 5, 6 -> {
                    String named = call.channel.isEmpty() ? "x" : call.channel.getFirst().id;
                    long length = random.nextInt(800) * ModelCall.MS;
                    call.bargeIn(Replies.suspicion(ModelCall.CALL, turn, named, call.now + length));
                    if (random.nextBoolean()) {
                        call.run(random.nextInt(400));
                        call.bargeIn(Replies.suspicion(ModelCall.CALL, turn, named, 0));
                    }
                }
                case 7 -> {
                    List<Replies> all = new ArrayList<>(chunks.keySet());
                    if (!all.isEmpty()) {
                        Replies answer = all.get(random.nextInt(all.size()));
                        gone.putIfAbsent(answer, call.now);
                        call.say(answer.cancel());
                    }
                }
                default -> {
                    // While nobody lives nothing is stopped.
                    long dead = random.nextInt(1500) * ModelCall.MS;
                    call.crash(dead);
                    final long shift = dead + STOP_WITHIN;
                    long crashed = call.now - dead;
                    gone.replaceAll((_, at) -> crashed - at < STOP_WITHIN ? at + shift : at);
                }
            }
        }
        call.run(60_000);

        if (Long.toString(seed).equals(System.getenv("SEED"))) {
            call.story.forEach(System.out::println);
        }
        assertThat(call.channel)
                .as("left inside Asterisk")
                .extracting(left -> left.id)
                .isEmpty();
        assertThat(call.starts.values()).as("how often each began").allMatch(times -> times == 1);
        for (Map.Entry<Replies, List<String>> each : chunks.entrySet()) {
            Replies answer = each.getKey();
            Long goneAt = gone.get(answer);
            for (int n = 0; n < each.getValue().size(); n++) {
                String id = answer.playback(n);
                if (goneAt != null) {
                    assertThat(call.lastHeardAt.getOrDefault(id, 0L))
                            .as("%s was void or cancelled at %d", id, goneAt)
                            .isLessThanOrEqualTo(goneAt + STOP_WITHIN);
                } else if (committed.get(answer)) {
                    assertThat(call.heardMs(id))
                            .as(id)
                            .isEqualTo(ModelCall.totalMs(each.getValue().get(n)));
                    assertThat(call.reports(id)).as(id).isNotEmpty().allMatch(heard -> heard.getHeardMs() > 0);
                } else {
                    assertThat(call.starts).as("never committed").doesNotContainKey(id);
                }
                if (n > 0 && call.starts.containsKey(id)) {
                    assertThat(call.startOrder.indexOf(answer.playback(n - 1)))
                            .as("order of %s", id)
                            .isBetween(0, call.startOrder.indexOf(id));
                }
            }
        }
    }
}
