package dev.parley.player;

import dev.parley.runtime.Service;
import dev.parley.runtime.ServiceContext;
import dev.parley.runtime.ServiceMain;
import dev.parley.runtime.config.Setting;
import dev.parley.speech.ModelStore;
import dev.parley.speech.SpeechEngines;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** Runs the player in a process of its own. */
@CommandLine.Command(
        name = "tts-player",
        description =
                "Speaks the bot's replies and stops them. Settings come from the environment: see docs/settings.md.",
        mixinStandardHelpOptions = true)
public final class Main implements Callable<Integer> {

    /** Exit codes as in {@link ServiceMain}. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public Integer call() {
        return ServiceMain.run("tts-player", Main::service);
    }

    private static Service service(ServiceContext context) {
        PlayerConfig config = PlayerConfig.from(context.settings());
        context.settings().require(Setting.PARLEY_MODELS);
        ModelStore models = new ModelStore(Path.of(context.settings().text(Setting.PARLEY_MODELS)));
        return new PlayerService(
                config,
                SpeechEngines.synthesiser(
                        context.settings().text(Setting.TTS_ENGINE),
                        context.settings().text(Setting.BOT_LANGUAGE),
                        models),
                context);
    }
}
