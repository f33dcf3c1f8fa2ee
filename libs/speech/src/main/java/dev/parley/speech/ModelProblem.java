package dev.parley.speech;

/** A model file that is missing or damaged. The message names the file, what was expected and found, and the cure. */
public final class ModelProblem extends RuntimeException {
    private static final long serialVersionUID = 1;

    ModelProblem(String message) {
        super(message);
    }
}
