package dev.parley.asr;

import dev.parley.runtime.ServiceContext;
import dev.parley.runtime.ServiceMain;
import dev.parley.runtime.Unavailable;
import dev.parley.runtime.config.Setting;
import dev.parley.runtime.config.Settings;
import dev.parley.speech.EngineProblem;
import dev.parley.speech.ModelProblem;
import dev.parley.speech.ModelStore;
import dev.parley.speech.SpeechEngines;
import dev.parley.speech.SpeechRecogniser;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Runs asr-worker in a process of its own. */
@Command(
        name = "asr-worker",
        mixinStandardHelpOptions = true,
        description = "Recognises chunks of utterances. Configured by the environment: see env.example.")
public final class Main implements Callable<Integer> {
    /** The process's entry. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public Integer call() {
        return ServiceMain.run("asr-worker", Main::service);
    }

    private static AsrWorkerService service(ServiceContext context) {
        return new AsrWorkerService(context, AsrWorkerConfig.from(context.settings()), engine(context.settings()));
    }

    private static SpeechRecogniser engine(Settings settings) {
        settings.require(Setting.PARLEY_MODELS);
        try {
            return SpeechEngines.recogniser(
                    settings.text(Setting.ASR_ENGINE), new ModelStore(Path.of(settings.text(Setting.PARLEY_MODELS))));
        } catch (ModelProblem | EngineProblem e) {
            throw new Unavailable(String.valueOf(e.getMessage()), e);
        }
    }
}
