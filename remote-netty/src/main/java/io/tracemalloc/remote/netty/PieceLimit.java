package io.tracemalloc.remote.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/**
 * Ends connections on which much comes in before a request is let in: single bytes, handshakes again and again, empty
 * records. Requests are short and handshakes few, so it is the work of reading that is bounded here, not bytes. In front of
 * everything else, and for one connection.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed close is one all the same
final class PieceLimit extends ChannelInboundHandlerAdapter {

    /** Reads from the socket; a handshake with client certificates takes about ten. */
    static final int PIECES = 100;

    private final Refusals refusals;
    private int pieces;

    PieceLimit(Refusals refusals) {
        this.refusals = refusals;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (++pieces <= PIECES) {
            context.fireChannelRead(message);
            return;
        }
        ReferenceCountUtil.release(message);
        if (pieces == PIECES + 1) {
            refusals.add("connection", RequestHandler.peer(context.channel()), "too many pieces before a request");
            context.close();
        }
    }

    /** A request was let in: as many again for the next one. */
    void letIn() {
        pieces = 0;
    }
}
