package dev.parley.speech;

/** A model file that Parley uses, by its place in the models' folder. Checksums are in {@code models.tsv}. */
public enum ModelFile {
    /** Recognition, English: sound to features. */
    MOONSHINE_ENCODER("moonshine-tiny-en/encoder_model.ort"),
    /** Recognition, English: features to tokens. */
    MOONSHINE_DECODER("moonshine-tiny-en/decoder_model_merged.ort"),
    /** Recognition, English: tokens to text. */
    MOONSHINE_TOKENS("moonshine-tiny-en/tokenizer.bin"),
    /** Voice activity. */
    SILERO("silero/silero_vad_op18_ifless.onnx"),
    /** Synthesis, English, a man's voice. */
    PIPER_VOICE("piper-en-joe/voice.onnx"),
    /** What Piper must know about that voice. */
    PIPER_VOICE_SETTINGS("piper-en-joe/voice.onnx.json"),
    /** A person reads for 44 s with hardly a pause. */
    TWO_CITIES("recordings/two_cities.wav"),
    /** A person says short sentences for 10 s. */
    BECKETT("recordings/beckett.wav");

    private final String path;

    ModelFile(String path) {
        this.path = path;
    }

    /** Relative to the models' folder, with slashes. */
    public String path() {
        return path;
    }
}
