package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A program that says itself what each of its lines allocates is counted exactly so, on every JVM.
 *
 * <p>By default a selection in which each value of each dimension (JDK, collector, compiler, object layout) meets most
 * others; {@code -Dtracemalloc.it.all=true} runs the product.
 */
final class KnownCountsIT {

    private static final Subject KINDS = Subject.of("known.Kinds");
    private static final boolean ALL = Boolean.getBoolean("tracemalloc.it.all");

    /** One JVM to run on. */
    record Variant(int feature, String collector, String compiler, String layoutOption) {

        Layout layout() {
            if (layoutOption.equals("-XX:+UseCompactObjectHeaders")) {
                return Layout.COMPACT;
            }
            return collector.equals("ZGC") || layoutOption.equals("-XX:-UseCompressedOops")
                    ? Layout.WIDE_REFERENCES
                    : Layout.USUAL;
        }

        List<String> options() {
            List<String> options = new ArrayList<>(List.of("-XX:+Use" + collector));
            Stream.of(compiler, layoutOption)
                    .filter(option -> !option.isEmpty())
                    .forEach(options::add);
            return options;
        }

        /** Enough for the compiler to step in, and odd. */
        int loops() {
            return compiler.equals("-Xint") ? 2_003 : 100_003;
        }

        @Override
        public String toString() {
            return feature + " " + collector + " " + (compiler.isEmpty() ? "tiered" : compiler) + " " + layoutOption;
        }
    }

    static Stream<Variant> variants() {
        return ALL ? product() : selection();
    }

    private static Stream<Variant> selection() {
        return Stream.of(
                new Variant(17, "G1GC", "", ""),
                new Variant(21, "G1GC", "", ""),
                new Variant(25, "G1GC", "", ""),
                new Variant(17, "ParallelGC", "-XX:-TieredCompilation", ""),
                new Variant(25, "SerialGC", "-XX:-TieredCompilation", ""),
                new Variant(17, "SerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UseCompressedOops"),
                new Variant(25, "ParallelGC", "-XX:TieredStopAtLevel=1", "-XX:+UseCompactObjectHeaders"),
                new Variant(17, "ZGC", "-Xint", ""),
                new Variant(25, "ZGC", "", ""),
                new Variant(25, "G1GC", "-Xint", "-XX:-UseCompressedOops"));
    }

    private static Stream<Variant> product() {
        List<Variant> all = new ArrayList<>();
        for (int feature : new int[] {17, 25}) {
            for (String collector : List.of("G1GC", "ParallelGC", "SerialGC", "ZGC")) {
                for (String compiler : List.of("", "-Xint", "-XX:TieredStopAtLevel=1", "-XX:-TieredCompilation")) {
                    all.add(new Variant(feature, collector, compiler, ""));
                }
            }
        }
        Stream<Variant> layouts = Stream.of(
                new Variant(17, "G1GC", "", "-XX:-UseCompressedOops"),
                new Variant(25, "G1GC", "", "-XX:-UseCompressedOops"),
                new Variant(25, "G1GC", "", "-XX:+UseCompactObjectHeaders"));
        return Stream.concat(all.stream(), layouts);
    }

    @ParameterizedTest
    @MethodSource("variants")
    void countsEveryLineExactly(Variant variant) {
        int n = variant.loops();
        Forked forked = new Forked(JavaHome.of(variant.feature()))
                .jvm(variant.options().toArray(String[]::new))
                .traced("frames=1,live=off")
                .main(KINDS, "run", n, 0);

        Snapshot snapshot = forked.succeed().snapshot();

        Found found = new Found(snapshot, KINDS.fileName());
        List<String> differences = new ArrayList<>();
        for (Expectations.Line line : Expectations.of(KINDS, "", n, variant.layout())) {
            differences.addAll(line.differences(found.line(line.number())));
        }
        for (Expectations.Line line : Expectations.of(KINDS, "fixed", n, variant.layout())) {
            differences.addAll(line.differences(found.line(line.number())));
        }
        for (Expectations.Line line : Expectations.of(KINDS, "total", n, variant.layout())) {
            line.classes()
                    .keySet()
                    .forEach(name -> differences.addAll(line.differences(Map.of(name, found.total(name)))));
        }
        assertThat(differences).isEmpty();
    }
}
