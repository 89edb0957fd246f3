package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetListTest {

    @TempDir
    Path directory;

    private final StringWriter err = new StringWriter();
    private final Outages outages = new Outages(
            new Terminal(new PrintWriter(new StringWriter()), new PrintWriter(err), false, false, Map.of()));
    private List<String> addresses = List.of("10.0.0.7", "10.0.0.3", "fd00::1");
    private boolean resolves = true;

    private List<InetAddress> resolve(String name) throws UnknownHostException {
        assertThat(name).isEqualTo("web.svc");
        if (!resolves) {
            throw new UnknownHostException(name);
        }
        List<InetAddress> found = new java.util.ArrayList<>();
        for (String address : addresses) {
            found.add(InetAddress.getByName(address));
        }
        return found;
    }

    @Test
    void resolvesANameAnewEachTime() {
        TargetList list = new TargetList(List.of("4711"), null, List.of("web.svc:90"), this::resolve, outages);

        assertThat(list.targets()).containsExactly("4711", "10.0.0.3:90", "10.0.0.7:90", "[fd00:0:0:0:0:0:0:1]:90");
        addresses = List.of("10.0.0.9");
        assertThat(list.targets()).containsExactly("4711", "10.0.0.9:90");
    }

    @Test
    void staysWithTheLastAddressesWhileANameDoesNotResolve() {
        TargetList list = new TargetList(List.of(), null, List.of("https://web.svc:90"), this::resolve, outages);
        addresses = List.of("10.0.0.9");

        assertThat(list.targets()).containsExactly("https://10.0.0.9:90");
        resolves = false;
        assertThat(list.targets()).containsExactly("https://10.0.0.9:90");
        assertThat(list.targets()).containsExactly("https://10.0.0.9:90");
        resolves = true;
        assertThat(list.targets()).containsExactly("https://10.0.0.9:90");
        assertThat(err.toString().lines())
                .containsExactly(
                        "tracemalloc: https://web.svc:90: no such host name; its last addresses stay",
                        "tracemalloc: https://web.svc:90: back after 2 failed tries");
    }

    @Test
    void readsItsFileAnewEachTime() throws IOException {
        Path file = Files.writeString(directory.resolve("jvms.txt"), "#all\na:1 # first\n\n  b#1:2\t\na:1\n");
        TargetList list = new TargetList(List.of(), file, List.of(), this::resolve, outages);

        assertThat(list.targets()).containsExactly("a:1", "b#1:2");
        Files.writeString(file, "c:3");
        assertThat(list.targets()).containsExactly("c:3");
        Files.delete(file);
        assertThat(list.targets()).containsExactly("c:3");
        assertThat(err.toString())
                .isEqualTo("tracemalloc: " + file + ": no such file or directory; the targets read before stay\n");
    }

    @Test
    void refusesWhatIsNoText() throws IOException {
        Path file = Files.write(directory.resolve("jvms.txt"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});

        assertThatIOException().isThrownBy(() -> TargetList.read(file)).withMessage("not a text file");
    }
}
