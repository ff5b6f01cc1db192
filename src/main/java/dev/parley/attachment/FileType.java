package dev.parley.attachment;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/** Every type of file that is told apart by its bytes, with what is answered about it and how it is served. */
public enum FileType {
    JPEG("image/jpeg", Kind.IMAGE, "jpg", true),
    PNG("image/png", Kind.IMAGE, "png", true),
    GIF("image/gif", Kind.IMAGE, "gif", true),
    WEBP("image/webp", Kind.IMAGE, "webp", true),
    BMP("image/bmp", Kind.IMAGE, "bmp", true),

    MP4("video/mp4", Kind.VIDEO, "mp4", true),
    WEBM("video/webm", Kind.VIDEO, "webm", true),
    MOV("video/quicktime", Kind.VIDEO, "mov", true),
    AVI("video/x-msvideo", Kind.VIDEO, "avi", true),
    MKV("video/x-matroska", Kind.VIDEO, "mkv", true),
    FLV("video/x-flv", Kind.VIDEO, "flv", true),

    MP3("audio/mpeg", Kind.VOICE, "mp3", true),
    WAV("audio/wav", Kind.VOICE, "wav", true),
    OGG("audio/ogg", Kind.VOICE, "ogg", true),
    AAC("audio/aac", Kind.VOICE, "aac", true),
    M4A("audio/mp4", Kind.VOICE, "m4a", true),
    WEBM_AUDIO("audio/webm", Kind.VOICE, "webm", true),
    MKA("audio/x-matroska", Kind.VOICE, "mka", true),

    PDF("application/pdf", Kind.FILE, "pdf", true),
    DOC("application/msword", Kind.FILE, "doc", false),
    DOCX("application/vnd.openxmlformats-officedocument.wordprocessingml.document", Kind.FILE, "docx", false),
    XLS("application/vnd.ms-excel", Kind.FILE, "xls", false),
    XLSX("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Kind.FILE, "xlsx", false),
    TXT("text/plain", Kind.FILE, "txt", false),
    ZIP("application/zip", Kind.FILE, "zip", false),
    RAR("application/vnd.rar", Kind.FILE, "rar", false),

    /** None of the above: refused with 415 where only known types are taken, a plain file elsewhere. */
    UNKNOWN("application/octet-stream", Kind.FILE, "bin", false);

    public final String mime;
    public final Kind kind;
    /** The usual extension, without the dot. */
    public final String extension;
    /** Whether a browser may show it in place; everything else is only ever downloaded. */
    public final boolean inline;

    FileType(String mime, Kind kind, String extension, boolean inline) {
        this.mime = mime;
        this.kind = kind;
        this.extension = extension;
        this.inline = inline;
    }

    /** The type with this media type, or {@link #UNKNOWN}: for what was stored by an earlier version, too. */
    public static FileType ofMime(String mime) {
        for (FileType type : values()) {
            if (type.mime.equals(mime)) {
                return type;
            }
        }
        return UNKNOWN;
    }

    /** The media types of a kind that are taken where only known types are. */
    public static List<String> mimes(Kind kind) {
        return Arrays.stream(values()).filter(type -> type.kind == kind && type != UNKNOWN).map(type -> type.mime).distinct()
                .toList();
    }

    /** The refusal of any other: the documents' sentence, with what would have been taken */
    public static Refusal notAllowed(Collection<Kind> kinds) {
        return new Refusal(Code.TYPE_NOT_ALLOWED, "File type not allowed. Allowed types: "
                + kinds.stream().flatMap(kind -> mimes(kind).stream()).collect(Collectors.joining(", ")));
    }
}
