package dev.parley.devstack.audit;

import dev.parley.audio.Frames;
import dev.parley.devstack.audit.Answers.Answer;
import dev.parley.records.BargeIn;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.records.PlaybackEvent;
import dev.parley.records.PlaybackEventType;
import dev.parley.records.Reply;
import dev.parley.records.ReplyType;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import dev.parley.records.UtteranceChunk;
import dev.parley.schemas.PlaybackId;
import dev.parley.testkit.asterisk.SimulatedAsterisk;
import dev.parley.testkit.caller.Heard;
import dev.parley.testkit.caller.Said;
import dev.parley.testkit.caller.VoiceDetector;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/**
 * What must be true of a call whatever was killed in it. What was played is taken from Asterisk, what was said and heard from the
 * caller's line; the services' own records are asked only for what they decided.
 *
 * @param spoken what the caller said, in order
 * @param entries the call's records of all topics
 * @param plays what Asterisk agreed to play in this call, in order
 */
public record CallVerdict(List<Spoken> spoken, List<Entry> entries, List<Play> plays) {
    /** A stop and a play that cross each other on the way to Asterisk. */
    private static final Duration CROSSING = Duration.ofMillis(300);
    /**
     * Caller and bot may begin in the same moment: nobody can know yet, and voice over the bot silences it within this time (the latency
     * budget's p99). Only what goes on for longer is speaking over him.
     */
    private static final Duration SPOKEN_OVER = Duration.ofMillis(280);
    /** 400 ms: pauses inside what the bot says are shorter. */
    private static final int STILL_SPEAKING_SAMPLES = 3_200;

    /**
     * Something that the caller said.
     *
     * @param first call's frame of its first voice
     * @param last call's frame of its last voice
     * @param answered whether the line carried sound of the bot's after it, before the caller spoke again
     * @param overMillis for how long the line carried sound of the bot's that began between its first and its last voice
     */
    public record Spoken(String label, long first, long last, boolean answered, int overMillis) {}

    /** Something that Asterisk was asked to play, and took. */
    public record Play(String playbackId, Instant at) {}

    /**
     * The verdict on a caller's line.
     *
     * @param frameZeroAt instant of the call's frame 0, in microseconds since 1970
     */
    public static CallVerdict of(Heard heard, List<Entry> entries, List<Play> plays, long frameZeroAt) {
        List<VoiceDetector.Stretch> bot =
                VoiceDetector.forAnySound().stretches(heard.received().samples(), 0);
        List<Spoken> spoken = new ArrayList<>();
        for (int i = 0; i < heard.said().size(); i++) {
            Said said = heard.said().get(i);
            int next = i + 1 < heard.said().size() ? heard.said().get(i + 1).firstVoiced() : Integer.MAX_VALUE;
            boolean answered = heard.firstBotSoundAfter(said.lastVoiced())
                    .filter(sample -> sample < next)
                    .isPresent();
            spoken.add(new Spoken(
                    said.label(),
                    callFrame(heard, said.firstVoiced(), frameZeroAt),
                    callFrame(heard, said.lastVoiced(), frameZeroAt),
                    answered,
                    overlap(bot, said)));
        }
        return new CallVerdict(spoken, entries, plays);
    }

    /**
     * The verdict on a call by its line and its records alone.
     *
     * @param view the call's records
     * @param heard its line
     */
    public static CallVerdict of(CallView view, Heard heard) {
        return of(heard, view.entries(), plays(view), frameZeroAt(view));
    }

    /**
     * What was played, by a call's records. What the gateway did not know when it was asked about it, since it died before it
     * read it, was not: the player rightly asks for it again.
     */
    public static List<Play> plays(CallView view) {
        List<Play> plays = new ArrayList<>();
        view.records(PlaybackEvent.class).forEach(event -> {
            if (event.getType() == PlaybackEventType.QUEUED
                    && event.getHttpStatus() != null
                    && event.getHttpStatus() / 100 == 2) {
                plays.add(new Play(event.getPlaybackId(), Instant.EPOCH.plus(event.getAt(), ChronoUnit.MICROS)));
            } else if (event.getType() == PlaybackEventType.FAILED && "unknown".equals(event.getReason())) {
                plays.removeIf(play -> play.playbackId().equals(event.getPlaybackId()));
            }
        });
        return plays;
    }

    private static long frameZeroAt(CallView view) {
        return view.records(CallEvent.class)
                .filter(event -> event.getStarted() != null)
                .findFirst()
                .map(event -> event.getStarted().getFrameZeroAt())
                .orElse(0L);
    }

