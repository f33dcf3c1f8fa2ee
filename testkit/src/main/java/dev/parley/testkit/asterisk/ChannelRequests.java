package dev.parley.testkit.asterisk;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The {@code /channels} resource. Runs on the clock's thread. */
final class ChannelRequests {
    private static final Logger LOG = LoggerFactory.getLogger(ChannelRequests.class);
    private static final Map<String, Integer> CAUSES =
            Map.of("normal", 16, "busy", 17, "congestion", 34, "no_answer", 19, "rejected", 21);

    private final Switchboard board;
    private final Consumer<String> crash;

    ChannelRequests(Switchboard board, Consumer<String> crash) {
        this.board = board;
        this.crash = crash;
    }

    AriReply list(AriParameters parameters) {
        JsonArray all = new JsonArray();
        board.channels.values().forEach(channel -> all.add(channel.json()));
        return AriReply.ok(all);
    }

    AriReply get(AriParameters parameters) {
        Channel channel = channel(parameters);
        return channel == null ? notFound() : AriReply.ok(channel.json());
    }

    AriReply hangUp(AriParameters parameters) {
        Channel channel = channel(parameters);
        if (channel == null) {
            return notFound();
        }
        String reason = parameters.get("reason");
        String code = parameters.get("reason_code");
        if (reason != null && code != null) {
            return AriReply.error(400, "The reason and reason_code can't both be specified");
        }
        int cause = code != null
                ? parameters.number("reason_code", -1)
                : CAUSES.getOrDefault(reason == null ? "normal" : reason, -1);
        if (cause < 0) {
            return AriReply.error(400, "Invalid Hangup Reason");
        }
        if (channel instanceof CallerChannel caller) {
            caller.cause = cause;
        }
        board.clock.execute(() -> board.hangUp(channel, cause, true));
        return AriReply.noContent();
    }

    void answer(AriParameters parameters, Consumer<AriReply> reply) {
        inTurn(parameters, reply, channel -> {
            if (channel.state != Channel.State.UP) {
                channel.state = Channel.State.UP;
                board.events.publish(channel, "ChannelStateChange", new JsonObject().put("channel", channel.json()));
            }
            return AriReply.noContent();
        });
    }

    /** On a channel that is up, ringing is a tone in its sound. */
    AriReply ring(AriParameters parameters, boolean begins) {
        AriReply refused = refusal(parameters);
        if (refused == null && channel(parameters) instanceof CallerChannel caller) {
            caller.ringing = begins && caller.state == Channel.State.UP;
        }
        return refused != null ? refused : AriReply.noContent();
    }

    /** Sends digits to the phone; like Asterisk it takes whatever it is given and answers at once. */
    AriReply sendDigits(AriParameters parameters) {
        AriReply refused = refusal(parameters);
        String digits = parameters.get("dtmf");
        if (refused == null && digits == null) {
            return AriReply.error(400, "DTMF is required");
        }
        if (refused == null && channel(parameters) instanceof CallerChannel caller) {
            caller.digits.append(digits);
        }
        return refused != null ? refused : AriReply.noContent();
    }

    AriReply getVariable(AriParameters parameters) {
        Channel channel = channel(parameters);
        String name = parameters.get("variable");
        if (name == null) {
            return AriReply.error(400, "Variable name is required");
        }
        if (channel == null) {
            return notFound();
        }
        String value = channel.variables.get(name);
        return value == null
                ? AriReply.error(404, "Provided variable was not found")
                : AriReply.ok(new JsonObject().put("value", value));
    }

    /** While an unbridged channel plays, setting a variable on it blocks until the playback ends. */
    void setVariable(AriParameters parameters, Consumer<AriReply> reply) {
        String name = parameters.get("variable");
        if (name == null) {
            reply.accept(AriReply.error(400, "Variable name is required"));
            return;
        }
        inTurn(parameters, reply, channel -> {
            String value = parameters.get("value", "");
            channel.variables.put(name, value);
            board.events.publish(
                    channel,
                    "ChannelVarset",
                    new JsonObject().put("variable", name).put("value", value).put("channel", channel.json()));
            return AriReply.noContent();
        });
    }

    /** Answered at once, done in its turn: it waits for the current playback. */
    AriReply continueInDialplan(AriParameters parameters) {
        AriReply refused = refusal(parameters);
        Channel channel = channel(parameters);
        if (refused != null || channel == null) {
            return refused == null ? notFound() : refused;
        }
        String context = parameters.get("context", "default");
        String extension = parameters.get("extension", "s");
        channel.commands.run(() -> {
            if (channel.gone) {
                return;
            }
            board.leaveStasis(channel);
            String app = channel.app;
            channel.app = null;
            if (app != null) {
                board.events.channelLeft(app, board.hasChannels(app));
            }
            if (channel instanceof CallerChannel caller && !board.extensions.contains(context + "," + extension)) {
                LOG.atWarn()
                        .addKeyValue("context", context)
                        .addKeyValue("extension", extension)
                        .log("no such extension");
                board.hangUp(caller, caller.cause, false);
            } else if (channel instanceof CallerChannel caller) {
                caller.continuedTo = context + "," + extension;
            }
        });
        return AriReply.noContent();
    }

