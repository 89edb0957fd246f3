package io.tracemalloc.spi;

class PlainFormatTest extends SnapshotFormatContract {

    @Override
    protected SnapshotFormatProvider format() {
        return new PlainFormat();
    }
}
