package dev.parley.testkit.asterisk;

import dev.parley.testkit.asterisk.Channel.State;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A channel that was originated, until its phone is picked up: Asterisk tells of it by Dial and ChannelStateChange, and it enters the
 * application when it is answered. Belongs to the clock's thread, but for what {@link SimulatedPhone} asks.
 */
final class OutboundLeg {
    static final int BUSY = 17;
    static final int NO_ANSWER = 19;
    static final int REJECTED = 21;

    private final Switchboard board;
    private final CallerChannel channel;
    private final String app;
    private final List<String> appArgs;
    private final String dialString;
    private final CountDownLatch over;
    private volatile @Nullable SimulatedCall call;

    OutboundLeg(
            Switchboard board,
            CallerChannel channel,
            String app,
            List<String> appArgs,
            String dialString,
            CountDownLatch over) {
        this.board = board;
        this.channel = channel;
        this.app = app;
        this.appArgs = appArgs;
        this.dialString = dialString;
        this.over = over;
    }

    void later(Duration delay, Runnable task) {
        board.clock.after(delay, task);
    }

    void dials(SimulatedPhone phone, Duration patience) {
        publishDial("");
        phone.called(this);
        later(patience, () -> {
            if (!channel.gone && channel.state != State.UP) {
                // No Dial event tells of it, only the cause.
                channel.cause = NO_ANSWER;
                board.hangUp(channel, NO_ANSWER, false);
            }
        });
    }

    void rings() {
        if (!channel.gone) {
            channel.state = State.RINGING;
            publishState();
            publishDial("RINGING");
        }
    }

    void ends(int cause) {
        if (!channel.gone && channel.state != State.UP) {
            publishDial(cause == BUSY ? "BUSY" : "UNKNOWN");
            channel.cause = cause;
            board.hangUp(channel, cause, false);
        }
    }

    void pickUp() {
        board.clock.call(() -> {
            pickUpNow();
            return true;
        });
    }

    void pickUpNow() {
        if (channel.gone || channel.state == State.UP) {
            return;
        }
        channel.state = State.UP;
        publishState();
        publishDial("ANSWER");
        call = new SimulatedCall(board, channel, over);
        if (!board.enterStasis(channel, app, appArgs)) {
            board.hangUp(channel, 16, false);
        }
    }

    boolean isRinging() {
        return board.clock.call(() -> !channel.gone && channel.state == State.RINGING);
    }

    Optional<SimulatedCall> call() {
        return Optional.ofNullable(call);
    }

    private void publishState() {
        board.events.publish(channel, "ChannelStateChange", new JsonObject().put("channel", channel.json()));
    }

    private void publishDial(String status) {
        board.events.publish(
                channel,
                "Dial",
                new JsonObject()
                        .put("peer", channel.json())
                        .put("forward", "")
                        .put("dialstring", dialString)
                        .put("dialstatus", status));
    }
}
