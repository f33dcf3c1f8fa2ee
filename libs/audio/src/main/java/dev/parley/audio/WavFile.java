package dev.parley.audio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * WAV recordings: reads uncompressed ones of any rate, sample size (8, 16, 24, 32 bits, float) and number of channels,
 * writes 16-bit ones.
 *
 * <p>Layout of the chunks: IBM and Microsoft, Multimedia Programming Interface and Data Specifications 1.0, and
 * WAVEFORMATEXTENSIBLE.
 */
public final class WavFile {
    private static final int PCM = 1;
    private static final int FLOAT = 3;
    private static final int EXTENSIBLE = 0xFFFE;
    private static final int HEADER_BYTES = 44;
    private static final long MAX_BYTES = 1L << 30;

    private WavFile() {}

    /**
     * Reads a recording; several channels are mixed down to one.
     *
     * @throws UnusableAudio when there is no such file, or it is something else than uncompressed WAV, or cut off
     */
    public static Sound read(Path file) {
        List<Sound> channels = readChannels(file);
        if (channels.size() == 1) {
            return channels.getFirst();
        }
        short[] mixed = new short[channels.getFirst().samples().length];
        for (int i = 0; i < mixed.length; i++) {
            long sum = 0;
            for (Sound channel : channels) {
                sum += channel.samples()[i];
            }
            mixed[i] = Pcm.clip(Math.round((double) sum / channels.size()));
        }
        return new Sound(channels.getFirst().sampleRate(), mixed);
    }

