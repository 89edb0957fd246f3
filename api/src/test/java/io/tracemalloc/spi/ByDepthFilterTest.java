package io.tracemalloc.spi;

import static io.tracemalloc.SnapshotFixture.at;

import io.tracemalloc.Traceback;
import java.util.List;

class ByDepthFilterTest extends FilterContract {

    @Override
    protected FilterProvider filter() {
        return new ByDepth.Filter();
    }

    @Override
    protected String value() {
        return "2";
    }

    @Override
    protected AllocationGroup matching() {
        return new AllocationGroup(Traceback.of(at("A.java", 1), at("B.java", 2)), "", 0, "", "");
    }

    @Override
    protected AllocationGroup other() {
        return new AllocationGroup(Traceback.of(at("A.java", 1)), "", 0, "", "");
    }

    @Override
    protected List<String> badValues() {
        return List.of("", "two");
    }
}
