package dev.parley.testkit.asterisk;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * All channels and bridges, and what happens to them in a tick. Belongs to the clock's thread.
 */
final class Switchboard {
    /** How much later than the caller's packet its copy leaves a fresh tap. */
    static final Duration TAP_DELAY = Duration.ofMillis(14);

    final FrameClock clock;
    final Events events;
    final Faults faults;
    final Playbacks playbacks;
    final MediaSource media;
    final OriginateRequests originate = new OriginateRequests(this);
    final Map<String, Channel> channels = new LinkedHashMap<>();
    final Map<String, Bridge> bridges = new LinkedHashMap<>();
    /** The dialplan's extensions that a channel may continue at, as {@code context,extension}. */
    final Set<String> extensions = new HashSet<>();

    /** Frames that a media websocket could not take: its client reads too slowly, or it has closed. */
    final AtomicLong mediaFramesDropped = new AtomicLong();

    private final long bootSeconds = Instant.now().getEpochSecond();
    private int channelsMade;
    private boolean nextEndIsLost;

    Switchboard(String asteriskId, Faults faults) {
        this.clock = new FrameClock("asterisk-" + asteriskId, this::tick);
        this.faults = faults;
        this.events = new Events(asteriskId, clock, faults);
        this.playbacks = new Playbacks(events);
        this.media = new MediaSource(clock);
    }

    String newChannelId() {
        return bootSeconds + "." + channelsMade++;
    }

    /** Names are technology, what is called, and a number that is never used twice. */
    String newChannelName(String prefix) {
        return "%s-%08x".formatted(prefix, channelsMade++);
    }

    private void tick() {
        long at = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        for (Channel channel : channels.values()) {
            if (channel instanceof MediaChannel leg) {
                leg.tick();
            }
        }
        bridges.values().forEach(this::announce);
        for (Channel channel : List.copyOf(channels.values())) {
            if (channel instanceof CallerChannel caller) {
                caller.tick(at);
            } else {
                channel.commands.frame();
            }
        }
        clock.afterTick(TAP_DELAY, this::readTaps);
    }

    private void readTaps() {
        for (Channel channel : channels.values()) {
            if (channel instanceof SnoopChannel snoop) {
                snoop.read();
            }
        }
        for (Channel channel : List.copyOf(channels.values())) {
            if (channel instanceof MediaChannel leg) {
                // A caller who is alone with it was passed on when his packets came.
                leg.write(leg.bridge == null || leg.isAloneWithCaller() ? null : leg.bridge.heardBy(leg));
            }
        }
    }

    void add(Channel channel) {
        channels.put(channel.id, channel);
    }

    /** Hands a channel to an application; false where the application has no socket: Stasis() fails. */
    boolean enterStasis(Channel channel, String app, List<String> args) {
        if (!events.isConnected(app)) {
            return false;
        }
        channel.app = app;
        channel.appArgs = args;
        events.publish(
                channel,
                "StasisStart",
                new JsonObject()
                        .put("args", new JsonArray(new ArrayList<>(args)))
                        .put("channel", channel.json()));
        return true;
    }

    /** A media leg has its socket: now it is in the application that had it made. */
    void legAnswered(MediaChannel leg) {
        String app = leg.subscriber;
        if (app == null || !enterStasis(leg, app, List.of())) {
            destroy(leg, 0);
        }
    }

    void leaveStasis(Channel channel) {
        String app = channel.app;
        if (app == null) {
            return;
        }
        leaveBridge(channel);
        events.publish(channel, "StasisEnd", new JsonObject().put("channel", channel.json()));
    }

    /** Ends a channel, with Asterisk's events in Asterisk's order. */
    void hangUp(Channel channel, int cause, boolean soft) {
        if (channel.gone) {
            return;
        }
        channel.gone = true;
        JsonObject request = new JsonObject().put("channel", channel.json());
        if (soft) {
            // Not the cause of the hang-up: AST_SOFTHANGUP_EXPLICIT.
            request.put("soft", true).put("cause", 32);
        }
        events.publish(channel, "ChannelHangupRequest", request);
        destroy(channel, cause);
    }

