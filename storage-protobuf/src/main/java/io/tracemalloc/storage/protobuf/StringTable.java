package io.tracemalloc.storage.protobuf;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The strings of a file in order of first use; the empty one is first. */
final class StringTable {

    private final Map<String, Integer> indices = new LinkedHashMap<>();

    StringTable() {
        index("");
    }

    int index(String text) {
        Integer known = indices.putIfAbsent(text, indices.size());
        return known == null ? indices.size() - 1 : known;
    }

    Set<String> inOrder() {
        return indices.keySet();
    }
}
