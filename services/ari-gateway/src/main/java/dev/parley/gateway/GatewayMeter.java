package dev.parley.gateway;

import dev.parley.runtime.MeterName;

/** The meters of the gateway. */
public enum GatewayMeter implements MeterName {
    ACTIVE("parley.gateway.active", "1 while this gateway serves its Asterisk, 0 while it stands by"),
    CALLS("parley.gateway.calls", "Calls that are up"),
    CALLS_ENDED("parley.gateway.calls.ended", "Calls that ended, by reason"),
    CALLS_REFUSED("parley.gateway.calls.refused", "Calls that ended before they were answered, by reason"),
    CALLS_ADOPTED("parley.gateway.calls.adopted", "Calls that were up already when this process found them"),
    FALLBACK("parley.gateway.fallback", "Callers who waited in vain, by what was done: sound, extension, good-bye"),
    FRAMES("parley.gateway.frames", "Frames of callers' audio that were published"),
    FRAMES_DROPPED(
            "parley.gateway.frames.dropped",
            "Frames that were not published, by reason: late, odd-size, buffer-full, undelivered"),
    FRAMES_MISSING("parley.gateway.frames.missing", "Frames that did not come in time, a GAP in their place"),
    SOUNDS_DROPPED("parley.gateway.sounds.dropped", "Sounds for a leg that were not played, by reason: late, full"),
    TAP_REBUILT(
            "parley.gateway.tap.rebuilt",
            "Taps that had to be built anew, by reason: socket, silent, failed, unreachable"),
    TAP_SWAPPED(
            "parley.gateway.tap.swapped",
            "Taps that gave way in silence to a fresh one, by reason: late, unsure (a call's first one; behind a phone's digital silence no burst is seen)"),
    TAP_SWAP_GIVEN_UP("parley.gateway.tap.swap.given.up", "Fresh taps that were not used, by reason: failed, speech"),
    TAP_READY("parley.gateway.tap.ready", "From a call's answer to its first frame"),
    CLEANUP_FAILED(
            "parley.gateway.cleanup.failed",
            "Channels and bridges that could not be removed when they should; the next sweep finds them"),
    ORPHANS("parley.gateway.orphans", "Channels and bridges of calls that are gone, removed by a sweep"),
    EVENTS_MALFORMED("parley.gateway.events.malformed", "Messages of Asterisk that could not be read"),
    EVENTS_DROPPED("parley.gateway.events.dropped", "Events of calls that were not listened to, by reason: flood"),
    EVENTS_CONNECTED("parley.gateway.events.connected", "1 while Asterisk's events come in"),
    RECORDS_WAITING("parley.gateway.records.waiting", "Records that Kafka has not acknowledged yet"),
    RECORDS_LOST("parley.gateway.records.lost", "Records other than frames that Kafka never took, by topic"),
    RECORDS_RETRIED("parley.gateway.records.retried", "Records that Kafka would not take at once, by topic");

    private final String id;
    private final String meaning;

    GatewayMeter(String id, String meaning) {
        this.id = id;
        this.meaning = meaning;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
