package dev.parley.player.sound;

import dev.parley.player.PlayerMeter;
import dev.parley.player.domain.ReplyChunk;
import dev.parley.runtime.Metrics;
import dev.parley.speech.SpeechSynthesiser;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the sound of reply chunks ahead of their being heard, on a few threads of its own. What waits is picked by what will be heard
 * first: chunks that nothing but their sound keeps back, then first chunks of the newest answers, then the rest. What was said before
 * comes from the {@link SoundShelf} at once.
 *
 * <p>At most {@value #MOST_WAITING} wait; beyond that the one that is needed last is refused and counted ({@code queue-full}); it is asked
 * for again when it is to be heard.
 */
public final class Voice implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Voice.class);
    static final int MOST_WAITING = 1_000;

    /** Hears what became of a request; on a thread of the voice, or of who asked. */
    public interface Listener {
        void spoken(ReplyChunk chunk, LineSound sound);

        void failed(ReplyChunk chunk);
    }

    private static final class Job {
        final ReplyChunk chunk;
        final long order;
        final Listener listener;
        boolean urgent;

        Job(ReplyChunk chunk, long order, Listener listener, boolean urgent) {
            this.chunk = chunk;
            this.order = order;
            this.listener = listener;
            this.urgent = urgent;
        }

        boolean goesBefore(Job other) {
            if (urgent != other.urgent) {
                return urgent;
            }
            if (chunk.n() != other.chunk.n()) {
                return chunk.n() < other.chunk.n();
            }
            return urgent ? order < other.order : order > other.order;
        }
    }

    private final SpeechSynthesiser engine;
    private final SoundShelf shelf;
    private final Metrics metrics;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final List<Job> waiting = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private long asked;
    private boolean closed;

    /**
     * @param engine stays the caller's to close
     * @param atOnce how many texts are spoken at the same time
     */
    public Voice(SpeechSynthesiser engine, SoundShelf shelf, int atOnce, Metrics metrics) {
        this.engine = engine;
        this.shelf = shelf;
        this.metrics = metrics;
        for (int i = 0; i < atOnce; i++) {
            threads.add(Thread.ofPlatform().name("voice-" + i).daemon().start(this::work));
        }
    }

    /** Asks for the sound of a chunk; a chunk that waits already only becomes urgent. Never blocks. Any thread. */
    public void ask(ReplyChunk chunk, boolean urgent, Listener listener) {
        LineSound known = shelf.get(LineSound.keyOf(engine.name(), chunk.text()));
        if (known != null) {
            metrics.counter(PlayerMeter.SYNTHESIS_CACHED).increment();
            listener.spoken(chunk, new LineSound(known.key(), known.voice(), known.pcm(), 0));
            return;
        }
        Job refused = null;
        lock.lock();
        try {
            for (Job job : waiting) {
                if (job.chunk.playbackId().equals(chunk.playbackId())) {
                    job.urgent |= urgent;
                    return;
                }
            }
            waiting.add(new Job(chunk, asked++, listener, urgent));
            if (waiting.size() > MOST_WAITING) {
                refused = last();
                waiting.remove(refused);
            }
            work.signal();
        } finally {
            lock.unlock();
        }
        if (refused != null) {
            metrics.counter(PlayerMeter.DROPPED, "reason", "queue-full").increment();
            if (refused.urgent) {
                refused.listener.failed(refused.chunk);
            }
        }
    }

    /**
     * Makes the sound of a text that every call will ask for, so that it is there, and the engine warm, when the first one
     * does. On the calling thread; a failure is only logged.
     */
    public void rehearse(String text) {
        String key = LineSound.keyOf(engine.name(), text);
        if (shelf.get(key) == null) {
            try {
                shelf.put(LineSound.of(engine.name(), text, engine.speak(text), 0));
            } catch (RuntimeException fault) {
                LOG.atWarn().setCause(fault).log("A fixed phrase cannot be spoken");
            }
        }
    }

    /** It will not be heard: it is not made any more, unless it is being made already. Any thread. */
    public void drop(String playbackId) {
        lock.lock();
        try {
            waiting.removeIf(job -> job.chunk.playbackId().equals(playbackId));
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        for (Job job = take(); job != null; job = take()) {
            speak(job);
        }
    }

    private void speak(Job job) {
        ReplyChunk chunk = job.chunk;
        LineSound sound;
        try {
            String key = LineSound.keyOf(engine.name(), chunk.text());
            LineSound known = shelf.get(key); // another chunk with the same words may have been first
            if (known == null) {
                long began = System.nanoTime();
                sound = LineSound.of(engine.name(), chunk.text(), engine.speak(chunk.text()), 0);
                long took = System.nanoTime() - began;
                metrics.timer(PlayerMeter.SYNTHESIS).record(took, TimeUnit.NANOSECONDS);
                sound = new LineSound(sound.key(), sound.voice(), sound.pcm(), TimeUnit.NANOSECONDS.toMicros(took));
                shelf.put(sound);
            } else {
                metrics.counter(PlayerMeter.SYNTHESIS_CACHED).increment();
                sound = known;
            }
        } catch (RuntimeException fault) {
            metrics.counter(PlayerMeter.SYNTHESIS_FAILED).increment();
            LOG.atWarn()
                    .setCause(fault)
                    .addKeyValue("callId", chunk.callId())
                    .addKeyValue("playbackId", chunk.playbackId())
                    .log("Synthesis failed");
            job.listener.failed(chunk);
            return;
        }
        job.listener.spoken(chunk, sound);
    }

    private @Nullable Job take() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) {
                work.awaitUninterruptibly();
            }
            if (closed) {
                return null;
            }
            Job first = waiting.getFirst();
            for (Job job : waiting) {
                first = job.goesBefore(first) ? job : first;
            }
            waiting.remove(first);
            return first;
        } finally {
            lock.unlock();
        }
    }

    private Job last() {
        Job last = waiting.getFirst();
        for (Job job : waiting) {
            last = last.goesBefore(job) ? job : last;
        }
        return last;
    }

    /** Makes nothing more; waits for what is being made. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            waiting.clear();
            work.signalAll();
        } finally {
            lock.unlock();
        }
        for (Thread thread : threads) {
            try {
                thread.join(TimeUnit.SECONDS.toMillis(10));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
