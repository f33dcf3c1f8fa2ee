package dev.parley.devstack.soak;

import dev.parley.audio.Sound;
import dev.parley.devstack.audit.CallVerdict;
import dev.parley.devstack.audit.CallView;
import dev.parley.devstack.audit.Timeline;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.testkit.caller.Heard;
import dev.parley.testkit.caller.Recordings;
import dev.parley.testkit.caller.Said;
import dev.parley.testkit.caller.ScriptFailure;
import dev.parley.testkit.caller.ScriptedCaller;
import dev.parley.testkit.caller.Sounds;
import dev.parley.testkit.sip.SipCall;
import dev.parley.testkit.sip.SipPhone;
import dev.parley.testkit.sip.SipRefused;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Holds one call after the other at an extension of its own, and judges each by what was on the wire and on the topics. One thread. */
final class Lane implements Runnable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** A broker that was away gets the records of its time when it is back. */
    private static final Duration RECORDS_PATIENCE = Duration.ofSeconds(150);

    /** After a call's end, until its last records are there. */
    private static final Duration SETTLED = Duration.ofSeconds(20);

    private static final Duration RING = Duration.ofSeconds(20);
    private static final Duration REDIAL = Duration.ofSeconds(1);
    private static final Duration BOT_FINISHED = Duration.ofMillis(900);
    private static final Duration BEFORE_INTERRUPTING = Duration.ofMillis(800);
    /** Where containers start all the time, nothing is as fast as it is otherwise. */
    private static final Duration SILENCED_WITHIN = Duration.ofMillis(800);

    private static final Duration FOREVER = Duration.ofMillis(Long.MAX_VALUE);

    private static final int BOT_QUIET_MS = 250;
    /** A packet without any sample beyond this is silence. */
    private static final int AUDIBLE = 64;

    /** An answer's first sound may be so much earlier than the end of silence as the caller's clock has it. */
    private static final int EARLY_MS = 60;

    /** A fault as {@link CallVerdict} words it. */
    private static final String ENDED_UNSEEN = "ended by us: lost";

    private static final String OVER_THE_BOT = " (interrupts)";

    /** Names of the recordings; none is a good-bye, to which the bot would hang up. */
    private static final List<String> SAID = List.of(
            "agent-alreadyon",
            "auth-incorrect",
            "ss-noservice",
            "pbx-invalid",
            "privacy-unident",
            "dir-instr",
            "conf-onlyperson",
            "demo-enterkeywords",
            "tt-allbusy",
            "demo-nogo",
            "demo-moreinfo");

    /**
     * What all lanes share.
     *
     * @param human what callers say
     * @param turns in each call
     * @param overTheBot the share of turns that begin while the bot speaks
     * @param silence ends a turn
     * @param records where those of calls with a fault are kept
     */
    record Shared(
            SipPhone phone,
            Recordings human,
            int turns,
            double overTheBot,
            Duration silence,
            Timeline timeline,
            CallIds callIds,
            Havoc havoc,
            Findings findings,
            Path records) {}

    private final Shared shared;
    private final String extension;
    private final Random random;
    private final long endNanos;

    /** @param endNanos no call begins after this, as {@link System#nanoTime} has it */
    Lane(Shared shared, String extension, Random random, long endNanos) {
        this.shared = shared;
        this.extension = extension;
        this.random = random;
        this.endNanos = endNanos;
    }

    @Override
    public void run() {
        try {
            while (System.nanoTime() < endNanos) {
                hold();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void hold() throws InterruptedException {
        shared.callIds().forget(extension);
        SipCall call;
        try {
            call = shared.phone().dial(extension, RING);
        } catch (SipRefused e) {
            shared.findings().fault(extension, "a call was not taken: " + e.getMessage());
            Thread.sleep(REDIAL);
            return;
        }
        List<String> faults = new ArrayList<>();
        Heard heard;
        try {
            heard = script().run(call);
        } catch (ScriptFailure e) {
            heard = e.heard();
            faults.add("the caller could not go on: " + e.getMessage());
            call.hangUp();
        }
        measure(heard);
        judge(heard, faults);
    }

    private ScriptedCaller script() {
        ScriptedCaller script =
                ScriptedCaller.script().waitForBotToSpeak(PATIENCE).waitForBotSilence(BOT_FINISHED, PATIENCE);
        boolean interrupt = false;
        for (int turn = 0; turn < shared.turns(); turn++) {
            String name = SAID.get(random.nextInt(SAID.size()));
            Sound sound = Sounds.trimmed(shared.human().named(name).sound());
            String label = turn + " " + name + (interrupt ? OVER_THE_BOT : "");
            script = interrupt ? script.interruptAfter(BEFORE_INTERRUPTING, label, sound) : script.say(label, sound);
            script = script.waitForBotToSpeak(PATIENCE);
            interrupt = random.nextDouble() < shared.overTheBot();
            if (!interrupt) {
                script = script.waitForBotSilence(BOT_FINISHED, PATIENCE);
            }
        }
        return script.waitForBotSilence(BOT_FINISHED, PATIENCE).hangUp();
    }

    private void measure(Heard heard) {
        for (Said one : heard.said()) {
            heard.silenceBeforeBotSound(one)
                    .ifPresent(millis -> shared.findings()
                            .endOfTurnToSound(millis - shared.silence().toMillis()));
            if (one.label().endsWith(OVER_THE_BOT)) {
                shared.findings().interrupted();
                heard.voiceToSilence(one, BOT_QUIET_MS)
                        .ifPresent(millis -> shared.findings().bargeInToSilence(millis));
            }
        }
    }

    private void judge(Heard heard, List<String> faults) throws InterruptedException {
        Heard fair = withoutTheHopeless(heard);
        shared.findings()
                .held(heard.said().size(), heard.said().size() - fair.said().size());
        faults.addAll(oldSound(fair));
        String callId = shared.callIds().at(extension).orElse(null);
        if (callId == null && shared.havoc().isNobodyThere(heard.instantOfFrame(0))) {
            shared.findings().nobodyThere();
            if (!wasSpokenTo(heard)) {
                shared.findings().fault(extension, "no gateway was there, and the caller heard nothing");
            }
            return;
        }
        if (callId == null) {
            faults.add("the topics know nothing of it");
        } else {
            CallView view = awaitRecords(callId, fair);
            if (hasEnded(view, "fallback")
                    && shared.havoc()
                            .isGivenUp(
                                    heard.instantOfFrame(0),
                                    heard.instantOfFrame(heard.received().frames() - 1))) {
                shared.findings().givenUp();
                return;
            }
            faults.addAll(CallVerdict.of(view, fair).faults(one -> silencedWithin(fair, one)));
            if (hungUpUnseen(heard, faults)) {
                faults.remove(ENDED_UNSEEN);
            }
            if (!faults.isEmpty()) {
                keep(callId, view);
            }
        }
        String name = callId == null ? extension : callId;
        faults.forEach(fault -> shared.findings().fault(name, fault));
    }

    /** Whether the caller hung up in order while no gateway was there to see it: then the next one writes that the call was lost. */
    private boolean hungUpUnseen(Heard heard, List<String> faults) {
        Instant end = heard.instantOfFrame(heard.received().frames() - 1);
        return faults.contains(ENDED_UNSEEN) && shared.havoc().isHopeless(end, end);
    }

    /** Who speaks over the bot while nobody is there to stop it hears it to its end. */
    private Duration silencedWithin(Heard heard, CallVerdict.Spoken one) {
        return isWhile(shared.havoc()::isUnstoppable, heard, heard.said(one.label())) ? FOREVER : SILENCED_WITHIN;
    }

    /** Without what was said while nobody could hear or answer it: that no service can save. */
    private Heard withoutTheHopeless(Heard heard) {
        List<Said> fair = heard.said().stream()
                .filter(one -> !isWhile(shared.havoc()::isHopeless, heard, one))
                .toList();
        return new Heard(heard.sent(), heard.received(), fair);
    }

    private static boolean isWhile(BiPredicate<Instant, Instant> condition, Heard heard, Said one) {
        int last = Math.min(one.firstFrame() + one.frames(), heard.received().frames() - 1);
        return condition.test(heard.instantOfFrame(one.firstFrame()), heard.instantOfFrame(last));
    }

    /** Packets of a stopped answer, from the bot's silence on until a new answer can be there. */
    private List<String> oldSound(Heard heard) {
        List<String> found = new ArrayList<>();
        for (Said one : heard.said()) {
            // Nobody confirms the interruption: the bot goes on by itself after a while, as it is meant to.
            if (isWhile(shared.havoc()::isUnstoppable, heard, one)) continue;
            heard.lastBotFrameAfterOnset(one, BOT_QUIET_MS).ifPresent(last -> {
                int newAnswer =
                        (int) ((one.lastVoiced() / 8.0 + shared.silence().toMillis() - EARLY_MS) / 20);
                int stray = 0;
                for (int frame = last + 1;
                        frame < Math.min(newAnswer, heard.received().frames());
                        frame++) {
                    if (isAudible(heard.received().frame(frame))) stray++;
                }
                if (stray > 0) {
                    found.add("old sound: " + stray + " packets of the bot after it was silenced by '" + one.label()
                            + "'");
                }
            });
        }
        return found;
    }

    private static boolean wasSpokenTo(Heard heard) {
        return IntStream.range(0, heard.received().frames())
                .anyMatch(frame -> isAudible(heard.received().frame(frame)));
    }

    private static boolean isAudible(short[] frame) {
        for (short sample : frame) {
            if (Math.abs(sample) > AUDIBLE) {
                return true;
            }
        }
        return false;
    }

    /** The call's records, when they are complete: services that were away work off what has gathered after the call has ended. */
    private CallView awaitRecords(String callId, Heard heard) throws InterruptedException {
        long deadline = System.nanoTime() + RECORDS_PATIENCE.toNanos();
        long settled = Long.MAX_VALUE;
        while (true) {
            CallView view = new CallView(shared.timeline().entries(), callId);
            long now = System.nanoTime();
            if (settled == Long.MAX_VALUE && hasEnded(view, null)) {
                settled = now + SETTLED.toNanos();
            }
            if (now > Math.min(deadline, settled)
                    || hasEnded(view, null)
                            && CallVerdict.of(view, heard)
                                    .faults(one -> silencedWithin(heard, one))
                                    .isEmpty()) {
                return view;
            }
            Thread.sleep(500);
        }
    }

    private static boolean hasEnded(CallView view, @Nullable String reason) {
        return view.records(CallEvent.class)
                .anyMatch(event ->
                        event.getType() == CallEventType.ENDED && (reason == null || reason.equals(event.getReason())));
    }

    private void keep(String callId, CallView view) {
        try {
            Timeline.write(shared.records().resolve(callId.replace('~', '-') + ".jsonl"), view.entries());
        } catch (IOException e) {
            shared.findings().fault(callId, "its records could not be kept: " + e);
        }
    }
}
