package io.tracemalloc.capture.bytebuddy;

import io.tracemalloc.capture.bytebuddy.SiteTable.Kind;
import io.tracemalloc.capture.bytebuddy.SiteTable.Origin;
import io.tracemalloc.capture.bytebuddy.SiteTable.Site;
import io.tracemalloc.capture.bytebuddy.SiteTable.Slot;
import io.tracemalloc.internal.CacheDirectory;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Instrumented classes of earlier runs, so that a start does not have to instrument the JDK again.
 *
 * <p>A class is taken from here only if its name and the checksum and length of its original bytes are the same, and the
 * whole file only if the JVM and the agent are. Safe for any thread.
 */
/*
 * File: magic, length, checksum up to the end of the table, key, end of slots, end of sites, table of entry offsets (open
 * addressing by the class name's hash, a power of two), entries. An entry: its length and checksum, and at the offset the
 * class's checksum, name, bytes and source file, and its numbers with what they stand for. Nothing damaged is used: the
 * JVM does not verify classes of the JDK.
 * Numbers are baked into the class bytes, so a file is one space of numbers: a new file is the old one plus the
 * classes of one run, and of two runs that end at the same time the later one wins.
 */
final class TransformCache {

    private static final int MAGIC = 0x74726d37;
    /** Bytes of magic, length and checksum. */
    private static final int HEAD = 12;

    /** Bytes of an entry in front of its offset. */
    private static final int ENTRY_HEAD = 8;

    private static final int MAX_FILE_BYTES = 96 << 20;
    /** They wait in memory until the JVM ends. */
    private static final long MAX_ADDED_BYTES = 24 << 20;

    private static final int MAX_SLOTS = 300_000;

    /** Of a cache, and of one that was not written to its end. */
    private static final String OWN_NAME = "classes-[0-9a-f]+\\.bin(\\.[0-9]+\\.tmp)?";

    private static final class Added {
        private final String className;
        /** As in the file, with room in front for length and checksum. */
        private final byte[] entry;

        Added(String className, byte[] entry) {
            this.className = className;
            this.entry = entry;
        }

        String className() {
            return className;
        }

        byte[] entry() {
            return entry;
        }
    }

    private final Path file;
    private final String key;
    private final @Nullable ByteBuffer content;
    private final int slotEnd;
    private final int siteEnd;
    private final int tableStart;
    private final int tableSize;

    /** Guarded by itself. */
    private final List<Added> added = new ArrayList<>();

    /** Guarded by {@link #added}. */
    private long addedBytes;

    private TransformCache(Path file, String key, @Nullable ByteBuffer content) {
        this.file = file;
        this.key = key;
        this.content = content;
        if (content == null) {
            slotEnd = 0;
            siteEnd = 0;
            tableStart = 0;
            tableSize = 0;
        } else {
            slotEnd = content.getInt();
            siteEnd = content.getInt();
            tableSize = content.getInt();
            tableStart = content.position();
        }
    }