    /**
     * The verdict on a call that is over, on a simulated Asterisk, which is asked what it played; where it played nothing (PLAYBACK=stream), the records are.
     *
     * @param view the call's records
     * @param heard its line
     */
    public static CallVerdict of(SimulatedAsterisk asterisk, CallView view, Heard heard) {
        List<Play> plays = asterisk.requests().stream()
                .filter(request -> request.method().equals("POST")
                        && request.path().contains("/play/")
                        && request.status() / 100 == 2)
                .map(request -> new Play(request.path().substring(request.path().lastIndexOf('/') + 1), request.at()))
                .filter(play -> PlaybackId.parse(play.playbackId())
                        .filter(id -> !id.callId().equals(view.callId()))
                        .isEmpty())
                .toList();
        return plays.isEmpty() ? of(view, heard) : of(heard, view.entries(), plays, frameZeroAt(view));
    }

    private static long callFrame(Heard heard, int sample, long frameZeroAt) {
        return (ChronoUnit.MICROS.between(Instant.EPOCH, heard.instantOfSample(sample)) - frameZeroAt) / Frames.MICROS;
    }

    /** Who begins to speak while the bot does, or hardly after, interrupts it: then it stops as soon as it can, which others judge. */
    private static int overlap(List<VoiceDetector.Stretch> bot, Said said) {
        boolean interrupts = bot.stream()
                .anyMatch(stretch -> stretch.firstSample() <= said.firstVoiced()
                        && stretch.lastSample() > said.firstVoiced() - STILL_SPEAKING_SAMPLES);
        if (interrupts) {
            return 0;
        }
        return bot.stream()
                        .mapToInt(stretch -> Math.min(stretch.lastSample(), said.lastVoiced())
                                - Math.max(stretch.firstSample(), said.firstVoiced()))
                        .filter(samples -> samples > 0)
                        .sum()
                / 8;
    }

    /** Everything that is wrong with the call; empty when nothing is. */
    public List<String> faults() {
        return faults(one -> SPOKEN_OVER);
    }

    /**
     * As {@link #faults()}, where the machine is known to be slower than the latency budget.
     *
     * @param silencedWithin how late the bot may be silenced by what is said
     */
    public List<String> faults(Function<Spoken, Duration> silencedWithin) {
        List<String> faults = new ArrayList<>();
        nobodyIsSpokenOver(faults, silencedWithin);
        everyUtteranceThatBeganEnds(faults);
        nothingIsToldDifferentlyTheSecondTime(faults);
        nothingIsLoggedTwice(faults);
        everyUtteranceHasOneAnswer(faults);
        noAnswerStandsTwice(faults);
        nothingIsPlayedTwice(faults);
        nothingVoidIsPlayed(faults);
        onlyTheCallerEndsTheCall(faults);
        return faults;
    }

    private void everyUtteranceHasOneAnswer(List<String> faults) {
        for (Spoken one : spoken) {
            List<Answer> heard = answers().heard(one);
            if (heard.isEmpty() && !answers().isAnsweredWithTheNext(one))
                faults.add("lost: '" + one.label() + "' (frames " + one.first() + " to " + one.last()
                        + ") has no answer that was played");
            if (heard.size() > 1)
                faults.add("answered twice: '" + one.label() + "' (frames " + one.first() + " to " + one.last()
                        + ") by " + heard);
            if (!one.answered()) faults.add("not heard: the line carried nothing after '" + one.label() + "'");
        }
    }

    /** Who began when the bot was silent is listened to until he has ended. */
    private void nobodyIsSpokenOver(List<String> faults, Function<Spoken, Duration> silencedWithin) {
        for (Spoken one : spoken) {
            if (one.overMillis() > silencedWithin.apply(one).toMillis())
                faults.add("spoken over: the bot spoke for " + one.overMillis() + " ms during '" + one.label() + "'");
        }
    }

    private void everyUtteranceThatBeganEnds(List<String> faults) {
        Set<Long> begun = new LinkedHashSet<>();
        records(SpeechEvent.class)
                .filter(event -> event.getType() == SpeechEventType.SPEECH_STARTED)
                .forEach(event -> begun.add(event.getUtterance()));
        records(SpeechEvent.class)
                .filter(event -> event.getType() == SpeechEventType.END_OF_TURN)
                .forEach(event -> begun.remove(event.getUtterance()));
        begun.forEach(utterance -> faults.add("never ended: the utterance that began at frame " + utterance));
    }

