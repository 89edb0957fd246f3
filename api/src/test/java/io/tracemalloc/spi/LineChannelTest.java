package io.tracemalloc.spi;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Shows that the contract can be kept: a channel that sends one line to whoever connects. */
final class LineChannelTest extends RemoteChannelContract {

    private static final int BACKLOG = 5;

    @Override
    protected RemoteChannelProvider provider() {
        return new LineProvider();
    }

    @Override
    protected String localAddress() {
        return "0";
    }

    @Override
    protected Map<String, String> settings() {
        return Map.of();
    }

    @Override
    protected List<String> refusedAddresses() {
        return List.of("port", "-1", "65536", "0.0.0.0:0");
    }

    @Override
    protected String sameAddress(RemoteChannel open) {
        return open.address();
    }

    @Override
    protected boolean answers(RemoteChannel channel) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(channel.address())));
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            String line = reader.readLine();
            return "tracing true".equals(line) || "tracing false".equals(line);
        } catch (ConnectException nobodyThere) {
            return false;
        }
    }

    private static final class LineProvider implements RemoteChannelProvider {
        @Override
        public String name() {
            return "line";
        }

        @Override
        public RemoteSession connect(String address, Map<String, String> settings) throws IOException {
            throw new IOException(address + ": this channel has no client");
        }

        @Override
        public RemoteChannel open(String address, Map<String, String> settings, SessionControl session)
                throws IOException {
            if (!address.matches("\\d{1,5}") || Integer.parseInt(address) > 65_535) {
                throw new IllegalArgumentException("listen must be a port of this machine, got " + address);
            }
            if (!settings.isEmpty()) {
                throw new IllegalArgumentException("this channel has no settings, got " + settings.keySet());
            }
            ServerSocket server =
                    new ServerSocket(Integer.parseInt(address), BACKLOG, InetAddress.getLoopbackAddress());
            Thread thread = new Thread(() -> serve(server, session), "tracemalloc-line");
            thread.setDaemon(true);
            thread.start();
            return new LineChannel(server, thread);
        }

        private static void serve(ServerSocket server, SessionControl session) {
            while (!server.isClosed()) {
                try (Socket client = server.accept()) {
                    String line = "tracing " + session.isTracing() + "\n";
                    client.getOutputStream().write(line.getBytes(StandardCharsets.UTF_8));
                } catch (IOException clientWentOrClosed) {
                    // The next client, or the end, is seen by the loop.
                }
            }
        }
    }

    private record LineChannel(ServerSocket server, Thread serving) implements RemoteChannel {
        @Override
        public String address() {
            return Integer.toString(server.getLocalPort());
        }

        @Override
        public void close() {
            try {
                server.close();
                serving.join();
            } catch (IOException | InterruptedException failure) {
                throw new IllegalStateException("cannot close", failure);
            }
        }
    }
}