    /** Ends a channel that nobody asked to hang up: its socket dropped, or what it taps is gone. */
    void destroy(Channel channel, int cause) {
        channel.gone = true;
        channel.commands.channelEnded();
        leaveStasis(channel);
        String app = channel.app;
        // Who has left an application is nothing to it any more, unless it was the application that had the channel
        // made.
        channel.app = null;
        channels.remove(channel.id);
        events.publish(
                channel,
                "ChannelDestroyed",
                new JsonObject()
                        .put("cause", cause)
                        .put("cause_txt", causeText(cause))
                        .put("channel", channel.json()));
        channel.ended();
        if (channel instanceof CallerChannel caller) {
            List.copyOf(caller.snoops).forEach(snoop -> destroy(snoop, 0));
        }
        if (app != null) {
            events.channelLeft(app, hasChannels(app));
        }
    }

    boolean hasChannels(String app) {
        return channels.values().stream().anyMatch(channel -> app.equals(channel.app));
    }

    /** Whoever plays to a bridge; is made when there is something to play, and leaves when there is nothing more. */
    AnnouncerChannel announcer(Bridge bridge) {
        AnnouncerChannel announcer = bridge.announcer;
        if (announcer == null) {
            announcer = new AnnouncerChannel(newChannelId(), newChannelName("Announcer/ARI"), bridge, this);
            bridge.announcer = announcer;
            bridge.members.add(announcer);
        }
        return announcer;
    }

    private void announce(Bridge bridge) {
        AnnouncerChannel announcer = bridge.announcer;
        if (announcer != null) {
            announcer.tick();
            if (announcer.commands.isIdle()) {
                dismiss(bridge, announcer);
            }
        }
    }

    private static void dismiss(Bridge bridge, AnnouncerChannel announcer) {
        bridge.announcer = null;
        bridge.members.remove(announcer);
        announcer.commands.channelEnded();
    }

    void enterBridge(Channel channel, Bridge bridge) {
        if (channel.bridge == bridge) {
            return;
        }
        leaveBridge(channel);
        channel.bridge = bridge;
        bridge.members.add(channel);
        bridge.subscriber = channel.app;
        if (bridge.announcer != null) {
            bridge.announcer.subscriber = channel.app;
        }
        if (channel instanceof SnoopChannel tap && faults.nextTapIsSilent()) {
            tap.mute = true;
        }
        publishBridge(channel, "ChannelEnteredBridge", bridge);
    }

    void leaveBridge(Channel channel) {
        Bridge bridge = channel.bridge;
        if (bridge != null) {
            bridge.members.remove(channel);
            channel.bridge = null;
            publishBridge(channel, "ChannelLeftBridge", bridge);
            AnnouncerChannel announcer = bridge.announcer;
            if (announcer != null && bridge.members.size() == 1) {
                // Nobody is left to hear it: what plays fails. Whether the application hears of that is a race.
                announcer.subscriber = nextEndIsLost ? null : announcer.subscriber;
                nextEndIsLost = !nextEndIsLost;
                dismiss(bridge, announcer);
            }
        }
    }

    void destroyBridge(Bridge bridge) {
        bridges.remove(bridge.id);
        List<Channel> members = channels.values().stream()
                .filter(channel -> channel.bridge == bridge)
                .toList();
        members.forEach(this::leaveBridge);
        members.stream().findFirst().ifPresent(last -> publishBridge(null, last, "BridgeDestroyed", bridge));
    }

    private void publishBridge(Channel channel, String type, Bridge bridge) {
        publishBridge(channel, channel, type, bridge);
    }

    private void publishBridge(@Nullable Channel about, Channel hearers, String type, Bridge bridge) {
        JsonObject fields = new JsonObject().put("bridge", bridge.json());
        if (about != null) {
            fields.put("channel", about.json());
        }
        events.publish(hearers, type, fields);
    }

    @Nullable
    MediaChannel mediaChannel(String connectionId) {
        for (Channel channel : channels.values()) {
            if (channel instanceof MediaChannel leg && leg.connectionId.equals(connectionId)) {
                return leg;
            }
        }
        return null;
    }

    private static String causeText(int cause) {
        return switch (cause) {
            case 16 -> "Normal Clearing";
            case 17 -> "User busy";
            case 19 -> "User alerting, no answer";
            case 21 -> "Call Rejected";
            case 34 -> "Circuit/channel congestion";
            default -> "Unknown";
        };
    }
}
