package dev.parley.agent.engine;

import java.time.Duration;

/**
 * How a server is asked.
 *
 * @param baseUrl where its API begins, such as {@code https://api.openai.com/v1}
 * @param instructions the system message
 * @param patience nothing of an answer for so long, at its start or in its middle: the server has stalled
 * @param retryWithin tries anew, where nothing was said yet, for so long
 */
public record OpenAiOptions(
        String baseUrl, String apiKey, String model, String instructions, Duration patience, Duration retryWithin) {}
