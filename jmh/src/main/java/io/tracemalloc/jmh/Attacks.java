package io.tracemalloc.jmh;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a traced program has left of its throughput while its remote channel is attacked.
 *
 * <p>Arguments: {@code [traces] [program] [millis] [rounds] [connections] [processor] [attack]}. Each attack is measured between two spans of
 * peace and compared with their mean: iterations per second of wall time, which the CPU time of server and attackers counts
 * against where they share processors with the program, and CPU time per iteration of the program's own thread. With
 * a processor, the attacked JVM runs on that one alone (taskset): run this on others, so that the attackers take nothing
 * from it themselves. With an attack, only those are measured whose names have that in them.
 */
public final class Attacks {

    private static final String[] MALFORMED = {
        "POST /tracemalloc/v1/stop HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nX: folded\r\n header\r\n\r\n",
        "GET /debug/pprof/heap HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        "GET /debug/pprof/heap HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
        "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    };

    /** Bytes of the longest answer that is no snapshot. */
    private static final int LONGEST_REFUSAL = 2_000;

    private final Process server;
    private final BufferedReader answers;
    private final BufferedWriter commands;
    private final URI address;
    private final String token;
    private final int connections;
    private final String wanted;
    private final AtomicLong done = new AtomicLong();

    private record Speed(double perSecond, double cpuMillis) {}

    private interface Attacker {
        void attack(AtomicBoolean over) throws IOException, InterruptedException;
    }

    private Attacks(String traces, String program, int connections, String processor, String wanted)
            throws IOException {
        List<String> command = new ArrayList<>(processor.isEmpty() ? List.of() : List.of("taskset", "-c", processor));
        command.addAll(List.of(
                Forks.java(),
                "-Xmx4g",
                "-cp",
                Forks.tracer() + File.pathSeparator + Forks.classPath(),
                AttackedProgram.class.getName(),
                traces,
                program,
                "15000"));
        server = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        answers = server.inputReader();
        commands = server.outputWriter();
        address = URI.create(answers.readLine());
        token = Files.readString(Path.of(answers.readLine())).strip();
        this.connections = connections;
        this.wanted = wanted;
    }

    /** See the class. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        String traces = Report.argument(arguments, 0, "1000000");
        String program = Report.argument(arguments, 1, "jackson");
        long millis = Long.parseLong(Report.argument(arguments, 2, "10000"));
        int rounds = Integer.parseInt(Report.argument(arguments, 3, "3"));
        int connections = Integer.parseInt(Report.argument(arguments, 4, "64"));
        Attacks attacks = new Attacks(
                traces, program, connections, Report.argument(arguments, 5, ""), Report.argument(arguments, 6, ""));
        System.out.printf("%s, %s, %s traces%n", Forks.version(Forks.java()), program, traces);
        System.out.printf("%-22s %12s %12s %12s%n", "attack", "throughput x", "own cpu x", "done");
        for (int round = 0; round < rounds; round++) {
            attacks.measure("peace", 0, over -> {}, millis);
            attacks.measure("malformed requests", 4, attacks::malformed, millis);
            attacks.measure("the same, 100 a second", 1, attacks::malformedSlowly, millis);
            attacks.measure("downloads", attacks.connections, attacks::download, millis);
            attacks.measure("readers of 1 KB/s", attacks.connections, attacks::readSlowly, millis);
            attacks.measure("readers that stop", attacks.connections, attacks::stopReading, millis);
            attacks.measure("half-open connections", attacks.connections, attacks::halfOpen, millis);
        }
        attacks.commands.close();
        attacks.server.waitFor();
    }

    private void measure(String name, int threads, Attacker attacker, long millis)
            throws IOException, InterruptedException {
        if (!name.contains(wanted)) {
            return;
        }
        Speed before = run(millis / 2);
        AtomicBoolean over = new AtomicBoolean();
        done.set(0);
        List<Thread> attackers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(() -> again(attacker, over), "attacker");
            thread.setDaemon(true);
            thread.start();
            attackers.add(thread);
        }
        Speed during = run(millis);
        long count = done.get();
        over.set(true);
        for (Thread thread : attackers) {
            thread.join();
        }
        // What the server still has to do for those who left.
        Thread.sleep(2_000);
        Speed after = run(millis / 2);
        System.out.printf(
                Locale.ROOT,
                "%-22s %12.3f %12.3f %12d%n",
                name,
                during.perSecond / ((before.perSecond + after.perSecond) / 2),
                during.cpuMillis / ((before.cpuMillis + after.cpuMillis) / 2),
                count);
    }

    private Speed run(long millis) throws IOException {
        commands.write(millis + "\n");
        commands.flush();
        String[] words = answers.readLine().split(" ");
        double iterations = Double.parseDouble(words[0]);
        return new Speed(
                iterations / Double.parseDouble(words[1]) * 1e9, Double.parseDouble(words[2]) / 1e6 / iterations);
    }

    private static void again(Attacker attacker, AtomicBoolean over) {
        while (!over.get()) {
            try {
                attacker.attack(over);
            } catch (IOException cutOff) {
                // As it should be.
            } catch (InterruptedException end) {
                return;
            }
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.connect(new InetSocketAddress("127.0.0.1", address.getPort()), 5_000);
        socket.setSoTimeout(5_000);
        return socket;
    }

    private Socket requestSnapshot() throws IOException {
        Socket socket = connect();
        send(
                socket,
                "GET /debug/pprof/heap HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n\r\n");
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private void malformed(AtomicBoolean over) throws IOException {
        try (Socket socket = connect()) {
            send(socket, MALFORMED[new Random().nextInt(MALFORMED.length)]);
            socket.shutdownOutput();
            drain(socket, over);
            done.incrementAndGet();
        }
    }

    private void malformedSlowly(AtomicBoolean over) throws IOException, InterruptedException {
        malformed(over);
        Thread.sleep(10);
    }

    private void download(AtomicBoolean over) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", address.getPort())) {
            send(
                    socket,
                    "GET /debug/pprof/heap HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer "
                            + token + "\r\n\r\n");
            if (drain(socket, over) > LONGEST_REFUSAL) {
                done.incrementAndGet();
            }
        }
    }

    /** How much came until the other side ended, or this one had to. */
    private static long drain(Socket socket, AtomicBoolean over) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[1 << 16];
        long got = 0;
        for (int read = 0; read >= 0 && !over.get(); read = in.read(buffer)) {
            got += read;
        }
        return over.get() ? 0 : got;
    }

    private void readSlowly(AtomicBoolean over) throws IOException, InterruptedException {
        try (Socket socket = requestSnapshot()) {
            InputStream in = socket.getInputStream();
            while (!over.get()) {
                int got = in.read(new byte[1_024]);
                if (got < 0) {
                    return;
                }
                done.addAndGet(got);
                Thread.sleep(1_000);
            }
        }
    }

    private void stopReading(AtomicBoolean over) throws IOException, InterruptedException {
        try (Socket socket = requestSnapshot()) {
            socket.getInputStream().read();
            done.incrementAndGet();
            sleepUntil(over);
        }
    }

    private void halfOpen(AtomicBoolean over) throws IOException, InterruptedException {
        try (Socket socket = connect()) {
            send(socket, "GET /debug/pprof/heap HT");
            done.incrementAndGet();
            sleepUntil(over);
        }
    }

    private static void sleepUntil(AtomicBoolean over) throws InterruptedException {
        while (!over.get()) {
            Thread.sleep(100);
        }
    }
}
