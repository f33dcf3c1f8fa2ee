package dev.parley.testkit.asterisk;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** {@code POST /channels}: calls out. Runs on the clock's thread. */
final class OriginateRequests {
    private static final int PATIENCE_SECONDS = 30;

    private final Switchboard board;
    private final Map<String, SimulatedPhone> phones = new HashMap<>();

    OriginateRequests(Switchboard board) {
        this.board = board;
    }

    void add(String endpoint, SimulatedPhone phone) {
        phones.put(endpoint, phone);
    }

    /** Answered at once; what becomes of the call is told by events. */
    AriReply originate(AriParameters parameters, @Nullable String channelId) {
        String endpoint = parameters.get("endpoint");
        if (endpoint == null) {
            return AriReply.error(400, "Endpoint must be specified");
        }
        if (!endpoint.contains("/")) {
            return AriReply.error(400, "Invalid endpoint specified");
        }
        String app = parameters.get("app");
        if (app == null) {
            return parameters.get("extension") == null
                    ? AriReply.error(400, "Application or extension must be specified")
                    : AriReply.error(501, "The simulator originates into an application only");
        }
        String id = channelId == null ? board.newChannelId() : channelId;
        if (board.channels.containsKey(id)) {
            return AriReply.error(409, "Channel with given unique ID already exists");
        }
        SimulatedPhone phone = phones.get(endpoint);
        if (phone == null) {
            return AriReply.error(500, "Allocation failed");
        }
        CountDownLatch over = new CountDownLatch(1);
        CallerChannel channel = new CallerChannel(
                id, board.newChannelName(endpoint), parameters.get("callerId", ""), "s", "en", board, over::countDown);
        channel.state = Channel.State.DOWN;
        channel.subscriber = app;
        channel.variables.putAll(parameters.variables());
        board.add(channel);
        AriReply reply = AriReply.ok(channel.json());
        List<String> args = parameters.list("appArgs");
        OutboundLeg leg =
                new OutboundLeg(board, channel, app, args, endpoint.substring(endpoint.indexOf('/') + 1), over);
        Duration patience = Duration.ofSeconds(parameters.number("timeout", PATIENCE_SECONDS));
        board.clock.execute(() -> leg.dials(phone, patience));
        return reply;
    }
}
