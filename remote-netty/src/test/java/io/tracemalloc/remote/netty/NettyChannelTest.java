package io.tracemalloc.remote.netty;

import io.tracemalloc.spi.RemoteChannel;
import io.tracemalloc.spi.RemoteChannelProvider;
import io.tracemalloc.spi.RemoteClientContract;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Keeps the contracts of channels and of their clients. */
class NettyChannelTest extends RemoteClientContract {

    @Override
    protected RemoteChannelProvider provider() {
        return new NettyProvider();
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
        return List.of(
                "port",
                "-1",
                "+1",
                "65536",
                "0.0.0.0:0",
                "[::]:0",
                "",
                ":1",
                "a b:1",
                "host:",
                "1:2:3",
                "unix:",
                "unix:/");
    }

    @Override
    protected String sameAddress(RemoteChannel open) {
        return open.address().substring("http://".length());
    }

    @Override
    protected Map<String, String> clientSettings(RemoteChannel channel) {
        return Map.of("token-file", channel.tokenFile().orElseThrow().toString());
    }

    @Override
    protected List<Map<String, String>> wrongClientSettings(RemoteChannel channel) throws IOException {
        String token = Files.readString(channel.tokenFile().orElseThrow()).strip();
        return List.of(Map.of(), Map.of("token", token + "x"), Map.of("token", "x"));
    }

    @Override
    protected List<String> nonsenseTargets() {
        return List.of(
                "nonsense",
                "host:0",
                "host:65536",
                "ftp://host:1",
                "http://host:1/path",
                "http://u:p@host:1",
                "unix:",
                "a b:1",
                "");
    }

    /* Without the client under test. */
    @Override
    protected boolean answers(RemoteChannel channel) throws IOException {
        URI address = URI.create(channel.address());
        Path file = channel.tokenFile().orElseThrow();
        String token = Files.exists(file) ? Files.readString(file).strip() : "gone";
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            String request = "GET /tracemalloc/v1/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                    + "Authorization: Bearer " + token + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return answer.startsWith("HTTP/1.1 200 OK\r\n") && answer.contains("\"schema\": \"tracemalloc.status/1\"");
        } catch (ConnectException nobodyThere) {
            return false;
        }
    }
}
