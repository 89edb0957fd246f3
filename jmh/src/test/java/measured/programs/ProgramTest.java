package measured.programs;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgramTest {

    @ParameterizedTest
    @ValueSource(strings = {"javac", "h2", "lucene", "jackson", "netty", "small"})
    void doesTheSameWorkEachTimeAndAllocatesMegabytes(String name) throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        Program program = Program.named(name);

        long first = program.run();
        long before = threads.getThreadAllocatedBytes(id);
        long second = program.run();
        long allocated = threads.getThreadAllocatedBytes(id) - before;

        assertThat(first).isPositive().isEqualTo(second);
        assertThat(allocated).isGreaterThan(5_000_000);
    }
}
