package dev.parley.player.domain;

import dev.parley.player.Replies;
import dev.parley.records.BargeIn;
import dev.parley.records.PlaybackEvent;
import dev.parley.records.PlaybackEventType;
import dev.parley.records.Reply;
import dev.parley.records.ReplyHeard;
import dev.parley.records.ReplyType;
import dev.parley.schemas.CallBridge;
import dev.parley.schemas.Fence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One call without threads or sockets: a player's decisions, an Asterisk that plays, pauses, deletes and tells as the real one was
 * seen to, and a network that is slow, and loses what it is allowed to lose. Time moves by 5 ms a step; everything follows from the seed.
 */
final class ModelCall {
    static final String CALL = "sim~1";
    static final long MS = 1000;
    private static final long STEP = 5 * MS;
    private static final int SOUND_MS_A_CHARACTER = 20;

    /** A playback inside the model's Asterisk. */
    static final class Sounding {
        final String id;
        final int totalMs;
        long playedMicros;
        boolean started;
        boolean paused;
        boolean deleted;

        Sounding(String id, int totalMs) {
            this.id = id;
            this.totalMs = totalMs;
        }
    }

    private record Due(long at, long order, Runnable what) {}

    final Random random;
    /** Chances in percent that a Finished event, or the answer to a request, is lost. */
    final int lostFinished;

    final int lostAnswers;
    long now = 1_000_000_000L;
    private long order;
    private final PriorityQueue<Due> due =
            new PriorityQueue<>((a, b) -> a.at != b.at ? Long.compare(a.at, b.at) : Long.compare(a.order, b.order));

    final List<Sounding> channel = new ArrayList<>();
    /** Milliseconds that were heard of each playback, and how often it began. */
    final Map<String, Long> heardMicros = new LinkedHashMap<>();

    final Map<String, Integer> starts = new LinkedHashMap<>();
    final Map<String, Long> lastHeardAt = new HashMap<>();
    final List<String> startOrder = new ArrayList<>();
    final List<ReplyHeard> reports = new ArrayList<>();
    final List<Reply> replies = new ArrayList<>();
    final List<PlaybackEvent> events = new ArrayList<>();
    final List<BargeIn> bargeIns = new ArrayList<>();
    final Map<String, String> texts = new HashMap<>();

    /** What the player did, for whoever looks into a failure. */
    final List<String> story = new ArrayList<>();

    /** Before this instant there is nothing to play to. */
    long bridgeFrom;

    private int life;
    Fence fence = new Fence();
    CallPlayout player = new CallPlayout(CALL, fence);

    ModelCall(Random random, int lostFinished, int lostAnswers) {
        this.random = random;
        this.lostFinished = lostFinished;
        this.lostAnswers = lostAnswers;
        player.callStarted(now);
        perform(player.caughtUp(now));
    }

    static int totalMs(String text) {
        return Math.ceilDiv(text.length() * SOUND_MS_A_CHARACTER, 20) * 20 + 20;
    }

    // ---- what happens to the player

    void say(Reply reply) {
        replies.add(reply);
        story.add((now - 1_000_000_000L) / MS + " REPLY " + reply.getType() + " " + reply.getUtterance() + " "
                + reply.getN());
        if (reply.getType() == ReplyType.CHUNK) {
            texts.put(playbackId(reply), reply.getText());
        }
        perform(player.reply(reply, playbackId(reply), now));
    }

    void bargeIn(BargeIn view) {
        bargeIns.add(view);
        story.add((now - 1_000_000_000L) / MS + " BARGE-IN " + view);
        perform(player.bargeIn(view, now));
    }

    private static String playbackId(Reply reply) {
        return reply.getType() != ReplyType.CHUNK
                ? ""
                : new dev.parley.schemas.PlaybackId(
                                reply.getKind(),
                                CALL,
                                reply.getUtterance(),
                                reply.getIndex(),
                                reply.getRevision(),
                                reply.getAttempt(),
                                reply.getN())
                        .toString();
    }

    /** The player dies; what it sent is on its way all the same. Another one comes after a while and reads the logs, in any order. */
    void crash(long deadMicros) {
        life++;
        story.add((now - 1_000_000_000L) / MS + " CRASH");
        player = new CallPlayout(CALL, new Fence());
        long back = now + deadMicros;
        while (now < back) {
            step(false);
        }
        fence = new Fence();
        bargeIns.forEach(fence::merge);
        player = new CallPlayout(CALL, fence);
        int reply = 0;
        int event = 0;
        while (reply < replies.size() || event < events.size()) {
            boolean takeReply = event == events.size() || (reply < replies.size() && random.nextInt(2) == 0);
            if (takeReply) {
                Reply next = replies.get(reply++);
                perform(player.reply(next, playbackId(next), now));
            } else {
                perform(player.playback(events.get(event++), now));
            }
        }
        perform(player.caughtUp(now));
    }

    void run(long millis) {
        long until = now + millis * MS;
        while (now < until) {
            step(true);
        }
    }

    private void step(boolean alive) {
        now += STEP;
        while (!due.isEmpty() && due.peek().at <= now) {
            due.poll().what.run();
        }
        sound();
        if (alive) {
            perform(player.tick(now));
        }
    }

    // ---- Asterisk

