package dev.parley.attachment;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import dev.parley.testsupport.SampleFiles;

/** What it costs to tell what a file is, once its bytes are in the system's memory. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RecogniserBenchmark {

    @Param({ "photo.jpg", "end.mp4", "opus.ogg" })
    public String file;
    private FileChannel channel;

    @Setup
    public void open() throws IOException {
        channel = FileChannel.open(SampleFiles.get(file), StandardOpenOption.READ);
    }

    @TearDown
    public void close() throws IOException {
        channel.close();
    }

    @Benchmark
    public Object recognise() throws IOException {
        return Recogniser.of(channel);
    }
}
