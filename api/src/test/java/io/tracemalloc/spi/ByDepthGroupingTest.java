package io.tracemalloc.spi;

class ByDepthGroupingTest extends GroupingContract {

    @Override
    protected GroupingProvider grouping() {
        return new ByDepth.Grouping();
    }
}
