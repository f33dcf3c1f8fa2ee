package dev.parley.chunker;

import dev.parley.chunker.kafka.ListeningLoop;
import dev.parley.runtime.Service;
import dev.parley.runtime.ServiceContext;
import dev.parley.speech.VoiceActivityModel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The chunker: reads audio.frames, decides when callers speak and pause, and writes speech.events, utterance.chunks(.early), barge.in and its
 * checkpoints. All listening happens on one thread, the partition loop's.
 */
public final class ChunkerService implements Service {
    private final ServiceContext context;
    private final ChunkerConfig config;
    private final VoiceActivityModel model;
    private @Nullable ListeningLoop loop;

    /** @param model used by this service alone, and closed with it */
    public ChunkerService(ServiceContext context, VoiceActivityModel model) {
        this.context = context;
        this.config = ChunkerConfig.from(context.settings());
        this.model = model;
    }

    @Override
    public void start() {
        loop = new ListeningLoop(context, config.listening(), model);
    }

    @Override
    public boolean live() {
        ListeningLoop running = loop;
        return running == null || running.live();
    }

    @Override
    public Optional<String> notReadyBecause() {
        ListeningLoop running = loop;
        return running == null ? Optional.of("not started") : running.notReadyBecause();
    }

    @Override
    public void close() {
        ListeningLoop running = loop;
        loop = null;
        if (running != null) {
            running.close();
        }
        model.close();
    }
}
