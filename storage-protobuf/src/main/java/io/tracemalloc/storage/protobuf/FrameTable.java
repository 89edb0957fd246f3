package io.tracemalloc.storage.protobuf;

import io.tracemalloc.spi.SnapshotColumns;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Locations and functions of the frames that a snapshot's records use, numbered from 1 in order of first use. */
final class FrameTable {

    private final SnapshotColumns columns;
    private final int[] locationOfFrame;
    private final int[] frameOfLocation;
    private final int[] functionOfLocation;
    private final Map<FunctionKey, Integer> functions = new LinkedHashMap<>();
    private int locations;

    FrameTable(SnapshotColumns columns, Usage usage, StringTable strings) {
        this.columns = columns;
        locationOfFrame = new int[columns.frameCount()];
        frameOfLocation = new int[columns.frameCount() + 1];
        functionOfLocation = new int[columns.frameCount() + 1];
        for (int traceback = 0; traceback < columns.tracebackCount(); traceback++) {
            if (usage.records(traceback) > 0) {
                addFramesOf(traceback, strings);
            }
        }
    }

    private void addFramesOf(int traceback, StringTable strings) {
        for (int i = 0; i < columns.tracebackLength(traceback); i++) {
            int frame = columns.tracebackFrame(traceback, i);
            if (locationOfFrame[frame] == 0) {
                locationOfFrame[frame] = ++locations;
                frameOfLocation[locations] = frame;
                functionOfLocation[locations] = function(frame, strings);
            }
        }
    }

    private int function(int frame, StringTable strings) {
        SplitName split = new SplitName(columns.frameClass(frame), columns.frameMethod(frame));
        String name = split.joined();
        int classLength =
                SplitName.atLastDot(name).equals(split) ? 0 : split.className().length() + 1;
        FunctionKey key = new FunctionKey(strings.index(name), strings.index(columns.frameFile(frame)), classLength);
        Integer known = functions.putIfAbsent(key, functions.size() + 1);
        return known == null ? functions.size() : known;
    }

    int location(int frame) {
        return locationOfFrame[frame];
    }

    /** Appends the messages of all functions, then of all locations. */
    void write(ProfileOutput out) throws IOException {
        WireWriter message = new WireWriter();
        WireWriter line = new WireWriter();
        for (Map.Entry<FunctionKey, Integer> function : functions.entrySet()) {
            message.clear();
            message.number(Schema.FUNCTION_ID, function.getValue());
            message.number(Schema.FUNCTION_NAME, function.getKey().name());
            message.number(Schema.FUNCTION_FILENAME, function.getKey().file());
            message.number(Schema.FUNCTION_CLASS_LENGTH, function.getKey().classLength());
            out.message(Schema.PROFILE_FUNCTION, message);
        }
        for (int location = 1; location <= locations; location++) {
            line.clear();
            line.number(Schema.LINE_FUNCTION_ID, functionOfLocation[location]);
            line.number(Schema.LINE_LINE, columns.frameLine(frameOfLocation[location]));
            message.clear();
            message.number(Schema.LOCATION_ID, location);
            message.message(Schema.LOCATION_LINE, line);
            out.message(Schema.PROFILE_LOCATION, message);
        }
    }

    /**
     * What makes two functions one.
     *
     * @param name string
     * @param file string
     * @param classLength as in the file
     */
    private record FunctionKey(int name, int file, int classLength) {}
}
