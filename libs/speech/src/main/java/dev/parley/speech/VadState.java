package dev.parley.speech;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * What the voice-activity model remembers of one call: its recurrent state and the last samples that it saw.
 *
 * <p>Goes into a call's checkpoint as bytes and comes back exactly. Not for two threads at once.
 */
public final class VadState {
    /** Two vectors of 128. */
    static final int STATE = 2 * 128;

    /** Samples of the window before that the model looks back at. */
    static final int CONTEXT = 32;

    private static final int BYTES = Float.BYTES * STATE + Short.BYTES * CONTEXT;

    final float[] state = new float[STATE];
    final short[] context = new short[CONTEXT];

    /** The state at the beginning of a call: nothing heard. */
    public VadState() {}

    /** Everything of it, little-endian: the state, then the samples. */
    public byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(state);
        bytes.position(Float.BYTES * STATE)
                .slice()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asShortBuffer()
                .put(context);
        return bytes.array();
    }

    /**
     * What {@link #toBytes()} gave.
     *
     * @throws IllegalArgumentException when there are too few or too many bytes
     */
    public static VadState fromBytes(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a voice-activity state has " + BYTES + " bytes, not " + bytes.length);
        }
        VadState state = new VadState();
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        in.asFloatBuffer().get(state.state);
        in.position(Float.BYTES * STATE)
                .slice()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asShortBuffer()
                .get(state.context);
        return state;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VadState that
                && Arrays.equals(state, that.state)
                && Arrays.equals(context, that.context);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(state);
    }
}
