package dev.parley.devstack.demo;

import picocli.CommandLine.Option;

/** What the commands that judge a call take for "at once". */
final class AtOnceOptions {
    @Option(
            names = "--answered-within",
            paramLabel = "MS",
            defaultValue = "400",
            description =
                    "An answer is at once when it is heard so soon after the silence (default: ${DEFAULT-VALUE}); more for a machine that is too small for all that runs on it.")
    private double answeredWithinMillis = 400;

    @Option(
            names = "--silenced-within",
            paramLabel = "MS",
            defaultValue = "600",
            description = "The bot is silenced at once when that takes no longer (default: ${DEFAULT-VALUE}).")
    private double silencedWithinMillis = 600;

    Judge.AtOnce limits() {
        return new Judge.AtOnce(answeredWithinMillis, silencedWithinMillis);
    }
}