    AriReply play(AriParameters parameters, @Nullable String playbackId) {
        AriReply refused = refusal(parameters);
        Channel channel = channel(parameters);
        if (refused != null || channel == null) {
            return refused == null ? notFound() : refused;
        }
        return board.playbacks.play(channel, "channel:" + channel.id, playbackId, parameters);
    }

    AriReply snoop(AriParameters parameters, @Nullable String snoopId) {
        Channel channel = channel(parameters);
        if (channel == null) {
            return notFound();
        }
        String app = parameters.get("app");
        if (app == null) {
            return AriReply.error(400, "Application name is required");
        }
        SnoopChannel.Spy spy = spy(parameters.get("spy", "none"));
        String whisper = parameters.get("whisper", "none");
        if (spy == null || spy(whisper) == null) {
            return AriReply.error(400, "Invalid direction specified for " + (spy == null ? "spy" : "whisper"));
        }
        if (spy == SnoopChannel.Spy.NONE && whisper.equals("none")) {
            return AriReply.error(400, "Direction must be specified for at least spy or whisper");
        }
        String id = snoopId == null ? board.newChannelId() : snoopId;
        if (!(channel instanceof CallerChannel caller) || board.channels.containsKey(id)) {
            return AriReply.error(500, "Snoop channel could not be created");
        }
        SnoopChannel snoop = new SnoopChannel(id, board.newChannelName("Snoop/" + channel.id), caller, spy, board);
        board.add(snoop);
        caller.snoops.add(snoop);
        AriReply reply = AriReply.ok(snoop.json());
        enterStasisSoon(snoop, app, parameters.list("appArgs"));
        return reply;
    }

    AriReply externalMedia(AriParameters parameters) {
        String app = parameters.get("app");
        String host = parameters.get("external_host");
        String format = parameters.get("format");
        if (app == null || host == null || format == null) {
            String missing = app == null ? "app" : host == null ? "external_host" : "format";
            return AriReply.error(400, missing + " cannot be empty");
        }
        String encapsulation = parameters.get("encapsulation", "rtp");
        String transport = parameters.get("transport", "udp");
        String connectionType = parameters.get("connection_type", "client");
        if (transport.equals("websocket") && !encapsulation.equals("none")) {
            return AriReply.error(400, "Encapsulation must be 'none' for websockets");
        }
        if (!transport.equals("websocket") || !connectionType.equals("server") || !host.equals("INCOMING")) {
            return AriReply.error(
                    501, "The simulator has external media by websocket only, connection_type server, host INCOMING");
        }
        MediaChannel.Format known = format(format);
        if (known == null) {
            return AriReply.error(501, "The simulator has the formats slin and slin16 only");
        }
        String id = parameters.get("channelId", board.newChannelId());
        if (board.channels.containsKey(id)) {
            crash.accept("a duplicate channelId on a websocket externalMedia: " + id);
            return AriReply.none();
        }
        MediaChannel leg = new MediaChannel(
                id,
                board.newChannelName("WebSocket/INCOMING/" + id),
                UUID.randomUUID().toString(),
                known,
                MediaControl.of(parameters.get("transport_data", "")),
                board);
        leg.variables.putAll(parameters.variables());
        board.add(leg);
        leg.subscriber = app;
        return AriReply.ok(leg.json());
    }

    private void enterStasisSoon(Channel channel, String app, List<String> args) {
        board.clock.execute(() -> {
            if (!channel.gone && !board.enterStasis(channel, app, args)) {
                board.destroy(channel, 0);
            }
        });
    }

    /** Runs as one of the channel's commands, after the playbacks that were asked for before it. */
    private void inTurn(AriParameters parameters, Consumer<AriReply> reply, Function<Channel, AriReply> work) {
        AriReply refused = refusal(parameters);
        Channel channel = channel(parameters);
        if (refused != null || channel == null) {
            reply.accept(refused == null ? notFound() : refused);
            return;
        }
        channel.commands.run(() -> reply.accept(channel.gone ? notFound() : work.apply(channel)));
    }

    /** Why a channel cannot be commanded now, or null: 404, 409 outside Stasis, 412 before it is up. */
    private @Nullable AriReply refusal(AriParameters parameters) {
        Channel channel = channel(parameters);
        if (channel == null) {
            return notFound();
        }
        if (channel.app == null) {
            return AriReply.error(409, "Channel not in Stasis application");
        }
        return channel.state == Channel.State.DOWN || channel.state == Channel.State.RINGING
                ? AriReply.error(412, "Channel in invalid state")
                : null;
    }

    private @Nullable Channel channel(AriParameters parameters) {
        return board.channels.get(parameters.path("channelId"));
    }

    private static AriReply notFound() {
        return AriReply.error(404, "Channel not found");
    }

    private static SnoopChannel.@Nullable Spy spy(String direction) {
        return switch (direction.toLowerCase(Locale.ROOT)) {
            case "none" -> SnoopChannel.Spy.NONE;
            case "in" -> SnoopChannel.Spy.IN;
            case "out" -> SnoopChannel.Spy.OUT;
            case "both" -> SnoopChannel.Spy.BOTH;
            default -> null;
        };
    }

    private static MediaChannel.@Nullable Format format(String name) {
        return switch (name) {
            case "slin" -> MediaChannel.Format.SLIN;
            case "slin16" -> MediaChannel.Format.SLIN16;
            default -> null;
        };
    }
}
