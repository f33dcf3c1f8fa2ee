package dev.parley.testkit.asterisk;

import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The {@code /bridges} resource. Runs on the clock's thread. */
final class BridgeRequests {
    private final Switchboard board;

    BridgeRequests(Switchboard board) {
        this.board = board;
    }

    AriReply list(AriParameters parameters) {
        JsonArray all = new JsonArray();
        board.bridges.values().forEach(bridge -> all.add(bridge.json()));
        return AriReply.ok(all);
    }

    AriReply create(AriParameters parameters, @Nullable String bridgeId) {
        String id =
                bridgeId == null ? parameters.get("bridgeId", UUID.randomUUID().toString()) : bridgeId;
        String name = parameters.get("name", "");
        Bridge existing = board.bridges.get(id);
        if (existing != null && bridgeId == null) {
            return AriReply.error(409, "Bridge with id '" + id + "' already exists");
        }
        if (existing != null) {
            existing.name = name;
            return AriReply.ok(existing.json());
        }
        Bridge bridge = new Bridge(id, name);
        board.bridges.put(id, bridge);
        return AriReply.ok(bridge.json());
    }

    AriReply get(AriParameters parameters) {
        Bridge bridge = bridge(parameters);
        return bridge == null ? notFound() : AriReply.ok(bridge.json());
    }

    AriReply delete(AriParameters parameters) {
        Bridge bridge = bridge(parameters);
        if (bridge == null) {
            return notFound();
        }
        board.destroyBridge(bridge);
        return AriReply.noContent();
    }

    AriReply play(AriParameters parameters, @Nullable String playbackId) {
        Bridge bridge = bridge(parameters);
        return bridge == null
                ? notFound()
                : board.playbacks.play(board.announcer(bridge), "bridge:" + bridge.id, playbackId, parameters);
    }

    /** While an unbridged channel plays, addChannel on it blocks until the playback ends. */
    void addChannel(AriParameters parameters, Consumer<AriReply> reply) {
        withChannels(parameters, reply, (bridge, channels) -> {
            AtomicInteger left = new AtomicInteger(channels.size());
            for (Channel channel : channels) {
                channel.commands.run(() -> {
                    if (!channel.gone) {
                        board.enterBridge(channel, bridge);
                    }
                    if (left.decrementAndGet() == 0) {
                        reply.accept(AriReply.noContent());
                    }
                });
            }
        });
    }

    void removeChannel(AriParameters parameters, Consumer<AriReply> reply) {
        withChannels(parameters, reply, (bridge, channels) -> {
            if (channels.stream().anyMatch(channel -> channel.bridge != bridge)) {
                reply.accept(AriReply.error(422, "Channel not in this bridge"));
                return;
            }
            channels.forEach(board::leaveBridge);
            reply.accept(AriReply.noContent());
        });
    }

    private interface Work {
        void on(Bridge bridge, List<Channel> channels);
    }

    private void withChannels(AriParameters parameters, Consumer<AriReply> reply, Work work) {
        Bridge bridge = bridge(parameters);
        if (bridge == null) {
            reply.accept(notFound());
            return;
        }
        List<String> ids = parameters.list("channel");
        if (ids.isEmpty()) {
            reply.accept(AriReply.error(400, "Must provide a channel"));
            return;
        }
        List<Channel> channels = new ArrayList<>();
        for (String id : ids) {
            Channel channel = board.channels.get(id);
            if (channel == null || channel.app == null) {
                reply.accept(
                        channel == null
                                ? AriReply.error(400, "Channel not found")
                                : AriReply.error(422, "Channel not in Stasis application"));
                return;
            }
            channels.add(channel);
        }
        work.on(bridge, channels);
    }

    private @Nullable Bridge bridge(AriParameters parameters) {
        return board.bridges.get(parameters.path("bridgeId"));
    }

    private static AriReply notFound() {
        return AriReply.error(404, "Bridge not found");
    }
}