    private void sound() {
        channel.removeIf(playback -> playback.deleted && !playback.started);
        if (channel.isEmpty()) {
            return;
        }
        Sounding first = channel.getFirst();
        if (!first.started) {
            first.started = true;
            starts.merge(first.id, 1, Integer::sum);
            startOrder.add(first.id);
            tell(first.id, PlaybackEventType.STARTED);
        }
        if (first.deleted || first.playedMicros >= first.totalMs * MS) {
            channel.removeFirst();
            if (random.nextInt(100) >= lostFinished) {
                tell(first.id, PlaybackEventType.FINISHED);
            }
        } else if (!first.paused) {
            first.playedMicros += STEP;
            heardMicros.merge(first.id, STEP, Long::sum);
            lastHeardAt.put(first.id, now);
        }
    }

    /** The caller is taken out of the bridge: what played there is gone, as the gateway tells. */
    void leaveBridge() {
        tell(channel.removeFirst().id, PlaybackEventType.FINISHED, CallBridge.LEFT);
    }

    private void tell(String id, PlaybackEventType type) {
        tell(id, type, null);
    }

    private void tell(String id, PlaybackEventType type, @Nullable String reason) {
        PlaybackEvent event = PlaybackEvent.newBuilder()
                .setCallId(CALL)
                .setPlaybackId(id)
                .setType(type)
                .setFrame((now - 1_000_000_000L) / 20_000)
                .setAt(now)
                .setSeenBy("ari-gateway")
                .setReason(reason)
                .build();
        int of = life;
        // The log has it soon; a player that lives then reads it.
        later(5 + random.nextInt(20), () -> {
            events.add(event);
            if (of == life) {
                perform(player.playback(event, now));
            }
        });
    }

    private @Nullable Sounding find(String id) {
        return channel.stream().filter(p -> p.id.equals(id)).findFirst().orElse(null);
    }

    private int delete(String id) {
        Sounding found = find(id);
        if (found == null) {
            return 404;
        }
        found.deleted = true;
        return 204;
    }

    private int pause(String id, boolean pause) {
        Sounding found = find(id);
        if (found == null) {
            return 404;
        }
        if (!found.started || found.deleted) {
            return 409;
        }
        if (found.paused && !pause) {
            tell(id, PlaybackEventType.STARTED);
        }
        found.paused = pause;
        return 204;
    }

    private Presence look(String id) {
        Sounding found = find(id);
        if (found == null || found.deleted) {
            return Presence.ABSENT;
        }
        return !found.started ? Presence.QUEUED : found.paused ? Presence.PAUSED : Presence.PLAYING;
    }

    // ---- what the player asks for

    private interface Request {
        int status();
    }

    private interface Answer {
        List<Act> to(CallPlayout call, int status);
    }

    /** A request takes a while to get there, its answer a while to come back; either may be lost, and then there is no answer. */
    private void send(Request request, Answer answer) {
        int of = life;
        boolean lostOnTheWay = random.nextInt(200) < lostAnswers;
        boolean answerLost = random.nextInt(200) < lostAnswers;
        later(1 + random.nextInt(30), () -> {
            int status = lostOnTheWay ? 0 : request.status();
            later(answerLost ? 60 : 1 + random.nextInt(10), () -> {
                if (of == life) {
                    perform(answer.to(player, answerLost ? 0 : status));
                }
            });
        });
    }

    private void perform(List<Act> acts) {
        for (Act act : acts) {
            story.add((now - 1_000_000_000L) / MS + " " + act.toString().replace('\n', ' '));
            switch (act) {
                case Act.Synthesise(ReplyChunk chunk, boolean _) -> {
                    int of = life;
                    later(random.nextInt(100), () -> {
                        if (of == life) {
                            perform(player.synthesised(chunk.playbackId(), totalMs(chunk.text()), now));
                        }
                    });
                }
                case Act.Play(ReplyChunk chunk, long _) ->
                    send(
                            () -> {
                                if (now < bridgeFrom) {
                                    return 425;
                                }
                                channel.add(new Sounding(chunk.playbackId(), totalMs(chunk.text())));
                                return 201;
                            },
                            (call, status) -> call.posted(chunk.playbackId(), status, now));
                case Act.Stop(String id) -> send(() -> delete(id), (call, status) -> call.stopped(id, status, now));
                case Act.Pause(String id) ->
                    send(() -> pause(id, true), (call, status) -> call.pauseAnswered(id, true, status, now));
                case Act.Resume(String id) ->
                    send(() -> pause(id, false), (call, status) -> call.pauseAnswered(id, false, status, now));
                case Act.LookUp(String id) -> {
                    Presence[] seen = {Presence.UNKNOWN};
                    send(
                            () -> {
                                seen[0] = look(id);
                                return 200;
                            },
                            (call, status) -> call.lookedUp(id, status == 0 ? Presence.UNKNOWN : seen[0], now));
                }
                case Act.Note(PlaybackEvent event) -> events.add(event);
                case Act.Over(ReplyChunk _, ReplyHeard heard) -> {
                    if (heard != null) {
                        reports.add(heard);
                    }
                }
                case Act.StopStranger(String _, String id, long _) -> send(() -> delete(id), (_, _) -> List.of());
                case Act.Settled _ -> {}
                case Act.ResumeStranger _ -> throw new AssertionError("not for an owner");
            }
        }
    }

    void later(int millis, Runnable what) {
        due.add(new Due(now + millis * MS, order++, what));
    }

    Replies answer(long utterance) {
        return new Replies(CALL, utterance);
    }

    boolean isSounding(String id) {
        Sounding found = find(id);
        return found != null && found.started && !found.paused && !found.deleted;
    }

    boolean isPaused(String id) {
        Sounding found = find(id);
        return found != null && found.paused;
    }

    long heardMs(String id) {
        return heardMicros.getOrDefault(id, 0L) / MS;
    }

    List<ReplyHeard> reports(String id) {
        return reports.stream().filter(r -> r.getPlaybackId().equals(id)).toList();
    }
}
