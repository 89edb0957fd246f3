package io.tracemalloc.jmh;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * What the remote channel adds to writing a snapshot: time from the request to the first byte of the body and to the
 * last, the body written to a file, beside the time in which the other JVM writes the same file by itself.
 *
 * <p>Arguments: {@code [traces,traces,…] [rounds]}. The other JVM runs the distribution; the client is the JDK's own.
 * Rounds of both are interleaved after two that do not count; printed are medians, smallest and largest.
 */
public final class RemoteTransfers {

    private static final int WARM_UPS = 2;
    private static final double MILLION = 1e6;

    private final Process server;
    private final BufferedReader answers;
    private final BufferedWriter commands;
    private final URI address;
    private final String token;
    private final HttpClient client = HttpClient.newHttpClient();
    private final Path file = Files.createTempFile("tracemalloc-transferred", ".pb.gz");

    private RemoteTransfers(int traces) throws IOException {
        String classPath = Forks.tracer() + File.pathSeparator + System.getProperty("java.class.path");
        server = new ProcessBuilder(
                        Forks.java(), "-Xms4g", "-Xmx4g", "-cp", classPath, ServedSnapshot.class.getName(), "" + traces)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        answers = server.inputReader();
        commands = server.outputWriter();
        address = URI.create(answers.readLine() + "/debug/pprof/heap");
        token = Files.readString(Path.of(answers.readLine())).strip();
    }

    /** See the class. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        String[] sizes = (arguments.length > 0 ? arguments[0] : "1000000,10000000").split(",");
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 9;
        System.out.println(Forks.version(Forks.java()));
        System.out.printf(
                "%-10s %12s %22s %22s %22s %7s%n",
                "traces", "bytes", "file ms", "first byte ms", "total ms", "total x");
        for (String traces : sizes) {
            RemoteTransfers transfers = new RemoteTransfers(Integer.parseInt(traces));
            try {
                transfers.measure(traces, rounds);
            } finally {
                transfers.end();
            }
        }
    }

    private void measure(String traces, int rounds) throws IOException, InterruptedException {
        List<Double> files = new ArrayList<>();
        List<Double> firsts = new ArrayList<>();
        List<Double> totals = new ArrayList<>();
        for (int round = -WARM_UPS; round < rounds; round++) {
            double alone = writeThere();
            double[] firstAndTotal = transfer();
            if (round >= 0) {
                files.add(alone);
                firsts.add(firstAndTotal[0]);
                totals.add(firstAndTotal[1]);
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%-10s %,12d %22s %22s %22s %7.2f%n",
                traces,
                Files.size(file),
                text(files),
                text(firsts),
                text(totals),
                median(totals) / median(files));
    }

    private double writeThere() throws IOException {
        commands.write("file\n");
        commands.flush();
        return Long.parseLong(answers.readLine()) / MILLION;
    }

    private double[] transfer() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address)
                .header("Authorization", "Bearer " + token)
                .build();
        long start = System.nanoTime();
        HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            throw new IOException("status " + response.statusCode());
        }
        try (InputStream in = response.body();
                OutputStream out = Files.newOutputStream(file)) {
            out.write(in.read());
            long first = System.nanoTime();
            in.transferTo(out);
            return new double[] {(first - start) / MILLION, (System.nanoTime() - start) / MILLION};
        }
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }

    private static String text(List<Double> values) {
        return String.format(
                Locale.ROOT, "%.1f (%.1f-%.1f)", median(values), Collections.min(values), Collections.max(values));
    }

    private void end() throws IOException, InterruptedException {
        commands.close();
        server.waitFor();
        Files.delete(file);
    }
}
