package dev.parley.agent;

import dev.parley.runtime.ServiceMain;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Runs the agent in a process of its own; everything it needs to know comes from the environment. */
@Command(
        name = "agent-prefetch",
        mixinStandardHelpOptions = true,
        description = "Decides what the bot says, ahead of time. Settings: see env.example.")
public final class Main implements Callable<Integer> {
    @Override
    public Integer call() {
        return ServiceMain.run(
                "agent-prefetch",
                context -> new AgentService(
                        AgentConfig.from(context.settings()), context, AgentConfig.engine(context.settings())));
    }

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }
}
