package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {

    @ParameterizedTest
    @CsvSource({ "bytes=0-0,0,1", "bytes=0-,0,100", "bytes=99-,99,1", "bytes=10-19,10,10", "bytes=90-500,90,10",
            "bytes=-1,99,1", "bytes=-500,0,100", "BYTES = 1 - 2 ,1,2", "bytes=5-99999999999999999999999999,5,95" })
    void oneRangeIsUnderstood(String header, long offset, long length) {
        assertThat(ByteRange.of(header, 100)).isEqualTo(new ByteRange.Part(offset, length));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=9-3", "bytes=0-1,5-6", "items=0-1",
            "bytes=--1", "bytes=0-1;", "0-1" })
    void whatIsNotOneRangeIsIgnored(String header) {
        assertThat(ByteRange.of(header, 100)).isEqualTo(new ByteRange.Whole());
    }

    @ParameterizedTest
    @ValueSource(strings = { "bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999999-" })
    void whatLiesBeyondTheEndIsSaidSo(String header) {
        assertThat(ByteRange.of(header, 100)).isEqualTo(new ByteRange.Beyond());
    }

    @Test
    void withoutTheHeaderTheWholeIsMeant() {
        assertThat(ByteRange.of(null, 100)).isEqualTo(new ByteRange.Whole());
    }
}
