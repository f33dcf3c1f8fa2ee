package dev.parley.devstack;

import dev.parley.audio.UnusableAudio;
import dev.parley.runtime.ServiceMain;
import dev.parley.runtime.Unavailable;
import dev.parley.runtime.config.BadSettings;
import dev.parley.speech.EngineProblem;
import dev.parley.speech.ModelProblem;
import dev.parley.testkit.sip.SipRefused;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** How the commands for people begin and end: what is logged goes to a file, and what keeps one from its work is told in a line. */
public final class Commands {
    /** The system property that names the file to which demo-log4j2.properties logs. */
    private static final String LOG_FILE = "parley.log";

    private Commands() {}

    /**
     * Runs a command.
     *
     * @param command makes it; nothing may have asked for a logger before
     * @return its own exit code, picocli's for wrong words, or as of {@link ServiceMain}
     */
    public static int run(Supplier<? extends Callable<Integer>> command, String... words) {
        System.setProperty("log4j2.configurationFile", "demo-log4j2.properties");
        return new CommandLine(command.get())
                .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
                .setExecutionExceptionHandler(Commands::told)
                .execute(words);
    }

    private static int told(Exception fault, CommandLine line, ParseResult words) throws Exception {
        int code =
                switch (fault) {
                    case UnusableAudio _, BadSettings _ -> ServiceMain.BAD_SETTINGS;
                    case ModelProblem _, EngineProblem _, Unavailable _, SipRefused _ -> ServiceMain.UNAVAILABLE;
                    default -> throw fault;
                };
        line.getOut().println(line.getCommandName() + ": " + fault.getMessage());
        return code;
    }

    /** Logs to a file in this folder; as long as nothing has been logged. */
    public static Path logIn(Path folder, String name) {
        Path file = folder.resolve(name + ".log");
        System.setProperty(LOG_FILE, file.toString());
        return file;
    }

    /** Logs to a file in a new folder outside the checkout. */
    public static Path logAside(String name) {
        try {
            return logIn(Files.createTempDirectory("parley-" + name), name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