    /** The listening may say a thing twice, but then the same. */
    private void nothingIsToldDifferentlyTheSecondTime(List<String> faults) {
        Map<String, SpecificRecord> told = new LinkedHashMap<>();
        records(UtteranceChunk.class)
                .forEach(chunk -> compare(
                        told,
                        "chunk " + chunk.getUtterance() + "/" + chunk.getIndex() + "/" + chunk.getRevision() + " "
                                + chunk.getStage(),
                        chunk,
                        faults));
        records(SpeechEvent.class)
                .filter(event -> event.getType() == SpeechEventType.END_OF_TURN)
                .forEach(event -> compare(told, "end of turn of " + event.getUtterance(), event, faults));
    }

    private static void compare(
            Map<String, SpecificRecord> told, String name, SpecificRecord record, List<String> faults) {
        SpecificRecord before = told.putIfAbsent(name, record);
        if (before != null && !before.equals(record)) faults.add("told differently: " + name);
    }

    /** The agent reads its own log to the end before it says anything: it has no reason to write a line of it again. */
    private void nothingIsLoggedTwice(List<String> faults) {
        Set<String> logged = new LinkedHashSet<>();
        records(Reply.class).forEach(reply -> {
            String line = reply.getKind() + " " + Answer.of(reply) + " " + reply.getType()
                    + (reply.getType() == ReplyType.CHUNK ? " " + reply.getN() : "");
            if (!logged.add(line)) faults.add("logged twice: " + line);
        });
    }

    private void noAnswerStandsTwice(List<String> faults) {
        Set<Answer> cancelled = new LinkedHashSet<>();
        records(Reply.class)
                .filter(reply -> reply.getType() == ReplyType.CANCEL)
                .forEach(reply -> cancelled.add(Answer.of(reply)));
        Map<Long, Set<Answer>> byTurn = new LinkedHashMap<>();
        answers().decided().forEach((answer, turn) -> {
            if (!cancelled.contains(answer))
                byTurn.computeIfAbsent(turn, ignored -> new LinkedHashSet<>()).add(answer);
        });
        byTurn.forEach((turn, answers) -> {
            if (answers.size() > 1) faults.add("committed twice: turn " + turn + " by " + answers);
        });
    }

    private void nothingIsPlayedTwice(List<String> faults) {
        Set<String> seen = new LinkedHashSet<>();
        for (Play play : plays) {
            if (!seen.add(play.playbackId())) faults.add("played twice: " + play.playbackId());
        }
    }

    private void nothingVoidIsPlayed(List<String> faults) {
        for (Play play : plays) {
            Optional<PlaybackId> id = PlaybackId.parse(play.playbackId());
            if (id.isEmpty()) {
                faults.add("not ours: " + play.playbackId());
                continue;
            }
            Answer answer = Answer.of(id.get());
            long voidBefore = voidBefore(play.at().minus(CROSSING));
            Long turn = answers().turn(answer);
            long fence = turn != null
                    ? turn
                    : records(Reply.class)
                            .filter(reply -> Answer.of(reply).equals(answer))
                            .mapToLong(Reply::getBasedOn)
                            .findFirst()
                            .orElse(Long.MAX_VALUE);
            boolean holdsOnly = records(Reply.class)
                    .anyMatch(reply -> Answer.of(reply).equals(answer)
                            && reply.getType() == ReplyType.CHUNK
                            && reply.getN() == id.get().n()
                            && !reply.getInterruptible());
            if (fence < voidBefore && !holdsOnly)
                faults.add("void: " + play.playbackId() + " answers frame " + fence + " and was played when all before "
                        + voidBefore + " was void");
        }
    }

    private void onlyTheCallerEndsTheCall(List<String> faults) {
        List<CallEvent> ends = records(CallEvent.class)
                .filter(event -> event.getType() == CallEventType.ENDED)
                .toList();
        if (ends.size() != 1) faults.add("ended " + ends.size() + " times");
        for (CallEvent end : ends) {
            if (!"caller-hung-up".equals(end.getReason())) faults.add("ended by us: " + end.getReason());
        }
    }

    /** What the call's playbacks were not fit to play any more at that instant: the merged state of all writers. */
    private long voidBefore(Instant at) {
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, at);
        return entries.stream()
                .filter(entry -> entry.value() instanceof BargeIn && entry.publishedAt() <= micros)
                .mapToLong(entry -> ((BargeIn) entry.value()).getVoidBefore())
                .max()
                .orElse(0);
    }

    private Answers answers() {
        return new Answers(entries, plays);
    }

    private <T> Stream<T> records(Class<T> type) {
        return entries.stream().map(Entry::value).filter(type::isInstance).map(type::cast);
    }
}
