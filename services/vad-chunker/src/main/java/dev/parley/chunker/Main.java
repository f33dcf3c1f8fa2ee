package dev.parley.chunker;

import dev.parley.runtime.ServiceContext;
import dev.parley.runtime.ServiceMain;
import dev.parley.runtime.Unavailable;
import dev.parley.runtime.config.Setting;
import dev.parley.speech.EngineProblem;
import dev.parley.speech.ModelProblem;
import dev.parley.speech.ModelStore;
import dev.parley.speech.SpeechEngines;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Runs the chunker in a process of its own. */
@Command(
        name = "vad-chunker",
        mixinStandardHelpOptions = true,
        description = "Decides when callers speak, and cuts what they say into chunks.",
        footer = "Settings come from the environment; env.example lists them.")
public final class Main implements Callable<Integer> {

    static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public Integer call() {
        return ServiceMain.run("vad-chunker", Main::service);
    }

    private static ChunkerService service(ServiceContext context) {
        ChunkerConfig.from(context.settings());
        context.settings().require(Setting.PARLEY_MODELS);
        ModelStore models = new ModelStore(Path.of(context.settings().text(Setting.PARLEY_MODELS)));
        try {
            return new ChunkerService(context, SpeechEngines.voiceActivity(models));
        } catch (ModelProblem | EngineProblem e) {
            throw new Unavailable(String.valueOf(e.getMessage()), e);
        }
    }
}
