package dev.parley.bench;

import java.util.List;

import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Parts of the program by themselves, by JMH: short, for orders of magnitude. */
final class Parts {

    private Parts() {
    }

    static List<Report.Part> measure() {
        try {
            return new Runner(new OptionsBuilder().include("dev\\.parley\\..*Benchmark\\..*").forks(2).warmupIterations(5)
                    .warmupTime(TimeValue.seconds(1)).measurementIterations(3).measurementTime(TimeValue.seconds(1))
                    .jvmArgs("-Xmx512m").shouldFailOnError(true).build()).run().stream().map(Parts::part).toList();
        } catch (RunnerException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Report.Part part(RunResult result) {
        String name = result.getParams().getBenchmark();
        String only = name.substring(name.lastIndexOf('.') + 1).replaceAll("([A-Z])", " $1").toLowerCase();
        String file = result.getParams().getParam("file");
        return new Report.Part(file == null ? only : only + " " + file, result.getPrimaryResult().getScore(),
                result.getPrimaryResult().getScoreError());
    }
}
