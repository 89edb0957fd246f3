package io.tracemalloc.capture.bytebuddy;

import io.tracemalloc.capture.bytebuddy.boot.Recorder;
import io.tracemalloc.internal.analysis.ProgramClasses;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All allocation sites that were instrumented: which slot or site number stands for what.
 *
 * <p>Numbers are given once and never taken back; a class that is transformed again with the same bytes and the same
 * form of hooks gets its old ones, whatever loader it comes from. Safe for any thread.
 */
final class SiteTable {

    /** What a slot counts. */
    enum Kind {
        /** Objects of a fixed size. */
        OBJECT('o'),
        /** A capturing lambda; the type is the descriptor of what it captures. */
        LAMBDA('l'),
        /** Arrays; the next slot has their bytes. */
        ARRAY('a'),
        /** Strings, each with its {@code byte[]}; the next slot has the bytes of these. */
        STRING('s'),
        /** Arrays that another slot counted as well and that are not to be counted there. */
        COUNTED_TWICE('t');

        /** Stands for it in files. */
        final char code;

        Kind(char code) {
            this.code = code;
        }
    }

    /** How the class of a block at a site of variable class is judged. */
    enum Origin {
        /** The call made the object. */
        RESULT('R'),
        /** A virtual call of {@code clone}: the VM made the object if no class overrides it. */
        CLONE('C'),
        /** A call of the superclass's {@code clone}. */
        SUPER_CLONE('S'),
        /** The call may have made objects deeper down. */
        CALLER('B');

        /** Stands for it in files; other letters than those of the kinds. */
        final char code;

        Origin(char code) {
            this.code = code;
        }
    }

    /**
     * A counter.
     *
     * @param type binary name of the allocated class; for lambdas the captured descriptor
     * @param caller the line of the program on whose behalf the JDK allocates; null if that is not told apart
     */
    record Slot(
            int number,
            Kind kind,
            Location location,
            String type,
            @Nullable Location caller) {}

    /**
     * A place that allocates blocks of classes known at run time only.
     *
     * @param target class named in the call, where it matters
     */
    record Site(int number, Origin origin, Location location, String target) {}

