package dev.parley.testkit.sip;

import dev.parley.audio.Frames;
import dev.parley.testkit.line.Line;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sound of one call on the wire: a thread that sends a frame each 20 ms, comfort zeros where there is nothing to say, and one that
 * receives. What was received is put into the frame of the tick that follows; the packets themselves are kept with their instants.
 */
final class RtpLine {
    private static final Logger LOG = LoggerFactory.getLogger(RtpLine.class);
    private static final long TICK_NANOS = Frames.MILLIS * 1_000_000L;
    /** RFC 4733: 160 ms of a key, its end three times. */
    private static final int EVENT_UPDATES = 8;

    private static final int EVENT_ENDS = 3;
    private static final String KEYS = "0123456789*#ABCD";

    final Line sent = new Line();
    final Line received = new Line();

    private final DatagramSocket socket;
    private final int source = ThreadLocalRandom.current().nextInt();
    private final Deque<short[]> toSay = new ArrayDeque<>();
    private final Deque<Integer> keys = new ArrayDeque<>();
    private final Deque<short[]> arrived = new ArrayDeque<>();
    private final List<RtpPacket> packets = new ArrayList<>();
    private volatile @Nullable InetSocketAddress peer;
    private volatile boolean over;
    private volatile boolean silent;
    private int sequence = ThreadLocalRandom.current().nextInt(1 << 15);
    private long timestamp = ThreadLocalRandom.current().nextInt(1 << 30);
    private final Deque<RtpPacket> stalled = new ArrayDeque<>();
    private int stallTicks;
    private int keyStep;
    private long keyTimestamp;

    RtpLine(InetAddress local) throws SocketException {
        socket = new DatagramSocket(0, local);
    }

    int port() {
        return socket.getLocalPort();
    }

    /** Begins to send to the other side's address, or goes on to a new one. */
    void talkTo(InetSocketAddress address) {
        boolean first = peer == null;
        peer = address;
        if (first) {
            Thread.ofPlatform().name("rtp-out").daemon().start(this::send);
            Thread.ofPlatform().name("rtp-in").daemon().start(this::receive);
        }
    }

    int say(short[] samples) {
        synchronized (toSay) {
            int first = sent.frames() + toSay.size();
            for (int start = 0; start < samples.length; start += Frames.SAMPLES) {
                toSay.add(Arrays.copyOfRange(samples, start, start + Frames.SAMPLES));
            }
            return first;
        }
    }

    void stopSaying() {
        synchronized (toSay) {
            toSay.clear();
        }
    }

    /** Holds packets back for so many ticks, then sends them in one burst. */
    void stall(int ticks) {
        synchronized (toSay) {
            stallTicks = ticks;
        }
    }

    void press(String digit) {
        int key = KEYS.indexOf(digit);
        if (digit.length() != 1 || key < 0) {
            throw new IllegalArgumentException("no key is called '" + digit + "'");
        }
        synchronized (toSay) {
            keys.add(key);
        }
    }

    /** Whether packets are sent at all: a phone with silence suppression, or one that has lost its network, sends none. */
    void silent(boolean none) {
        silent = none;
    }

    /** All packets received so far, in the order of their arrival. */
    List<RtpPacket> packets() {
        synchronized (packets) {
            return List.copyOf(packets);
        }
    }

    void close() {
        over = true;
        socket.close();
        sent.close();
        received.close();
    }

    private void send() {
        long next = System.nanoTime();
        while (!over) {
            tick();
            next += TICK_NANOS;
            long wait = next - System.nanoTime();
            if (wait > 0) {
                LockSupport.parkNanos(wait);
            }
        }
    }

    private void tick() {
        long now = micros();
        short[] frame;
        synchronized (toSay) {
            short[] waiting = toSay.poll();
            frame = waiting == null ? new short[Frames.SAMPLES] : waiting;
            byte[] coded = MuLaw.encode(frame);
            if (!silent && !sendKey()) {
                transmit(new RtpPacket(now, sequence++ & 0xffff, timestamp, false, RtpPacket.MU_LAW, coded));
            }
            timestamp += Frames.SAMPLES;
            stallTicks = Math.max(0, stallTicks - 1);
            while (stallTicks == 0 && !stalled.isEmpty()) {
                transmit(stalled.remove());
            }
            // What the other side will decode, so that it can be found again in what is heard there.
            sent.append(silent ? null : MuLaw.decode(coded, 0, coded.length), now);
        }
        short[] heard;
        synchronized (packets) {
            heard = arrived.poll();
        }
        received.append(heard, now);
    }

    /** One step of the key that is being pressed; audio pauses meanwhile. @return false where there is none */
    private boolean sendKey() {
        Integer key = keys.peek();
        if (key == null) {
            return false;
        }
        if (keyStep == 0) {
            keyTimestamp = timestamp;
        }
        boolean end = keyStep >= EVENT_UPDATES;
        int duration = Math.min(keyStep + 1, EVENT_UPDATES) * Frames.SAMPLES;
        byte[] event = {key.byteValue(), (byte) (end ? 0x8a : 0x0a), (byte) (duration >> 8), (byte) duration};
        transmit(new RtpPacket(
                micros(), sequence++ & 0xffff, keyTimestamp, keyStep == 0, RtpPacket.TELEPHONE_EVENT, event));
        if (++keyStep == EVENT_UPDATES + EVENT_ENDS) {
            keys.poll();
            keyStep = 0;
        }
        return true;
    }

    private void transmit(RtpPacket packet) {
        if (stallTicks > 0) {
            stalled.add(packet);
            return;
        }
        byte[] bytes = packet.bytes(source);
        try {
            socket.send(new DatagramPacket(bytes, bytes.length, peer));
        } catch (IOException e) {
            if (!over) {
                LOG.atDebug().addKeyValue("fault", e.getMessage()).log("A packet could not be sent");
            }
        }
    }

    private void receive() {
        byte[] buffer = new byte[2048];
        while (!over) {
            try {
                DatagramPacket datagram = new DatagramPacket(buffer, buffer.length);
                socket.receive(datagram);
                RtpPacket.parse(buffer, datagram.getLength(), micros())
                        .filter(packet -> packet.payloadType() == RtpPacket.MU_LAW)
                        .ifPresent(this::arrived);
            } catch (IOException e) {
                if (!over) {
                    LOG.atDebug().addKeyValue("fault", e.getMessage()).log("A packet could not be received");
                }
            }
        }
    }

    private void arrived(RtpPacket packet) {
        synchronized (packets) {
            packets.add(packet);
            short[] samples = packet.samples();
            for (int start = 0; start < samples.length; start += Frames.SAMPLES) {
                arrived.add(Arrays.copyOfRange(samples, start, start + Frames.SAMPLES));
            }
        }
    }

    private static long micros() {
        return java.time.temporal.ChronoUnit.MICROS.between(java.time.Instant.EPOCH, java.time.Instant.now());
    }
}
