package dev.parley.agent.kafka;

import dev.parley.agent.CallRecords;
import dev.parley.agent.kafka.MemoryAgent.Killed;
import dev.parley.agent.kafka.MemoryAgent.Without;
import dev.parley.records.Reply;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Random;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * A call in a world in memory: {@link MemoryKafka}, an agent process that can be killed at any record that it reads or writes and then has a successor, and a player
 * that lets the caller hear what it may.
 */
final class MemoryWorld {
    private @Nullable MemoryAgent agent;

    final MemoryKafka kafka = new MemoryKafka(state -> {
        if (agent != null) {
            agent.tell(state);
        }
    });

    private final MemoryPlayer player = new MemoryPlayer(kafka);
    private final Without without;
    private final int killAt;
    private final Random order;
    private int events;
    private int processes;
    private Instant now = CallRecords.ZERO;

    /** @param killAt the agent dies at this record, counted from 1 */
    MemoryWorld(int killAt, Without without, long seed) {
        this.killAt = killAt;
        this.without = without;
        this.order = new Random(seed);
        begin();
    }

    /** How many records were read or written: at each of them an agent can be killed. */
    int events() {
        return events;
    }

    /** Time is at this frame; the agent gets to do what it has to. */
    void at(long frame) {
        now = CallRecords.ZERO.plusMillis(frame * 20);
        settle();
    }

    void write(SpecificRecord... records) {
        for (SpecificRecord each : records) {
            kafka.append(each);
        }
        settle();
    }

    /** The player plays what may be played from this frame on, 40 frames a chunk, and reports it. */
    void hear(long frame) {
        long at = frame;
        for (Reply chunk : player.toPlay()) {
            if (player.played(chunk)) {
                at(at + 40);
                write(CallRecords.heard(chunk, at, at + 39, 800, 800, chunk.getText()));
                at += 40;
            }
        }
    }

    /** What the caller is hearing: the first chunk that was not heard yet; its rest is reported cut short when it is stopped. */
    Reply nextToBeHeard() {
        return player.toPlay().getFirst();
    }

    void cutShort(Reply chunk, long from, long to) {
        if (player.played(chunk)) {
            write(CallRecords.heard(chunk, from, to, 300, 800, "half"));
        }
    }

    private void mayDie() {
        events++;
        if (events == killAt) {
            throw new Killed();
        }
    }

    private void begin() {
        agent = null;
        while (agent == null) {
            processes++;
            try {
                Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
                agent = new MemoryAgent(processes, kafka, without, order, clock, this::mayDie);
                agent.restore();
            } catch (Killed e) {
                agent = null;
            }
        }
    }

    private void settle() {
        for (boolean busy = true; busy; ) {
            MemoryAgent running = agent;
            if (running == null) {
                throw new IllegalStateException();
            }
            try {
                busy = running.step();
            } catch (Killed e) {
                running.die();
                begin();
                busy = true;
            }
        }
    }
}
