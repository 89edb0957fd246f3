package io.tracemalloc.capture.bytebuddy;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The sampled objects that the garbage collector has not reclaimed yet, found by identity.
 *
 * <p>Safe for any thread. Each object costs one weak reference, about {@value #ENTRY_BYTES} bytes; beyond the limit every
 * other entry is dropped and the rest count double, and from then on only as many objects are taken in, at random.
 */
final class LiveSet {

    static final int ENTRY_BYTES = 96;
    private static final int STRIPES = 64;

    /** No lambda: the JDK would link it on the thread that asks, and that would be recorded. */
    private static final Consumer<Entry> NOTHING = new Consumer<>() {
        @Override
        public void accept(Entry entry) {}
    };

    /** One followed object; stands for {@code weight} objects. */
    static final class Entry extends WeakReference<Object> {
        final Samples.Cell cell;
        final int hash;
        final long sizeBytes;
        double weight;
        private @Nullable Entry next;

        Entry(Object object, ReferenceQueue<Object> queue, Samples.Cell cell, long sizeBytes, double weight) {
            super(object, queue);
            this.cell = cell;
            this.hash = System.identityHashCode(object);
            this.sizeBytes = sizeBytes;
            this.weight = weight;
        }

        long weightedBytes() {
            return Math.round(weight * sizeBytes);
        }
    }

    private static final class Stripe {
        private @Nullable Entry[] table = new Entry[64];
        private int size;
    }

    private final ReferenceQueue<Object> queue = new ReferenceQueue<>();
    private final Stripe[] stripes = new Stripe[STRIPES];
    private final long limit;
    /** Dies in the first collection after the last visit of all objects. */
    private volatile WeakReference<Object> canary = new WeakReference<>(new Object());
    /** Guarded by this. */
    private long current;
    /** Guarded by this. */
    private long peak;
    /** Guarded by this. */
    private long entries;
    /** Only this part of the objects is taken in; halves each time the limit is reached. Guarded by this. */
    private int thinning = 1;
    /** Which objects are taken in: lines allocate in turns, and every fourth object may be the same one's. Guarded by this. */
    private final SplittableRandom random = new SplittableRandom();

    LiveSet(long memoryLimitBytes) {
        this.limit = Math.max(1024, memoryLimitBytes / ENTRY_BYTES);
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Stripe();
        }
    }

    /** Follows an object that stands for {@code weight} objects. */
    void add(Object object, Samples.Cell cell, long sizeBytes, double weight) {
        double taken = weight;
        synchronized (this) {
            if (thinning > 1) {
                if (random.nextInt(thinning) != 0) {
                    return;
                }
                taken *= thinning;
            }
        }
        Entry entry = new Entry(object, queue, cell, sizeBytes, taken);
        Stripe stripe = stripes[entry.hash & STRIPES - 1];
        boolean full;
        synchronized (stripe) {
            if (stripe.size == stripe.table.length) {
                grow(stripe);
            }
            int i = index(entry.hash, stripe.table.length);
            entry.next = stripe.table[i];
            stripe.table[i] = entry;
            stripe.size++;
            // Before another thread thins the stripe, and takes from the accounts what is not there yet.
            full = account(entry);
        }
        if (full) {
            expunge();
            thinIfFull();
        }
    }

    private synchronized boolean account(Entry entry) {
        current += entry.weightedBytes();
        peak = Math.max(peak, current);
        return ++entries > limit;
    }

    private static int index(int hash, int length) {
        return (hash >>> 6) & length - 1;
    }

    private static void grow(Stripe stripe) {
        @Nullable Entry[] larger = new Entry[stripe.table.length * 2];
        for (@Nullable Entry head : stripe.table) {
            for (Entry entry = head; entry != null; ) {
                Entry next = entry.next;
                int i = index(entry.hash, larger.length);
                entry.next = larger[i];
                larger[i] = entry;
                entry = next;
            }
        }
        stripe.table = larger;
    }

    /** Lets go of the objects that were reclaimed since the last time. */
    void expunge() {
        for (Reference<?> dead = queue.poll(); dead != null; dead = queue.poll()) {
            Entry entry = (Entry) dead;
            if (remove(entry)) {
                forget(entry);
            }
        }
    }

    private synchronized void forget(Entry entry) {
        current -= entry.weightedBytes();
        entries--;
    }

    private boolean remove(Entry entry) {
        Stripe stripe = stripes[entry.hash & STRIPES - 1];
        synchronized (stripe) {
            int i = index(entry.hash, stripe.table.length);
            Entry before = null;
            for (Entry candidate = stripe.table[i]; candidate != null; candidate = candidate.next) {
                if (candidate == entry) {
                    if (before == null) {
                        stripe.table[i] = entry.next;
                    } else {
                        before.next = entry.next;
                    }
                    stripe.size--;
                    return true;
                }
                before = candidate;
            }
            return false;
        }
    }

    private void thinIfFull() {
        synchronized (this) {
            if (entries <= limit) {
                return;
            }
            thinning *= 2;
        }
        for (Stripe stripe : stripes) {
            synchronized (stripe) {
                thin(stripe);
            }
        }
    }

    /** Drops every other entry; the others count double, so that sums stay right on average. */
    private void thin(Stripe stripe) {
        boolean drop;
        synchronized (this) {
            // Of an odd number, one more is dropped as often as kept.
            drop = random.nextBoolean();
        }
        for (int i = 0; i < stripe.table.length; i++) {
            Entry kept = null;
            for (Entry entry = stripe.table[i]; entry != null; ) {
                Entry next = entry.next;
                if (drop) {
                    stripe.size--;
                    forget(entry);
                } else {
                    synchronized (this) {
                        current -= entry.weightedBytes();
                        entry.weight *= 2;
                        current += entry.weightedBytes();
                    }
                    entry.next = kept;
                    kept = entry;
                }
                drop = !drop;
                entry = next;
            }
            stripe.table[i] = kept;
        }
    }

    /** The entry of this very object; null if it is not followed. */
    @Nullable Entry find(Object object) {
        int hash = System.identityHashCode(object);
        Stripe stripe = stripes[hash & STRIPES - 1];
        synchronized (stripe) {
            for (Entry entry = stripe.table[index(hash, stripe.table.length)]; entry != null; entry = entry.next) {
                if (entry.hash == hash && entry.refersTo(object)) {
                    return entry;
                }
            }
            return null;
        }
    }

    /**
     * Visits all objects that are alive as of the last collection, and lets go of the others. The queue alone would not
     * do: the JVM fills it some time after the collection.
     */
    void forEach(Consumer<Entry> visitor) {
        canary = new WeakReference<>(new Object());
        expunge();
        for (Stripe stripe : stripes) {
            synchronized (stripe) {
                for (int i = 0; i < stripe.table.length; i++) {
                    stripe.table[i] = living(stripe, stripe.table[i], visitor);
                }
            }
        }
    }

    /** Lets go of what a collection since the last time took, whether or not the JVM has filled the queue by now. */
    private void sweep() {
        if (canary.refersTo(null)) {
            forEach(NOTHING);
        }
    }

    private @Nullable Entry living(Stripe stripe, @Nullable Entry head, Consumer<Entry> visitor) {
        Entry kept = null;
        for (Entry entry = head; entry != null; ) {
            Entry next = entry.next;
            if (entry.refersTo(null)) {
                stripe.size--;
                forget(entry);
            } else {
                visitor.accept(entry);
                entry.next = kept;
                kept = entry;
            }
            entry = next;
        }
        return kept;
    }

    /** Forgets all. */
    void clear() {
        for (Stripe stripe : stripes) {
            synchronized (stripe) {
                for (@Nullable Entry head : stripe.table) {
                    for (Entry entry = head; entry != null; entry = entry.next) {
                        forget(entry);
                    }
                }
                Arrays.fill(stripe.table, null);
                stripe.size = 0;
            }
        }
        synchronized (this) {
            thinning = 1;
            peak = current;
        }
    }

    /** Weighted bytes that the last collection left, and those of objects made since. */
    long currentBytes() {
        sweep();
        synchronized (this) {
            return Math.max(0, current);
        }
    }

    /** Largest {@link #currentBytes} since the last reset. */
    long peakBytes() {
        long now = currentBytes();
        synchronized (this) {
            return Math.max(peak, now);
        }
    }

    void resetPeak() {
        sweep();
        synchronized (this) {
            peak = current;
        }
    }

    /** How many objects each followed one stands for because the limit was reached; 1 if it was not. */
    synchronized int thinning() {
        return thinning;
    }

    synchronized long overheadBytes() {
        return entries * ENTRY_BYTES;
    }
}
