package dev.parley.attachment;

/**
 * What a file is called: by its sender, so that it may hold anything. Controls, marks that turn the direction of text (they
 * make {@code exe.jpg} of {@code gpj.exe}) and path separators are no part of a file's name on anybody's disk (RFC 7578, 4.2;
 * document 004, "Security").
 */
public final class FileName {

    private static final int LONGEST = 1000;
    private static final int LONGEST_EXTENSION = 16;

    private FileName() {
    }

    /** What may be shown and saved under: at most 1,000 characters of Unicode, with underscores between what was a path. */
    public static String of(String given) {
        String name = given.codePoints().filter(c -> !isInvisible(c)).map(c -> c == '/' || c == '\\' ? '_' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString().strip();
        return name.isEmpty() || name.chars().allMatch(c -> c == '.') ? "file" : shortened(name, LONGEST);
    }

    /** The beginning and the extension of a name that has more characters. */
    static String shortened(String name, int longest) {
        if (name.codePointCount(0, name.length()) <= longest) {
            return name;
        }
        int dot = name.lastIndexOf('.');
        String extension = dot >= 0 && name.length() - dot <= LONGEST_EXTENSION ? name.substring(dot) : "";
        int kept = longest - extension.codePointCount(0, extension.length());
        return name.substring(0, name.offsetByCodePoints(0, kept)) + extension;
    }

    /** Joiners (U+200C, U+200D) are invisible as well, but words and emoji are made with them. */
    private static boolean isInvisible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE -> true;
            case Character.FORMAT -> c != 0x200C && c != 0x200D;
            default -> false;
        };
    }
}
