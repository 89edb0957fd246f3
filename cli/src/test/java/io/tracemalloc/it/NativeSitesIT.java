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
 * At an interval of 1 the native backend finds the same blocks of the same classes on the same lines as the bytecode
 * backend does. Compilers that remove allocations stay out of it: the one backend counts what the byte code says, the
 * other what the heap got.
 */
final class NativeSitesIT {

    private static final Subject KINDS = Subject.of("known.Kinds");

    /** More than any line that is limited to fewer allocates. */
    private static final int N = 2_003;

    /** What the VM makes for a failing line, beside what the line allocates. */
    private static final String FAILING = "[length]";

    private static Stream<List<String>> variants() {
        return Stream.of(
                List.of("17", "-Xint"),
                List.of("17", "-XX:TieredStopAtLevel=1"),
                List.of("25", "-Xint"),
                List.of("25", "-XX:TieredStopAtLevel=1"));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void findsEveryBlockOnItsLine(List<String> variant) {
        Forked forked = new Forked(JavaHome.of(Integer.parseInt(variant.get(0))))
                .jvm(variant.get(1))
                .traced("backend=jvmti,frames=1,interval=1,live=off")
                .main(KINDS, "run", N, 0);

        Snapshot snapshot = forked.succeed().snapshot();

        Found found = new Found(snapshot, KINDS.fileName());
        List<String> differences = new ArrayList<>();
        for (Expectations.Line line : Expectations.of(KINDS, "", N, Layout.USUAL)) {
            if (!line.source().contains(FAILING)) {
                differences.addAll(line.withLinkage().differences(found.line(line.number())));
            }
        }
        for (Expectations.Line line : Expectations.of(KINDS, "total", N, Layout.USUAL)) {
            line.classes()
                    .keySet()
                    .forEach(name -> differences.addAll(line.differences(Map.of(name, found.total(name)))));
        }
        assertThat(differences).isEmpty();
    }
}
