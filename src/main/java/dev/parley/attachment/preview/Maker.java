package dev.parley.attachment.preview;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.FileType;
import dev.parley.attachment.Recognised;
import dev.parley.attachment.Recogniser;
import dev.parley.attachment.privacy.Metadata;

/**
 * Makes pictures of files by other people's decoders, in child processes. Every program is told which format to expect,
 * as it was recognised from the bytes: none of them looks for a playlist or a script in what claims to be a video.
 */
@Singleton
class Maker {

    private static final String WEBP = "[Q=78,strip]";
    private static final int PLACEHOLDER = 64;

    private final Programs programs;

    Maker(Programs programs) {
        this.programs = programs;
    }

    /**
     * @param duration seconds, null when it is not known
     * @throws IOException when a program cannot make anything of it
     */
    Made make(FileType type, @Nullable Double duration, Path input, Workspace workspace)
            throws IOException, InterruptedException {
        Child child = new Child(programs, workspace.directory());
        Path picture = picture(type, duration, input, workspace, child);
        Recognised original = type == FileType.PDF ? Recognised.as(type) : Recogniser.of(picture);
        // With common colours and nothing but pixels: WebP is not stripped by every libvips.
        Path source = workspace.resolve("source.png");
        child.run("vipsthumbnail", List.of(picture.toString(), "-s", fit(PreviewSize.LARGE.pixels), "-e", "srgb", "-o",
                source + "[strip]"));
        List<Made.Picture> pictures = new ArrayList<>();
        for (PreviewSize size : PreviewSize.values()) {
            Path made = workspace.resolve(size.id() + ".webp");
            child.run("vipsthumbnail", List.of(source.toString(), "-s", fit(size.pixels), "-o", made + WEBP));
            Metadata.remove(made, FileType.WEBP);
            Recognised small = Recogniser.of(made);
            if (small.width() == null || small.height() == null) {
                throw new IOException("vipsthumbnail has made no picture");
            }
            pictures.add(new Made.Picture(size, made, small.width(), small.height()));
        }
        Path ppm = workspace.resolve("placeholder.ppm");
        // Drawings are dark on nothing at all.
        child.run("vipsthumbnail", List.of(source.toString(), "-s", fit(PLACEHOLDER), "-o", ppm + "[background=255]"));
        return new Made(pictures, ThumbHash.of(Pixels.read(ppm)), original.width(), original.height());
    }

    /** Into a square, and never larger than it was. */
    private static String fit(int pixels) {
        return pixels + "x" + pixels + ">";
    }

    /** A picture that vipsthumbnail reads with its trusted decoders. */
    private static Path picture(FileType type, @Nullable Double duration, Path input, Workspace workspace, Child child)
            throws IOException, InterruptedException {
        return switch (type) {
            case JPEG, PNG, GIF, WEBP -> input;
            case BMP -> frame(child, "bmp_pipe", 0, input, workspace);
            // The very first frame is often black.
            case MP4, MOV -> frame(child, "mov", early(duration), input, workspace);
            case WEBM, MKV -> frame(child, "matroska", early(duration), input, workspace);
            case AVI -> frame(child, "avi", early(duration), input, workspace);
            case FLV -> frame(child, "flv", early(duration), input, workspace);
            case PDF -> page(child, input, workspace);
            case MP3, WAV, OGG, AAC, M4A, WEBM_AUDIO, MKA, DOC, DOCX, XLS, XLSX, TXT, ZIP, RAR, UNKNOWN ->
                throw new IOException("there are no pictures of " + type);
        };
    }

    private static int early(@Nullable Double duration) {
        return duration != null && duration > 2 ? 1 : 0;
    }

    private static Path frame(Child child, String format, int second, Path input, Workspace workspace)
            throws IOException, InterruptedException {
        Path frame = workspace.resolve("frame.png");
        child.run("ffmpeg", List.of("-nostdin", "-v", "error", "-threads", "1", "-protocol_whitelist", "file", "-f", format,
                "-ss", Integer.toString(second), "-i", "file:" + input, "-map", "0:v:0", "-frames:v", "1",
                // Pixels that are not square.
                "-vf", "scale=iw*sar:ih", "-map_metadata", "-1", "-c:v", "png", "-compression_level", "1", "-threads", "1",
                "-f", "image2", "-update", "1", "file:" + frame));
        return made(frame);
    }

    private static Path page(Child child, Path input, Workspace workspace) throws IOException, InterruptedException {
        child.run("pdftoppm", List.of("-q", "-png", "-f", "1", "-l", "1", "-singlefile", "-scale-to",
                Integer.toString(PreviewSize.LARGE.pixels), input.toString(), workspace.resolve("page").toString()));
        return made(workspace.resolve("page.png"));
    }

    private static Path made(Path picture) throws IOException {
        if (!Files.isRegularFile(picture)) {
            throw new IOException("no picture came of it");
        }
        return picture;
    }
}
