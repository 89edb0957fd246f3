package io.tracemalloc.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends snapshots to a profile database, {@code POST /ingest} as Pyroscope has it, the same bytes as in the file.
 *
 * <p>A failure that may pass, no connection, 429 or a 5xx, is tried again, after a second, then twice as long each time
 * up to a minute, or as long as {@code Retry-After} asks for. What the database refuses for good is counted and given up.
 * Works on a thread of its own.
 */
final class Forwarder {

    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SHOWN_OF_ANSWER = 200;
    private static final long LOOK_MILLIS = 100;

    /** Failures in a row after which an ending command waits no longer. */
    private static final int GIVE_UP_AFTER = 3;

    /**
     * Where to and as what.
     *
     * @param url of the database; without a path, {@code /ingest} is meant
     * @param name of the program, the part before the labels
     * @param headers for each request
     */
    record Destination(URI url, String name, Map<String, String> headers) {

        /** The address for one snapshot. */
        URI address(ForwardQueue.Entry entry) {
            String labelled = name + "{host=\"" + entry.target().replaceAll("[\"\\\\{}=,\\p{Cntrl}]", "_") + "\"}";
            String path = url.getRawPath() == null || url.getRawPath().length() <= 1 ? "/ingest" : url.getRawPath();
            return url.resolve(path + "?format=pprof&name=" + URLEncoder.encode(labelled, StandardCharsets.UTF_8)
                    + "&from=" + entry.from() + "&until=" + entry.until());
        }
    }

    private final Destination destination;
    private final ForwardQueue queue;
    private final Outages outages;
    private final Terminal terminal;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final Thread thread = new Thread(this::run, "tracemalloc-forward");

    /* Written by the thread alone. Failures are those since the last success. */
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicInteger failures = new AtomicInteger();

    private Forwarder(Destination destination, ForwardQueue queue, Outages outages, Terminal terminal) {
        this.destination = destination;
        this.queue = queue;
        this.outages = outages;
        this.terminal = terminal;
        thread.setDaemon(true);
    }

    /** Begins to send what is and comes in the queue. */
    static Forwarder start(Destination destination, ForwardQueue queue, Outages outages, Terminal terminal) {
        Forwarder forwarder = new Forwarder(destination, queue, outages, terminal);
        forwarder.thread.start();
        return forwarder;
    }

    /** How many the database took. */
    long sent() {
        return sent.get();
    }

    /** How many it refused for good. */
    long refused() {
        return refused.get();
    }

    /**
     * Sends what waits for this long at most, no longer than the database answers, and ends. What is left stays in the
     * queue.
     */
    void finish(Duration patience) {
        try {
            long end = System.nanoTime() + patience.toNanos();
            boolean empty = false;
            while (!empty && System.nanoTime() < end && failures.get() < GIVE_UP_AFTER) {
                empty = queue.awaitEmpty(LOOK_MILLIS);
            }
            queue.close();
            // The one that is on its way, unless it waits for its next try.
            if (failures.get() == 0) {
                thread.join(TimeUnit.SECONDS.toMillis(2));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread.interrupt();
    }

    private void run() {
        try {
            for (var entry = queue.await(); entry.isPresent(); entry = queue.await()) {
                send(entry.get());
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(ForwardQueue.Entry entry) throws InterruptedException {
        Duration wait = Duration.ZERO;
        try {
            HttpResponse<InputStream> response = client.send(request(entry), BodyHandlers.ofInputStream());
            String answer = beginning(response);
            int status = response.statusCode();
            if (status / 100 == 2) {
                // The queue last: whoever waits for it to be empty looks at these.
                sent.incrementAndGet();
                worked();
                queue.remove(entry);
            } else if (status == TOO_MANY_REQUESTS || status / 100 == 5) {
                wait = failed(status(status, answer), retryAfter(response));
            } else {
                refuse(entry, status(status, answer));
            }
        } catch (FileNotFoundException dropped) {
            // Dropped from the queue between the two.
        } catch (IOException e) {
            wait = failed(reason(e), Duration.ZERO);
        }
        TimeUnit.MILLISECONDS.sleep(wait.toMillis());
    }

    private HttpRequest request(ForwardQueue.Entry entry) throws FileNotFoundException {
        HttpRequest.Builder request = HttpRequest.newBuilder(destination.address(entry))
                .timeout(REQUEST_TIMEOUT)
                .header("Content-Type", "application/octet-stream")
                .POST(BodyPublishers.ofFile(entry.file()));
        destination.headers().forEach(request::setHeader);
        return request.build();
    }

    private void worked() {
        failures.set(0);
        outages.worked(where());
    }

    private Duration failed(String reason, Duration asked) {
        int inARow = failures.incrementAndGet();
        Duration doubled = FIRST_RETRY.multipliedBy(1L << Math.min(inARow - 1, 10));
        Duration wait = asked.compareTo(doubled) > 0 ? asked : doubled;
        outages.failed(where(), reason, "profiles wait on disk and are sent when it answers again");
        return wait.compareTo(LONGEST_RETRY) < 0 ? wait : LONGEST_RETRY;
    }

    private void refuse(ForwardQueue.Entry entry, String reason) throws IOException {
        if (refused.getAndIncrement() == 0) {
            terminal.note(where() + ": refused a profile of " + entry.target() + ": " + reason
                    + "; further ones are only counted");
        }
        queue.remove(entry);
    }

    private static Duration retryAfter(HttpResponse<?> response) {
        String seconds = response.headers().firstValue("Retry-After").orElse("");
        return seconds.matches("[0-9]{1,6}") ? Duration.ofSeconds(Long.parseLong(seconds)) : Duration.ZERO;
    }

    private static String status(int status, String answer) {
        return "HTTP " + status + (answer.isBlank() ? "" : " " + answer);
    }

    /** Enough of the answer for people; it may be of any length. */
    private static String beginning(HttpResponse<InputStream> response) throws IOException {
        try (InputStream body = response.body()) {
            return Messages.oneLine(new String(body.readNBytes(SHOWN_OF_ANSWER), StandardCharsets.UTF_8).strip());
        }
    }

    private static String reason(IOException failure) {
        if (failure instanceof HttpTimeoutException) {
            return "no answer in time";
        }
        if (failure instanceof ConnectException) {
            return "cannot connect";
        }
        return Messages.of(failure);
    }

    /** Without what may be secret in the address. */
    private String where() {
        URI url = destination.url();
        return url.getScheme() + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
    }
}
