package dev.parley.testkit.sip;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * An RTP packet (RFC 3550) as it went over the wire.
 *
 * @param atMicros when it was received, in microseconds since 1970
 * @param payloadType 0 is µ-law, 101 a telephone event
 */
@SuppressWarnings("ArrayRecordComponent") // as it is on the wire
public record RtpPacket(long atMicros, int sequence, long timestamp, boolean marker, int payloadType, byte[] payload) {
    static final int MU_LAW = 0;
    static final int TELEPHONE_EVENT = 101;
    private static final int HEADER = 12;

    /** The samples of µ-law. */
    public short[] samples() {
        return MuLaw.decode(payload, 0, payload.length);
    }

    byte[] bytes(int source) {
        return ByteBuffer.allocate(HEADER + payload.length)
                .put((byte) 0x80)
                .put((byte) (payloadType | (marker ? 0x80 : 0)))
                .putShort((short) sequence)
                .putInt((int) timestamp)
                .putInt(source)
                .put(payload)
                .array();
    }

    /** Empty where it is no RTP. */
    static Optional<RtpPacket> parse(byte[] bytes, int length, long atMicros) {
        if (length < HEADER || (bytes[0] & 0xc0) != 0x80) {
            return Optional.empty();
        }
        ByteBuffer header = ByteBuffer.wrap(bytes, 0, length);
        int start = HEADER + 4 * (bytes[0] & 0x0f);
        if ((bytes[0] & 0x10) != 0 && length >= start + 4) {
            start += 4 + 4 * (header.getShort(start + 2) & 0xffff);
        }
        if (start > length) {
            return Optional.empty();
        }
        return Optional.of(new RtpPacket(
                atMicros,
                header.getShort(2) & 0xffff,
                header.getInt(4) & 0xffff_ffffL,
                (bytes[1] & 0x80) != 0,
                bytes[1] & 0x7f,
                Arrays.copyOfRange(bytes, start, length)));
    }
}
