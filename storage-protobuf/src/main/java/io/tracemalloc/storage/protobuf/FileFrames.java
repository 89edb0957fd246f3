package io.tracemalloc.storage.protobuf;

import io.tracemalloc.Frame;
import io.tracemalloc.SnapshotFormatException;
import io.tracemalloc.spi.AllocationSink;
import java.io.IOException;
import java.util.Arrays;

/** Mappings, functions and locations of a file that is being read, and the frames that they stand for. */
final class FileFrames {

    private static final int NOT_YET = -1;

    /** Calls inlined at one place; compilers stop far below. */
    private static final int MAX_LINES = 4096;

    private final FileStrings strings;
    private final MemoryBudget budget;
    private final AllocationSink sink;

    private final IdTable mappings;
    private final LongList mappingFile = new LongList();

    private final IdTable functions;
    private final LongList functionName = new LongList();
    private final LongList functionFile = new LongList();
    private final LongList functionClassLength = new LongList();

    private final IdTable locations;
    private final LongList locationMapping = new LongList();
    private final LongList locationAddress = new LongList();
    /** Of a location without symbols: frame id in the sink, or {@link #NOT_YET}. */
    private final LongList locationFrame = new LongList();

    /** Where the lines of a location start; one entry more than locations. */
    private final LongList firstLine = new LongList();

    private final LongList lineFunction = new LongList();
    private final LongList lineNumber = new LongList();
    /** Frame id in the sink, or {@link #NOT_YET}. */
    private final LongList lineFrame = new LongList();

    private String unknownFile = Frame.UNKNOWN.fileName();
    private int[] stack = new int[64];
    private int depth;

    FileFrames(FileStrings strings, MemoryBudget budget, AllocationSink sink) {
        this.strings = strings;
        this.budget = budget;
        this.sink = sink;
        mappings = new IdTable("mapping", budget);
        functions = new IdTable("function", budget);
        locations = new IdTable("location", budget);
        firstLine.add(0);
    }

    /** The file is one of ours: file names are taken as they are, an empty one too. */
    void takeNamesAsTheyAre() {
        unknownFile = "";
    }

    void readMapping(WireReader in) throws IOException {
        long id = 0;
        long file = 0;
        long outer = in.enter();
        while (in.nextField()) {
            switch (in.field()) {
                case Schema.MAPPING_ID -> id = in.number();
                case Schema.MAPPING_FILENAME -> file = in.number();
                default -> in.skip();
            }
        }
        in.leave(outer);
        budget.take(MemoryBudget.NUMBER);
        mappings.add(id);
        mappingFile.add(file);
    }

    void readFunction(WireReader in) throws IOException {
        long id = 0;
        long name = 0;
        long file = 0;
        long classLength = 0;
        long outer = in.enter();
        while (in.nextField()) {
            switch (in.field()) {
                case Schema.FUNCTION_ID -> id = in.number();
                case Schema.FUNCTION_NAME -> name = in.number();
                case Schema.FUNCTION_FILENAME -> file = in.number();
                case Schema.FUNCTION_CLASS_LENGTH -> classLength = in.number();
                default -> in.skip();
            }
        }
        in.leave(outer);
        budget.take(3 * MemoryBudget.NUMBER);
        functions.add(id);
        functionName.add(name);
        functionFile.add(file);
        functionClassLength.add(classLength);
    }

    void readLocation(WireReader in) throws IOException {
        long id = 0;
        long mapping = 0;
        long address = 0;
        int lines = 0;
        long outer = in.enter();
        while (in.nextField()) {
            switch (in.field()) {
                case Schema.LOCATION_ID -> id = in.number();
                case Schema.LOCATION_MAPPING_ID -> mapping = in.number();
                case Schema.LOCATION_ADDRESS -> address = in.number();
                case Schema.LOCATION_LINE -> readLine(in, ++lines);
                default -> in.skip();
            }
        }
        in.leave(outer);
        budget.take(4 * MemoryBudget.NUMBER);
        locations.add(id);
        locationMapping.add(mapping);
        locationAddress.add(address);
        locationFrame.add(NOT_YET);
        firstLine.add(lineFrame.size());
    }

