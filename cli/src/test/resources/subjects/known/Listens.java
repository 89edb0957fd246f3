package known;

import io.tracemalloc.Tracemalloc;
import io.tracemalloc.spi.RemoteChannel;
import java.util.Map;

/** Opens a remote channel by itself, until its standard input ends. */
public final class Listens {

    private Listens() {}

    public static void main(String[] args) throws Exception {
        try {
            Tracemalloc.listen("0.0.0.0:0", Map.of());
        } catch (IllegalArgumentException refused) {
            System.out.println("refused: " + refused.getMessage());
        }
        try (RemoteChannel channel = Tracemalloc.listen("0", Map.of())) {
            System.out.println("token " + channel.tokenFile().orElseThrow());
            System.out.println("listening " + channel.address());
            System.in.read();
        }
        System.out.println("closed");
    }
}
