package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;

import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.parley.testsupport.SampleFiles;
import dev.parley.testsupport.Tools;

class MediaRecognitionTest {

    /** Seconds: what encoders add in front, and the length of a last block. */
    private static final Offset<Double> A_LITTLE = within(0.15);

    @TempDir
    Path dir;

    static Collection<String> videos() {
        return SampleFiles.videos();
    }

    static Collection<String> voices() {
        return SampleFiles.voices();
    }

    @ParameterizedTest
    @MethodSource("videos")
    void videosHaveTheSizeAndLengthThatFfprobeSees(String name) throws IOException {
        Path video = SampleFiles.get(name);

        Recognised seen = Recogniser.of(video);

        assertThat(seen.kind()).isEqualTo(Kind.VIDEO);
        assertThat(seen.type().extension).isEqualTo(name.substring(name.indexOf('.') + 1));
        assertThat(length(seen)).isCloseTo(probedLength(video), A_LITTLE);
        if (!name.startsWith("untold")) {
            assertThat(seen.width() + "," + seen.height())
                    .isEqualTo(SecondOpinion.probe(video, "stream=width,height", "-select_streams", "v"));
        }
    }

    @ParameterizedTest
    @MethodSource("voices")
    void voicesHaveTheLengthThatFfprobeSees(String name) throws IOException {
        Path voice = SampleFiles.get(name);

        Recognised seen = Recogniser.of(voice);

        assertThat(seen.kind()).isEqualTo(Kind.VOICE);
        assertThat(seen.width()).isNull();
        assertThat(length(seen)).isCloseTo(probedLength(voice), A_LITTLE);
        assertThat(length(seen)).isCloseTo(2.0, A_LITTLE);
    }

    @ParameterizedTest
    @CsvSource({ "vbr.mp3,MP3", "voice.wav,WAV", "opus.ogg,OGG", "vorbis.ogg,OGG", "voice.webm,WEBM_AUDIO",
            "live-voice.webm,WEBM_AUDIO", "voice.mka,MKA", "voice.m4a,M4A", "voice.mp4,M4A", "voice.mov,M4A",
            "voice.aac,AAC", "clip.mov,MOV", "clip.mkv,MKV", "clip.webm,WEBM", "silent.mp4,MP4" })
    void theTracksDecideNotTheName(String name, FileType type) throws IOException {
        assertThat(Recogniser.of(SampleFiles.get(name)).type()).isEqualTo(type);
    }

    @ParameterizedTest
    @ValueSource(strings = { "voice.wav", "live-voice.webm", "live.webm", "vbr.mp3", "opus.ogg" })
    void whatWasWrittenWithoutSeekingBackStillHasALength(String name) throws IOException {
        Path piped = dir.resolve(name);
        String format = name.substring(name.indexOf('.') + 1);
        Tools.run(dir, "sh", "-c", "ffmpeg -v error -i " + SampleFiles.get(name) + " -c copy -f " + format
                + " pipe:1 | cat > " + piped);

        assertThat(length(Recogniser.of(piped))).isCloseTo(2.0, A_LITTLE);
    }

    @Test
    void aVideoFilmedUprightHasTheSizeItIsShownWith() throws IOException {
        byte[] video = Files.readAllBytes(SampleFiles.get("silent.mp4"));
        int header = new String(video, StandardCharsets.ISO_8859_1).indexOf("tkhd");
        ByteBuffer matrix = ByteBuffer.wrap(video, header + 4 + 40, 36);
        matrix.putInt(0).putInt(0x10000).putInt(0).putInt(-0x10000).putInt(0).putInt(0).putInt(240 << 16);
        Path turned = Files.write(dir.resolve("turned.mp4"), video);

        assertThat(SecondOpinion.probe(turned, "stream_side_data=rotation")).contains("-90");
        Recognised seen = Recogniser.of(turned);
        assertThat(seen.width()).isEqualTo(240);
        assertThat(seen.height()).isEqualTo(320);
    }

    @Test
    void theMovieBoxIsFoundBehindAGigabyteOfData() throws IOException {
        byte[] video = Files.readAllBytes(SampleFiles.get("end.mp4"));
        int data = new String(video, StandardCharsets.ISO_8859_1).indexOf("mdat") - 4;
        int size = ByteBuffer.wrap(video).getInt(data);
        Path huge = dir.resolve("huge.mp4");
        try (RandomAccessFile out = new RandomAccessFile(huge.toFile(), "rw")) {
            out.write(video, 0, data);
            out.writeInt(1 << 30);
            out.writeBytes("mdat");
            out.seek(data + (1L << 30));
            out.write(video, data + size, video.length - data - size);
        }

        assertThat(Recogniser.of(huge)).isEqualTo(Recogniser.of(SampleFiles.get("end.mp4")));
    }

    @Test
    void anAlbumCoverDoesNotMakeAVideo() throws IOException {
        Path song = dir.resolve("song.m4a");
        Tools.run(dir, "ffmpeg", "-v", "error", "-i", SampleFiles.get("voice.m4a").toString(), "-i",
                SampleFiles.get("photo.jpg").toString(), "-map", "0", "-map", "1", "-c", "copy", "-disposition:v:0",
                "attached_pic", song.toString());

        assertThat(Recogniser.of(song).type()).isEqualTo(FileType.M4A);
    }

    @Test
    void aTagAsLargeAsAPictureIsPassedOver() throws IOException {
        Path song = dir.resolve("song.mp3");
        Tools.run(dir, "ffmpeg", "-v", "error", "-i", SampleFiles.get("cbr.mp3").toString(), "-i",
                SampleFiles.get("photo.bmp").toString(), "-map", "0:a", "-map", "1:v", "-c:a", "copy", "-c:v", "png",
                "-write_xing", "0", song.toString());

        Recognised seen = Recogniser.of(song);
        assertThat(seen.type()).isEqualTo(FileType.MP3);
        assertThat(length(seen)).isCloseTo(2.0, A_LITTLE);
    }

    @Test
    void oggWithPicturesIsNotOnTheList() throws IOException {
        Path video = dir.resolve("video.ogg");
        Tools.run(dir, "ffmpeg", "-v", "error", "-i", SampleFiles.get("silent.mp4").toString(), "-c:v", "libtheora",
                video.toString());

        assertThat(Recogniser.of(video)).isEqualTo(Recognised.as(FileType.UNKNOWN));
    }

    @ParameterizedTest
    @CsvSource({ "end.mp4,", "clip.webm,", "voice.webm,", "voice.m4a,", "voice.wav,VOICE", "opus.ogg,VOICE",
            "clip.avi,VIDEO", "clip.flv,VIDEO" })
    void theFirstBytesOfWhatMayBeVoiceOrVideoDecideNothing(String name, @Nullable Kind kind)
            throws IOException {
        byte[] head = Files.readAllBytes(SampleFiles.get(name));

        assertThat(Recogniser.early(head, 64)).isEqualTo(Optional.ofNullable(kind));
    }

    private static double length(Recognised seen) {
        return Objects.requireNonNull(seen.duration());
    }

    /** The end of the last packet, where the file does not tell its length. */
    private static double probedLength(Path file) {
        String told = SecondOpinion.probe(file, "format=duration");
        if (!told.equals("N/A") && !file.toString().endsWith(".aac")) {
            return Double.parseDouble(told);
        }
        return SecondOpinion.probe(file, "packet=pts_time").lines()
                .mapToDouble(line -> Double.parseDouble(line.replace(",", "")))
                .max()
                .orElseThrow();
    }
}
