package io.tracemalloc.internal;

import io.tracemalloc.spi.SessionControl;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Decides which session is the one of this JVM: the agent's if there is an agent, else that of this copy. */
final class SessionLocator {

    private final SessionBridge bridge;
    private final LocalSession local;
    private volatile @Nullable ForeignSession foreign;

    SessionLocator(@Nullable ClassLoader bridgeLoader, LocalSession local) {
        this.bridge = new SessionBridge(bridgeLoader);
        this.local = local;
    }

    SessionControl current() {
        if (local.isTracing()) {
            return local;
        }
        Function<Object[], Object> published = bridge.read();
        return published == null || isOwn(published) ? local : foreign(published);
    }

    private boolean isOwn(Function<Object[], Object> published) {
        return published instanceof BridgeServer server && server.session() == local;
    }

    LocalSession local() {
        return local;
    }

    boolean publish() {
        return bridge.publish(new BridgeServer(local));
    }

    private ForeignSession foreign(Function<Object[], Object> published) {
        ForeignSession known = foreign;
        if (known == null || !known.uses(published)) {
            known = new ForeignSession(published);
            foreign = known;
        }
        return known;
    }
}