    /**
     * Opens the cache; it is empty if there is no usable file, or others than this user and root may have written it.
     *
     * @param key names the JVM and the agent
     */
    static TransformCache open(Path file, String key) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            ByteBuffer content = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    && CacheDirectory.isTrusted(file)
                    && content.getInt() == MAGIC
                    && content.getInt() == channel.size()
                    && content.getInt() == checksum(content, HEAD, endOfTable(content))
                    && text(content).equals(key)) {
                return new TransformCache(file, key, content);
            }
        } catch (IOException | RuntimeException unusable) {
            // As if there were none.
        }
        return new TransformCache(file, key, null);
    }

    private static int endOfTable(ByteBuffer content) {
        ByteBuffer view = content.duplicate();
        view.position(HEAD);
        view.position(HEAD + 2 + (view.getShort() & 0xFFFF) + 8);
        return Math.addExact(Math.multiplyExact(view.getInt(), 4), view.position());
    }

    private static int checksum(ByteBuffer content, int from, int to) {
        ByteBuffer part = content.duplicate();
        part.limit(to).position(from);
        CRC32C checksum = new CRC32C();
        checksum.update(part);
        return (int) checksum.getValue();
    }

    /** Whether an entry is as it was written. */
    private static boolean isIntact(ByteBuffer content, int entry) {
        int length = content.getInt(entry - ENTRY_HEAD);
        return length > 0
                && length <= content.capacity() - entry
                && content.getInt(entry - 4) == checksum(content, entry, entry + length);
    }

    /** A cache that knows nothing, keeps nothing and is never written. */
    static TransformCache none() {
        return new TransformCache(Path.of(""), "", null);
    }

    /** Whether classes are noted for a next file. */
    boolean isKept() {
        return !key.isEmpty();
    }

    /** One more than the highest slot that its classes use. */
    int slotEnd() {
        return slotEnd;
    }

    /** One more than the highest site that its classes use. */
    int siteEnd() {
        return siteEnd;
    }

    /** Whether nothing is known. */
    boolean isEmpty() {
        return content == null;
    }

    /** The entry of this class; -1 if there is none with this checksum. */
    int find(String className, long checksum) {
        if (content == null) {
            return -1;
        }
        int mask = tableSize - 1;
        for (int i = spread(className) & mask; ; i = (i + 1) & mask) {
            int entry = content.getInt(tableStart + 4 * i);
            if (entry == 0) {
                return -1;
            }
            if (content.getLong(entry) == checksum && hasName(entry, className)) {
                return isIntact(content, entry) ? entry : -1;
            }
        }
    }

    /** Whether all known classes of this name have nothing to instrument. */
    boolean isKnownWithoutHooks(String className) {
        if (content == null) {
            return false;
        }
        boolean known = false;
        int mask = tableSize - 1;
        for (int i = spread(className) & mask; ; i = (i + 1) & mask) {
            int entry = content.getInt(tableStart + 4 * i);
            if (entry == 0) {
                return known;
            }
            if (hasName(entry, className)) {
                known = true;
                if (content.getInt(entry + 10 + className.length()) != 0 || !isIntact(content, entry)) {
                    return false;
                }
            }
        }
    }

    private boolean hasName(int entry, String className) {
        ByteBuffer at = at(entry + 8);
        int length = at.getShort() & 0xFFFF;
        if (length != className.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (className.charAt(i) != (at.get() & 0xFF)) {
                return false;
            }
        }
        return true;
    }

    private static int spread(String className) {
        int hash = className.hashCode() * 0x9E3779B9;
        return hash ^ hash >>> 15;
    }

    private ByteBuffer at(int position) {
        if (content == null) {
            throw new IllegalStateException("empty");
        }
        ByteBuffer view = content.duplicate();
        view.position(position);
        return view;
    }

    /** The instrumented class; null if it has nothing to instrument. */
    byte @Nullable [] classBytes(int entry) {
        ByteBuffer view = at(entry + 8);
        view.position(view.position() + 2 + (view.getShort(view.position()) & 0xFFFF));
        byte[] bytes = new byte[view.getInt()];
        view.get(bytes);
        return bytes.length == 0 ? null : bytes;
    }

    /** Tells a table what the numbers in the class stand for; returns whose they are. */
    ClassSites describe(int entry, WeakReference<@Nullable ClassLoader> loader, SiteTable table) {
        ByteBuffer view = at(entry + 8);
        String className = text(view);
        int length = view.getInt();
        view.position(view.position() + length);
        String source = text(view);
        ClassSites owner = new ClassSites(loader, className, source.isEmpty() ? null : source);
        int count = view.getInt();
        for (int i = 0; i < count; i++) {
            int what = view.get() & 0xFF;
            int number = view.getInt();
            int line = view.getInt();
            Location location = new Location(owner, text(view), line);
            String type = text(view);
            restore((char) what, number, location, type, table);
        }
        return owner;
    }

    private static void restore(char code, int number, Location location, String type, SiteTable table) {
        for (Kind kind : Kind.values()) {
            if (kind.code == code) {
                table.restore(new Slot(number, kind, location, type, null));
                return;
            }
        }
        for (Origin origin : Origin.values()) {
            if (origin.code == code) {
                table.restore(new Site(number, origin, location, type));
                return;
            }
        }
    }

    private static String text(ByteBuffer from) {
        byte[] bytes = new byte[from.getShort() & 0xFFFF];
        from.get(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /**
     * Notes a class for the next file. Classes with names beyond Latin 1 are left out.
     *
     * <p>Runs while the JDK's classes are retransformed: nothing here may initialise one of them, as a DataOutputStream
     * would, whose ByteArray the program then finds broken by a ClassCircularityError.
     */
    void add(String className, long checksum, @Nullable String source, byte @Nullable [] bytes, List<Object> numbers) {
        if (!isLatin1(className) || (source != null && !isLatin1(source))) {
            return;
        }
        byte[] hooked = bytes == null ? new byte[0] : bytes;
        String sourceFile = source == null ? "" : source;
        int size = ENTRY_HEAD + 8 + 2 + className.length() + 4 + hooked.length + 2 + sourceFile.length() + 4;
        for (Object number : numbers) {
            String method = locationOf(number).method();
            String type = typeOf(number);
            if (!isLatin1(method) || !isLatin1(type) || method.length() + type.length() > 0xFFFF) {
                return;
            }
            size += 1 + 4 + 4 + 2 + method.length() + 2 + type.length();
        }
        ByteBuffer entry = ByteBuffer.allocate(size);
        entry.position(ENTRY_HEAD);
        entry.putLong(checksum);
        put(entry, className);
        entry.putInt(hooked.length).put(hooked);
        put(entry, sourceFile);
        entry.putInt(numbers.size());
        for (Object number : numbers) {
            if (number instanceof Slot slot) {
                entry.put((byte) slot.kind().code).putInt(slot.number());
            } else {
                Site site = (Site) number;
                entry.put((byte) site.origin().code).putInt(site.number());
            }
            entry.putInt(locationOf(number).line());
            put(entry, locationOf(number).method());
            put(entry, typeOf(number));
        }
        // Only here does it matter whether anything is kept: the warm-up goes this way for what it initialises.
        synchronized (added) {
            if (isKept() && addedBytes < MAX_ADDED_BYTES) {
                added.add(new Added(className, entry.array()));
                addedBytes += size;
            }
        }
    }

    private static Location locationOf(Object number) {
        return number instanceof Slot slot ? slot.location() : ((Site) number).location();
    }

    private static String typeOf(Object number) {
        return number instanceof Slot slot ? slot.type() : ((Site) number).target();
    }

    private static void put(ByteBuffer out, String text) {
        out.putShort((short) text.length()).put(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static boolean isLatin1(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xFF) {
                return false;
            }
        }
        return true;
    }

    /** How many classes were noted since the last file. */
    int added() {
        synchronized (added) {
            return added.size();
        }
    }

    /** Bytes of the classes that wait for the next file. */
    long overheadBytes() {
        synchronized (added) {
            return addedBytes;
        }
    }

    /**
     * Writes a new file with everything known, whole or not at all. Of what was known it takes nothing onto the heap,
     * which is the program's and may be full.
     *
     * @param slots one more than the highest slot given
     * @param sites one more than the highest site given
     * @return whether there is a new file
     */
    boolean write(int slots, int sites) throws IOException {
        List<Added> fresh;
        long size = content == null ? 0 : content.capacity();
        synchronized (added) {
            fresh = new ArrayList<>(added);
            size += addedBytes;
            added.clear();
            addedBytes = 0;
        }
        if (fresh.isEmpty() || slots > MAX_SLOTS || size > MAX_FILE_BYTES) {
            return false;
        }
        int[] known = known();
        ByteBuffer head = head(known, fresh, slots, sites);
        Path directory = file.toAbsolutePath().getParent();
        Files.createDirectories(directory);
        Path temporary = Files.createTempFile(directory, file.getFileName() + ".", ".tmp");
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                write(channel, head);
                for (int entry : known) {
                    int from = entry - ENTRY_HEAD;
                    write(channel, at(from).limit(entry + at(from).getInt()));
                }
                for (Added one : fresh) {
                    write(channel, ByteBuffer.wrap(one.entry()));
                }
                channel.force(false);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
        return true;
    }

    /** Deletes the caches beside this one that were written longer ago; the directory may hold what is not ours. */
    void deleteOlderThan(long millis) throws IOException {
        long oldest = System.currentTimeMillis() - millis;
        try (DirectoryStream<Path> others =
                Files.newDirectoryStream(file.toAbsolutePath().getParent(), "classes-*")) {
            for (Path other : others) {
                if (other.getFileName().toString().matches(OWN_NAME)
                        && Files.getLastModifiedTime(other).toMillis() < oldest) {
                    Files.deleteIfExists(other);
                }
            }
        }
    }

    private static void write(FileChannel channel, ByteBuffer part) throws IOException {
        while (part.hasRemaining()) {
            channel.write(part);
        }
    }

    /** The entries of the old file, without the damaged ones. */
    private int[] known() {
        int[] entries = new int[tableSize];
        int count = 0;
        for (int i = 0; i < tableSize; i++) {
            int entry = at(tableStart + 4 * i).getInt();
            if (entry != 0 && content != null && isIntact(content, entry)) {
                entries[count++] = entry;
            }
        }
        return Arrays.copyOf(entries, count);
    }

    /** What stands in front of the entries; gives the new ones their lengths and checksums. */
    private ByteBuffer head(int[] known, List<Added> fresh, int slots, int sites) {
        int places = Integer.highestOneBit(Math.max(1, known.length + fresh.size())) << 2;
        byte[] keyBytes = key.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer head = ByteBuffer.allocate(HEAD + 2 + keyBytes.length + 12 + 4 * places);
        head.position(HEAD);
        head.putShort((short) keyBytes.length).put(keyBytes);
        head.putInt(slots).putInt(sites).putInt(places);
        ByteBuffer table = head.slice();
        int position = head.capacity();
        for (int entry : known) {
            position += ENTRY_HEAD;
            enter(table, text(at(entry + 8)), position);
            position += at(entry - ENTRY_HEAD).getInt();
        }
        for (Added one : fresh) {
            ByteBuffer entry = ByteBuffer.wrap(one.entry());
            entry.putInt(entry.capacity() - ENTRY_HEAD).putInt(checksum(entry, ENTRY_HEAD, entry.capacity()));
            enter(table, one.className(), position + ENTRY_HEAD);
            position += entry.capacity();
        }
        head.position(0);
        head.putInt(MAGIC).putInt(position).putInt(checksum(head, HEAD, head.capacity()));
        return head.position(0);
    }

    private static void enter(ByteBuffer table, String className, int entry) {
        int mask = table.capacity() / 4 - 1;
        int i = spread(className) & mask;
        while (table.getInt(4 * i) != 0) {
            i = (i + 1) & mask;
        }
        table.putInt(4 * i, entry);
    }
}