    /* Spelled out here and below: linking a record's own methods would cost milliseconds at start-up. */
    private record Shape(String className, long checksum, HookForm form) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Shape that
                    && checksum == that.checksum
                    && form == that.form
                    && className.equals(that.className);
        }

        @Override
        public int hashCode() {
            return Long.hashCode(checksum);
        }
    }

    private record SlotKey(
            Location location,
            String type,
            Kind kind,
            @Nullable Location caller) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof SlotKey that
                    && kind == that.kind
                    && type.equals(that.type)
                    && location.equals(that.location)
                    && Objects.equals(caller, that.caller);
        }

        @Override
        public int hashCode() {
            return (location.hashCode() * 31 + type.hashCode()) * 31 + Objects.hashCode(caller);
        }
    }

    /** The numbers of one class, slots and sites, in the order in which its instrumentation asks for them. */
    static final class Numbers {
        final ClassSites owner;
        private final IntArray given;
        private final List<Object> meaning;
        private final boolean replay;
        private int position;

        private Numbers(ClassSites owner) {
            this.owner = owner;
            this.given = new IntArray();
            this.meaning = new ArrayList<>();
            this.replay = false;
        }

        private Numbers(Numbers earlier) {
            this.owner = earlier.owner;
            this.given = earlier.given;
            this.meaning = earlier.meaning;
            this.replay = true;
        }

        /** What the numbers stand for: {@link Slot}s and {@link Site}s. */
        List<Object> meaning() {
            return meaning;
        }
    }

    private final Map<Shape, Numbers> classes = new HashMap<>();
    private final Map<SlotKey, Integer> variants = new HashMap<>();
    private @Nullable Slot[] slots;
    private @Nullable Site[] sites;
    private int nextSlot = 2;
    private int nextSite = 1;
    private long refused;
    private final TransformCache cache;
    private final @Nullable ProgramClasses programClasses;

    /** Classes taken from the cache, by their entries: what their numbers mean is read when somebody asks. */
    private final Map<Integer, WeakReference<@Nullable ClassLoader>> adopted = new HashMap<>();

    /** Those of which it was read. */
    private final Map<Integer, ClassSites> described = new HashMap<>();

    /** A table that goes on where the cache's numbers end, for counters that do not tell callers apart. */
    SiteTable(TransformCache cache) {
        this(cache, null);
    }

    /**
     * A table that goes on where the cache's numbers end.
     *
     * @param programClasses which classes call the JDK, where what it allocates is counted by caller; else null
     */
    SiteTable(TransformCache cache, @Nullable ProgramClasses programClasses) {
        this.cache = cache;
        this.programClasses = programClasses;
        nextSlot = Math.max(nextSlot, cache.slotEnd());
        nextSite = Math.max(nextSite, cache.siteEnd());
        slots = new Slot[Math.max(16 * 1024, nextSlot + 1024)];
        sites = new Site[Math.max(1024, nextSite + 1024)];
    }

    /** A class of the cache came to be used, perhaps not for the first time. */
    synchronized void adopt(int entry, @Nullable ClassLoader loader) {
        ClassSites owner = described.get(entry);
        if (owner != null) {
            owner.loadedBy(loader);
        } else {
            adopted.put(entry, ClassSites.reference(loader));
        }
    }

    /** What a class has to do for allocations to be counted by caller. */
    Callers callers(String internalName) {
        if (programClasses == null) {
            return Callers.NOT_TOLD_APART;
        }
        return programClasses.contain(internalName.replace('/', '.')) ? Callers.PROGRAM : Callers.JDK;
    }

    /** Whether a place is in the program rather than in what it calls. */
    boolean isProgram(Location location) {
        return programClasses == null || programClasses.contain(location.owner().className);
    }

    private void describeAdopted() {
        if (!adopted.isEmpty()) {
            for (Map.Entry<Integer, WeakReference<@Nullable ClassLoader>> one : adopted.entrySet()) {
                described.put(one.getKey(), cache.describe(one.getKey(), one.getValue(), this));
            }
            adopted.clear();
        }
    }

    /** What a number of a cached class stands for. */
    void restore(Slot slot) {
        slots[slot.number()] = slot;
    }

    /** What a number of a cached class stands for. */
    void restore(Site site) {
        sites[site.number()] = site;
    }

    /** Numbers for a class with these bytes: its old ones if it was instrumented before, with hooks of this form. */
    synchronized Numbers numbers(ClassSites owner, long checksum, HookForm form) {
        Numbers known = classes.get(new Shape(owner.className, checksum, form));
        return known == null ? new Numbers(owner) : new Numbers(known);
    }

    /** Numbers for a class that will not come again. */
    Numbers fresh(ClassSites owner) {
        return new Numbers(owner);
    }

    /** Remembers the numbers of a class whose instrumentation succeeded. */
    synchronized void keep(Numbers numbers, long checksum, HookForm form) {
        classes.putIfAbsent(new Shape(numbers.owner.className, checksum, form), numbers);
    }

    /** The next counters of a class, one behind the other; the first one, or 0 if there are too many. */
    synchronized int next(Numbers numbers, Kind kind, Location location, List<String> types) {
        if (numbers.replay) {
            return numbers.given.get(numbers.position++);
        }
        int first = addSlots(kind, location, types, null);
        numbers.given.add(first);
        for (int i = 0; i < types.size() && first != 0; i++) {
            numbers.meaning.add(Objects.requireNonNull(slots[first + i * width(kind)]));
        }
        return first;
    }

    /** The next site of a class; 0 if there are too many. */
    synchronized int next(Numbers numbers, Origin origin, Location location, String target) {
        if (numbers.replay) {
            return numbers.given.get(numbers.position++);
        }
        int number = addSite(origin, location, target);
        numbers.given.add(number);
        if (number != 0) {
            numbers.meaning.add(Objects.requireNonNull(sites[number]));
        }
        return number;
    }

    private static int width(Kind kind) {
        return kind == Kind.OBJECT || kind == Kind.LAMBDA ? 1 : 2;
    }

    private int addSlots(Kind kind, Location location, List<String> types, @Nullable Location caller) {
        int width = width(kind);
        int first = width == 2 ? (nextSlot + 1) & ~1 : nextSlot;
        int end = first + types.size() * width;
        if (end > Recorder.MAX_SLOTS) {
            refused += types.size();
            return 0;
        }
        if (end > slots.length) {
            slots = Arrays.copyOf(slots, Math.max(end, slots.length * 2));
        }
        for (int i = 0; i < types.size(); i++) {
            int number = first + i * width;
            slots[number] = new Slot(number, kind, location, types.get(i), caller);
        }
        nextSlot = end;
        return first;
    }

    /** The counter for this class at this place, made if need be; 0 if there are too many. */
    int slotFor(Location location, String type, Kind kind) {
        return slotFor(location, type, kind, null);
    }

    /** The counter for this class at this place on behalf of a caller, made if need be; 0 if there are too many. */
    synchronized int slotFor(Location location, String type, Kind kind, @Nullable Location caller) {
        SlotKey key = new SlotKey(location, type, kind, caller);
        Integer known = variants.get(key);
        if (known == null) {
            known = addSlots(kind, location, List.of(type), caller);
            variants.put(key, known);
        }
        return known;
    }

    private int addSite(Origin origin, Location location, String target) {
        if (nextSite == Recorder.MAX_SITES) {
            refused++;
            return 0;
        }
        if (nextSite == sites.length) {
            sites = Arrays.copyOf(sites, sites.length * 2);
        }
        sites[nextSite] = new Site(nextSite, origin, location, target);
        return nextSite++;
    }

    /** The counter with this number; null for the second of a pair and numbers not given. */
    synchronized @Nullable Slot slot(int number) {
        describeAdopted();
        return number < nextSlot ? slots[number] : null;
    }

    /** The files of all classes that have counters. */
    synchronized Map<String, String> fileNames() {
        describeAdopted();
        Map<String, String> names = new HashMap<>();
        for (int number = 0; number < nextSlot; number++) {
            Slot slot = slots[number];
            if (slot != null) {
                names.put(slot.location().owner().className, slot.location().owner().fileName);
            }
        }
        return names;
    }

    /** The site with this number. */
    synchronized Site site(int number) {
        describeAdopted();
        Site site = number < nextSite ? sites[number] : null;
        if (site == null) {
            throw new IndexOutOfBoundsException("no site " + number);
        }
        return site;
    }

    /** One more than the highest site given. */
    synchronized int siteEnd() {
        return nextSite;
    }

    /** One more than the highest slot given. */
    synchronized int slotEnd() {
        return nextSlot;
    }

    /** Allocation sites that got no number because there are too many. */
    synchronized long refused() {
        return refused;
    }

    /** About what this table holds. */
    synchronized long overheadBytes() {
        return 96L * nextSlot + 96L * nextSite + 64L * classes.size() + 96L * variants.size();
    }
}
