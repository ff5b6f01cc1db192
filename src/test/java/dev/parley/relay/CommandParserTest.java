package dev.parley.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.parley.relay.CommandParser.Bad;

class CommandParserTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", value = {
            "{'type':'send_message','data':{'room_id':[],'local_temp_id':'mine'}} | mine",
            "{'data':{'files_data':[{'file_data':[[[{'local_temp_id':'no'}]]]}],'local_temp_id':7}} | 7",
            "{'data':{'room_id':{},'deep':{'local_temp_id':'no'},'local_temp_id':'mine'},'type':5} | mine",
            "{'x':{'data':{'local_temp_id':'no'}},'data':{'room_id':{}}} | none",
            "{'local_temp_id':'no','data':{'room_id':{}}} | none",
            "{'data':[{'local_temp_id':'no'}]} | none",
            "[{'data':{'local_temp_id':'no'}}] | none" })
    void theLabelOfARefusedFrameIsTheOneInItsData(String frame, String label) {
        assertThat(refused(frame.replace('\'', '"')).localTempId).isEqualTo(label);
    }

    /** An event loop has other sockets to serve. */
    @Test
    void aFrameIsRefusedAsFastHoweverDeepItIs() {
        String deep = frame("[".repeat(900) + "1,".repeat(8_000) + "1" + "]".repeat(900));
        String flat = frame("[" + "1,".repeat(deep.length() / 2) + "1]");
        assertThat(fastest(deep)).isLessThan(20 * fastest(flat));
    }

    /** Refused for its room, with all that stands before its label. */
    private static String frame(String before) {
        return "{\"type\":\"send_message\",\"data\":{\"room_id\":[],\"x\":" + before + ",\"local_temp_id\":\"mine\"}}";
    }

    private static long fastest(String frame) {
        long fastest = Long.MAX_VALUE;
        for (int i = 0; i < 10; i++) {
            long begun = System.nanoTime();
            assertThat(refused(frame).localTempId).isEqualTo("mine");
            fastest = Math.min(fastest, System.nanoTime() - begun);
        }
        return fastest;
    }

    private static Bad refused(String frame) {
        return catchThrowableOfType(Bad.class, () -> CommandParser.parse(frame));
    }
}
