package io.tracemalloc.storage.protobuf;

import io.tracemalloc.Snapshot;
import io.tracemalloc.SnapshotFormatException;
import io.tracemalloc.spi.SnapshotBuilder;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a profile, as {@code snapshot-file.md} beside {@code profile.proto} describes, in one pass.
 *
 * <p>In our files all tables come before the samples, and each sample becomes records as it is met. Other tools write the
 * samples first; those are kept as they are until the tables are known.
 */
final class SnapshotReader {

    private final MemoryBudget budget;
    private final SnapshotBuilder builder = new SnapshotBuilder();
    private final FileStrings strings;
    private final FileFrames frames;
    private final FileFacts facts;
    private final ByteSpool spool;
    private @Nullable ValueColumns columns;
    private @Nullable SampleReader samples;

    private SnapshotReader(MemoryBudget budget) {
        this.budget = budget;
        strings = new FileStrings(budget);
        frames = new FileFrames(strings, budget, builder);
        facts = new FileFacts(strings);
        spool = new ByteSpool(budget);
    }

    static Snapshot read(InputStream protobuf, MemoryBudget budget) throws IOException {
        try {
            return new SnapshotReader(budget).read(new WireReader(protobuf));
        } catch (IllegalArgumentException refused) {
            // The builder's own limits: totals beyond 2^63.
            throw new SnapshotFormatException("expected a snapshot, found " + refused.getMessage(), refused);
        }
    }

    private Snapshot read(WireReader in) throws IOException {
        boolean empty = true;
        while (in.nextField()) {
            empty = false;
            readField(in);
        }
        if (empty) {
            throw new SnapshotFormatException("expected a snapshot (pprof heap profile), found nothing: it is empty");
        }
        SampleReader reader = samples();
        WireReader kept = new WireReader(spool.open());
        while (kept.nextField()) {
            reader.read(kept);
        }
        facts.checkEnd(reader.records());
        return builder.snapshot(facts.info(reader.longest(), columns()));
    }

    private void readField(WireReader in) throws IOException {
        switch (in.field()) {
            case Schema.PROFILE_SAMPLE -> readSample(in);
            case Schema.PROFILE_MAPPING -> frames.readMapping(in);
            case Schema.PROFILE_LOCATION -> frames.readLocation(in);
            case Schema.PROFILE_FUNCTION -> frames.readFunction(in);
            case Schema.PROFILE_STRING_TABLE -> strings.add(in.text());
            default -> facts.readField(in);
        }
    }

    private void readSample(WireReader in) throws IOException {
        if (facts.isOurs()) {
            samples().read(in);
        } else {
            in.copyTo(spool);
        }
    }

    /** Made at the first sample that is resolved, when all facts but the number of records are known. */
    private SampleReader samples() throws SnapshotFormatException {
        SampleReader reader = samples;
        if (reader == null) {
            if (facts.isOurs()) {
                frames.takeNamesAsTheyAre();
            }
            facts.writeTo(builder, columns());
            reader = new SampleReader(strings, frames, columns(), facts.isOurs(), budget, builder);
            samples = reader;
        }
        return reader;
    }

    private ValueColumns columns() throws SnapshotFormatException {
        ValueColumns known = columns;
        if (known == null) {
            known = facts.valueColumns();
            columns = known;
        }
        return known;
    }
}
