package io.tracemalloc.storage.protobuf;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Keeps samples, as they are in the file, until the tables that they refer to are known. */
final class ByteSpool {

    private static final int CHUNK = 1 << 18;

    private final MemoryBudget budget;
    private final WireWriter header = new WireWriter();
    private final List<byte[]> chunks = new ArrayList<>();
    private final ByteArrayOutputStream last = new ByteArrayOutputStream();

    ByteSpool(MemoryBudget budget) {
        this.budget = budget;
    }

    /** Starts a sample of this length. */
    void begin(long length) throws IOException {
        header.clear();
        header.beginMessage(Schema.PROFILE_SAMPLE, length);
        header.drainTo(last);
        budget.take(MemoryBudget.NUMBER);
    }

    void append(byte[] bytes, int from, int length) throws IOException {
        budget.take(length);
        last.write(bytes, from, length);
        if (last.size() >= CHUNK) {
            chunks.add(last.toByteArray());
            last.reset();
        }
    }

    /** The samples as fields of a profile. */
    InputStream open() {
        List<InputStream> parts = new ArrayList<>();
        chunks.forEach(chunk -> parts.add(new ByteArrayInputStream(chunk)));
        parts.add(new ByteArrayInputStream(last.toByteArray()));
        return new SequenceInputStream(Collections.enumeration(parts));
    }
}
