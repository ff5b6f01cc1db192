package dev.parley.attachment.media;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.FileType;
import dev.parley.attachment.Recognised;

/**
 * Plain text: UTF-8 to its last byte, without control characters, and not markup, which a browser might run. The one
 * format that is read as a whole, in small pieces; anything else is given up at its first wrong byte.
 */
final class Text {

    private static final int PIECE = 16 * 1024;

    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final CharBuffer characters = CharBuffer.allocate(PIECE);
    /** The first two characters that are not blank, as far as they have come: they tell markup. */
    private final StringBuilder first = new StringBuilder(2);

    private Text() {
    }

    static @Nullable Recognised read(Bytes file) throws IOException {
        return file.size() > 0 && new Text().holds(file) ? Recognised.as(FileType.TXT) : null;
    }

    private boolean holds(Bytes file) throws IOException {
        byte[] piece = new byte[PIECE];
        int kept = 0;
        long at = 0;
        while (at < file.size()) {
            int have = file.read(at, piece, piece.length);
            if (have == 0) {
                return false;
            }
            boolean end = at + have >= file.size();
            ByteBuffer bytes = ByteBuffer.wrap(piece, 0, have);
            characters.clear();
            CoderResult result = decoder.decode(bytes, characters, end);
            if (result.isError() || !characters.flip().hasRemaining() || !plain()) {
                return false;
            }
            // A character cut by the piece's end is read again with the next piece.
            kept = bytes.remaining();
            at += have - kept;
        }
        return kept == 0;
    }

    private boolean plain() {
        for (int i = 0; i < characters.length(); i++) {
            char c = characters.charAt(i);
            boolean blank = c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\ufeff';
            if (Character.isISOControl(c) && !blank) {
                return false;
            }
            if (first.length() < 2 && !(blank && first.isEmpty())) {
                first.append(c);
                if (isMarkup()) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean isMarkup() {
        if (first.length() < 2 || first.charAt(0) != '<') {
            return false;
        }
        char c = first.charAt(1);
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '!' || c == '?' || c == '/';
    }
}