    /**
     * Reads the channels of a recording one by one: left, right, and so on; all are equally long.
     *
     * @throws UnusableAudio as {@link #read(Path)} does
     */
    public static List<Sound> readChannels(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw new UnusableAudio(file.toString(), "is a folder", "Name a WAV file in it.");
            }
            if (Files.size(file) > MAX_BYTES) {
                throw new UnusableAudio(
                        file.toString(), "is larger than 1 GB", "Cut it into pieces, for instance with ffmpeg -t.");
            }
            return parse(Files.readAllBytes(file), file.toString());
        } catch (NoSuchFileException e) {
            throw new UnusableAudio(file.toString(), "there is no such file", "Check the name and the folder.");
        } catch (IOException e) {
            throw new UnusableAudio(file.toString(), "cannot be read (" + e + ")", "Check that you may read it.");
        }
    }

    private static List<Sound> parse(byte[] bytes, String name) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < 12 || !tag(in, 0).equals("RIFF") || !tag(in, 8).equals("WAVE")) {
            throw new UnusableAudio(name, "is not a WAV file but " + looksLike(bytes), convert(name));
        }
        WavFormat format = null;
        int at = 12;
        while (at + 8 <= bytes.length) {
            String tag = tag(in, at);
            long size = in.getInt(at + 4) & 0xFFFF_FFFFL;
            int body = at + 8;
            if (tag.equals("data")) {
                if (format == null) {
                    throw new UnusableAudio(name, "is a damaged WAV file (samples before their format)", convert(name));
                }
                return format.decode(in, body, dataBytes(name, size, bytes.length - body));
            }
            if (body + size > bytes.length) {
                break;
            }
            if (tag.equals("fmt ") && size >= 16) {
                format = WavFormat.read(in, body, (int) size, name);
            }
            at = (int) (body + size + (size & 1));
        }
        throw new UnusableAudio(
                name, "is a WAV file without samples, or was cut off before them", "Record or copy it again.");
    }

    /** Programs that write to a pipe leave the size as 0 or all ones: then the samples reach to the end of the file. */
    private static int dataBytes(String name, long stated, int present) {
        if (stated == 0xFFFF_FFFFL || stated == 0) {
            return present;
        }
        if (stated > present) {
            throw new UnusableAudio(
                    name,
                    "was cut off: it holds " + present + " of " + stated + " bytes of sound",
                    "Copy it again, or keep what is there: " + command(name));
        }
        return (int) stated;
    }

    private static String tag(ByteBuffer in, int at) {
        return StandardCharsets.ISO_8859_1.decode(in.slice(at, 4)).toString();
    }

    private static String looksLike(byte[] bytes) {
        String head = new String(bytes, 0, Math.min(bytes.length, 12), StandardCharsets.ISO_8859_1);
        if (bytes.length == 0) {
            return "an empty file";
        } else if (head.startsWith("ID3") || head.startsWith("\u00ff\u00fb") || head.startsWith("\u00ff\u00f3")) {
            return "MP3";
        } else if (head.startsWith("OggS")) {
            return "Ogg (Opus or Vorbis)";
        } else if (head.startsWith("fLaC")) {
            return "FLAC";
        } else if (head.startsWith("ftyp", 4)) {
            return "MPEG-4 (M4A or video)";
        } else if (head.startsWith("RF64") || head.startsWith("RIFX")) {
            return head.substring(0, 4) + ", a rare relative of it";
        }
        return "something unknown";
    }

    static String convert(String name) {
        return "Convert it first: " + command(name);
    }

    private static String command(String name) {
        return "ffmpeg -i '" + name + "' -ac 1 -ar 8000 -c:a pcm_s16le converted.wav";
    }

    /** Writes mono, 16 bits. */
    public static void write(Path file, Sound sound) throws IOException {
        Files.write(file, bytes(sound));
    }

    /**
     * Writes stereo, 16 bits; the shorter side is filled up with silence.
     *
     * @throws IllegalArgumentException when the rates differ
     */
    public static void writeStereo(Path file, Sound left, Sound right) throws IOException {
        if (left.sampleRate() != right.sampleRate()) {
            throw new IllegalArgumentException("both sides need one rate, not " + left + " and " + right);
        }
        int length = Math.max(left.samples().length, right.samples().length);
        short[] woven = new short[2 * length];
        for (int i = 0; i < left.samples().length; i++) {
            woven[2 * i] = left.samples()[i];
        }
        for (int i = 0; i < right.samples().length; i++) {
            woven[2 * i + 1] = right.samples()[i];
        }
        Files.write(file, bytes(left.sampleRate(), 2, woven));
    }

    /** A whole mono WAV file in memory, 16 bits. */
    public static byte[] bytes(Sound sound) {
        return bytes(sound.sampleRate(), 1, sound.samples());
    }

    private static byte[] bytes(int rate, int channels, short[] samples) {
        int size = 2 * samples.length;
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + size).order(ByteOrder.LITTLE_ENDIAN);
        out.put(ascii("RIFF")).putInt(HEADER_BYTES - 8 + size).put(ascii("WAVE"));
        out.put(ascii("fmt ")).putInt(16).putShort((short) PCM).putShort((short) channels);
        out.putInt(rate)
                .putInt(2 * channels * rate)
                .putShort((short) (2 * channels))
                .putShort((short) 16);
        out.put(ascii("data")).putInt(size).put(Pcm.toBytes(samples));
        return out.array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** What the `fmt ` chunk says about the samples. */
    private record WavFormat(int coding, int channels, int rate, int bits) {
        static WavFormat read(ByteBuffer in, int at, int size, String name) {
            int coding = in.getShort(at) & 0xFFFF;
            if (coding == EXTENSIBLE && size >= 26) {
                coding = in.getShort(at + 24) & 0xFFFF;
            }
            WavFormat format = new WavFormat(
                    coding, in.getShort(at + 2) & 0xFFFF, in.getInt(at + 4), in.getShort(at + 14) & 0xFFFF);
            boolean readable = (coding == PCM && List.of(8, 16, 24, 32).contains(format.bits))
                    || (coding == FLOAT && List.of(32, 64).contains(format.bits));
            if (!readable) {
                throw new UnusableAudio(
                        name, "is a WAV file with " + format.codingName() + ", which is not read here", convert(name));
            }
            if (format.channels == 0 || format.rate <= 0) {
                throw new UnusableAudio(
                        name,
                        "is a damaged WAV file (%d channels, %d Hz)".formatted(format.channels, format.rate),
                        "Record or copy it again.");
            }
            return format;
        }

        private String codingName() {
            return switch (coding) {
                case PCM, FLOAT -> bits + "-bit samples";
                case 2, 0x11 -> "ADPCM compression";
                case 6 -> "A-law compression";
                case 7 -> "µ-law compression";
                case 0x31 -> "GSM compression";
                case 0x50, 0x55 -> "MPEG compression";
                default -> "compression number " + coding;
            };
        }

        List<Sound> decode(ByteBuffer in, int at, int size) {
            int width = bits / 8;
            int length = size / (width * channels);
            short[][] samples = new short[channels][length];
            int position = at;
            for (int i = 0; i < length; i++) {
                for (int channel = 0; channel < channels; channel++) {
                    samples[channel][i] = sample(in, position);
                    position += width;
                }
            }
            return Arrays.stream(samples).map(s -> new Sound(rate, s)).toList();
        }

        private short sample(ByteBuffer in, int at) {
            return switch (bits) {
                case 8 -> (short) (((in.get(at) & 0xFF) - 128) << 8);
                case 16 -> in.getShort(at);
                case 24 -> in.getShort(at + 1);
                case 32 -> coding == FLOAT ? ofFloat(in.getFloat(at)) : in.getShort(at + 2);
                default -> ofFloat(in.getDouble(at));
            };
        }

        private static short ofFloat(double value) {
            return Pcm.clip(Math.round(value * 32_768));
        }
    }
}