    private void readLine(WireReader in, int line) throws IOException {
        if (line > MAX_LINES) {
            throw new SnapshotFormatException("expected at most " + MAX_LINES + " calls at one location, found more");
        }
        long function = 0;
        long number = 0;
        long outer = in.enter();
        while (in.nextField()) {
            switch (in.field()) {
                case Schema.LINE_FUNCTION_ID -> function = in.number();
                case Schema.LINE_LINE -> number = in.number();
                default -> in.skip();
            }
        }
        in.leave(outer);
        addLine(function, number);
    }

    private void addLine(long function, long number) throws SnapshotFormatException {
        budget.take(3 * MemoryBudget.NUMBER);
        lineFunction.add(function);
        lineNumber.add(number);
        lineFrame.add(NOT_YET);
    }

    /** Starts an empty traceback. */
    void clear() {
        depth = 0;
    }

    /** Adds the frames of a location: several, innermost first, where calls were inlined. */
    void push(long locationId) throws SnapshotFormatException {
        int location = locations.place(locationId);
        int first = (int) firstLine.get(location);
        int end = (int) firstLine.get(location + 1);
        if (first == end) {
            pushFrame(addressFrame(location));
        }
        for (int line = first; line < end; line++) {
            pushFrame(lineFrame(line));
        }
    }

    int depth() {
        return depth;
    }

    /** The traceback of what was pushed; a total that is smaller than that is taken for unknown. */
    int traceback(long totalFrames) {
        int total = totalFrames < depth || totalFrames > Integer.MAX_VALUE ? 0 : (int) totalFrames;
        return sink.traceback(stack, depth, total);
    }

    private void pushFrame(int frame) throws SnapshotFormatException {
        if (depth == Schema.MAX_FRAMES) {
            throw new SnapshotFormatException(
                    "expected tracebacks of at most " + Schema.MAX_FRAMES + " frames, found a longer one");
        }
        if (depth == stack.length) {
            stack = Arrays.copyOf(stack, depth * 2);
        }
        stack[depth++] = frame;
    }

    private int lineFrame(int line) throws SnapshotFormatException {
        if (lineFrame.get(line) == NOT_YET) {
            budget.take(2 * MemoryBudget.ENTRY);
            lineFrame.set(line, symbol(line));
        }
        return (int) lineFrame.get(line);
    }

    private int addressFrame(int location) throws SnapshotFormatException {
        if (locationFrame.get(location) == NOT_YET) {
            budget.take(2 * MemoryBudget.ENTRY);
            locationFrame.set(location, address(location));
        }
        return (int) locationFrame.get(location);
    }

    private int symbol(int line) throws SnapshotFormatException {
        long number = lineNumber.get(line);
        int sourceLine = number < 0 || number > Integer.MAX_VALUE ? 0 : (int) number;
        if (lineFunction.get(line) == 0) {
            return sink.frame("", "", unknownFile, sourceLine);
        }
        int function = functions.place(lineFunction.get(line));
        SplitName name = split(strings.get(functionName.get(function)), functionClassLength.get(function));
        String file = strings.get(functionFile.get(function));
        return sink.frame(name.className(), name.methodName(), file.isEmpty() ? unknownFile : file, sourceLine);
    }

    private static SplitName split(String name, long classLength) throws SnapshotFormatException {
        if (classLength == 0) {
            return SplitName.atLastDot(name);
        }
        if (classLength < 0 || classLength > name.length()) {
            throw new SnapshotFormatException("expected a class within the name of " + name.length()
                    + " characters, found length " + Long.toUnsignedString(classLength));
        }
        return SplitName.at(name, (int) classLength - 1);
    }

    /** Without symbols the frame is the address. */
    private int address(int location) throws SnapshotFormatException {
        long mapping = locationMapping.get(location);
        String file = mapping == 0 ? "" : strings.get(mappingFile.get(mappings.place(mapping)));
        String address = "0x" + Long.toHexString(locationAddress.get(location));
        return sink.frame("", address, file.isEmpty() ? Frame.UNKNOWN.fileName() : file, 0);
    }
}
