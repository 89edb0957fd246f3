package io.tracemalloc.remote.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * Lets through only bytes that one reader of HTTP cannot take for something else than another one does.
 *
 * <p>No request here has a body, so every byte belongs to a request line or a header: printable ASCII and tabs, in
 * lines that end with CR LF and do not begin with a blank (a folded header); a request line has single
 * blanks and no tabs. Whatever else comes is thrown away with all that follows it, and {@link Malformed} tells so.
 */
final class StrictHeads extends ChannelInboundHandlerAdapter {

    /** The event that this handler fires once, at most. */
    record Malformed(String reason) {}

    private byte previous = '\n';
    private int lineLength;
    private boolean requestLine = true;
    private boolean refused;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        String reason = refused ? "" : violation(bytes);
        if (reason == null) {
            context.fireChannelRead(message);
            return;
        }
        ReferenceCountUtil.release(message);
        if (!refused) {
            refused = true;
            context.fireUserEventTriggered(new Malformed(reason));
        }
    }

    private @Nullable String violation(ByteBuf bytes) {
        for (int i = bytes.readerIndex(); i < bytes.writerIndex(); i++) {
            byte next = bytes.getByte(i);
            String reason = violation(previous, next);
            if (reason != null) {
                return reason;
            }
            if (requestLine && next == ' ' && previous == ' ') {
                return "a request line has two blanks in a row";
            }
            if (requestLine && next == '\t') {
                return "a request line has a tab";
            }
            advance(next);
        }
        return null;
    }

    private void advance(byte next) {
        if (next == '\n') {
            // An empty line ends the headers, and also what may come before a request line.
            requestLine = lineLength == 0;
            lineLength = 0;
        } else if (next != '\r') {
            lineLength++;
        }
        previous = next;
    }

    private static @Nullable String violation(byte previous, byte next) {
        if ((previous == '\r') != (next == '\n')) {
            return "a line does not end with CR LF";
        }
        if (previous == '\n' && (next == ' ' || next == '\t')) {
            return "a line begins with a blank";
        }
        boolean text = next >= ' ' && next <= '~';
        return text || next == '\t' || next == '\r' || next == '\n' ? null : "a byte is not printable";
    }
}
