package measured.programs;

/** No real program: objects of 16 bytes and nothing else, for the two-thread measurement. */
final class SmallObjects implements Program {

    private static final int BLOCKS = 10_000_000;

    /** Escapes, so that every block is allocated. */
    private volatile Object last = "";

    private static final class Small {
        final int value;

        Small(int value) {
            this.value = value;
        }
    }

    @Override
    public long run() {
        long sum = 0;
        for (int i = 0; i < BLOCKS; i += 100) {
            Object[] blocks = new Object[100];
            for (int k = 0; k < blocks.length; k++) {
                blocks[k] = new Small(i + k);
            }
            last = blocks;
            sum += ((Small) blocks[42]).value;
        }
        return last == null ? 0 : sum;
    }
}
