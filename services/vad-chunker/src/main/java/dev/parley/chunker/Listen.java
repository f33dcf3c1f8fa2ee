package dev.parley.chunker;

import dev.parley.audio.UnusableAudio;
import dev.parley.chunker.domain.CallListening;
import dev.parley.chunker.domain.Decision;
import dev.parley.chunker.vad.Batch;
import dev.parley.chunker.vad.ListenedCall;
import dev.parley.records.AudioFrame;
import dev.parley.records.ListeningCheckpoint;
import dev.parley.runtime.config.BadSettings;
import dev.parley.runtime.config.Settings;
import dev.parley.speech.EngineProblem;
import dev.parley.speech.ModelProblem;
import dev.parley.speech.ModelStore;
import dev.parley.speech.SpeechEngines;
import dev.parley.speech.VoiceActivityModel;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs the listening alone over recordings, as fast as it goes, and tells what it decides. */
@Command(
        name = "listen",
        mixinStandardHelpOptions = true,
        description =
                "Listens to recordings as if they were calls that end with them, without Kafka, faster than real time.",
        footer = "The settings of listening (VAD_SILENCE_TIMEOUT and so on) are read from the environment.")
public final class Listen implements Callable<Integer> {
    @Parameters(paramLabel = "FILE.wav", arity = "1..*", description = "WAV recordings of any rate.")
    private List<Path> files = List.of();

    @Option(names = "--json", description = "A line of JSON for each decision.")
    private boolean json;

    @Option(
            names = "--models",
            defaultValue = "${env:PARLEY_MODELS}",
            paramLabel = "DIR",
            description = "The folder of the speech models; PARLEY_MODELS.")
    private @Nullable Path models;

    @Spec
    private @Nullable CommandSpec spec;

    /** Runs it and ends the process: 0, or 78 bad settings, 69 no models, 65 a recording that cannot be used. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Listen()).execute(args));
    }

    @Override
    public Integer call() {
        CommandLine command = java.util.Objects.requireNonNull(spec).commandLine();
        PrintWriter err = command.getErr();
        PrintWriter out = command.getOut();
        try {
            if (models == null) {
                throw new BadSettings(
                        List.of("PARLEY_MODELS is not set: the folder of the speech models; ./parley models fills it"));
            }
            ChunkerConfig config = ChunkerConfig.from(Settings.ofThisProcess());
            try (VoiceActivityModel model = SpeechEngines.voiceActivity(new ModelStore(models))) {
                return listen(config, model, out, err);
            }
        } catch (BadSettings e) {
            err.println(e.getMessage());
            return 78;
        } catch (ModelProblem | EngineProblem e) {
            err.println(e.getMessage());
            return 69;
        }
    }

    private int listen(ChunkerConfig config, VoiceActivityModel model, PrintWriter out, PrintWriter err) {
        int unusable = 0;
        for (Path file : files) {
            try {
                List<AudioFrame> call = Recording.read(file.getFileName().toString(), file);
                listen(file, call, config, model, out);
            } catch (UnusableAudio e) {
                err.println(e.getMessage());
                unusable++;
            }
        }
        out.flush();
        return unusable == 0 ? 0 : 65;
    }

    private void listen(
            Path file, List<AudioFrame> call, ChunkerConfig config, VoiceActivityModel model, PrintWriter out) {
        DecisionPrinter printer = json ? DecisionPrinter.json(file, out) : DecisionPrinter.text(file, out);
        CallListening listening = new CallListening(call.getFirst().getCallId(), config.listening());
        ListenedCall listened = new ListenedCall(listening, new ListenedCall.Out() {
            @Override
            public void decided(Decision decision) {
                printer.print(decision);
            }

            @Override
            public void checkpoint(ListeningCheckpoint checkpoint) {}
        });
        Batch batch = new Batch(model);
        for (int i = 0; i < call.size(); i++) {
            listening.offer(call.get(i), i);
            batch.listen(List.of(listened), 2);
        }
    }
}
