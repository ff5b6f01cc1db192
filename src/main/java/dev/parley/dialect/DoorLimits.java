package dev.parley.dialect;

import dev.parley.attachment.Allowance;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The largest file of any kind at the doors that have a limit of their own. */
@ConfigMapping(prefix = "parley.doors")
public interface DoorLimits {

    /** Document 000: {@code /api/upload}. */
    @WithDefault("10M")
    MemorySize upload();

    /** Document 001: {@code /api/v1/media}. */
    @WithDefault("50M")
    MemorySize media();

    /** Document 002: {@code /api/chat/conversations}. */
    @WithDefault("10M")
    MemorySize conversations();

    /** Document 003: {@code /messages/upload} and Socket.IO. */
    @WithDefault("100M")
    MemorySize messages();

    static Allowance knownTypes(MemorySize most) {
        return Allowance.of(most.asLongValue(), false);
    }

    static Allowance anyType(MemorySize most) {
        return Allowance.of(most.asLongValue(), true);
    }
}
