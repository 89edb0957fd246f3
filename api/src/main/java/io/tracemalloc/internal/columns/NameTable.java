package io.tracemalloc.internal.columns;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Interns names: equal names get equal ids, dense from 0. Not safe for several threads while it grows. */
public final class NameTable {

    private final Map<String, Integer> ids = new HashMap<>();
    private final List<String> names = new ArrayList<>();

    /** A table whose id 0 is the empty name: unknown. */
    public static NameTable withUnknown() {
        NameTable table = new NameTable();
        table.intern("");
        return table;
    }

    /** Number of distinct names. */
    public int size() {
        return names.size();
    }

    /** The name with this id. */
    public String name(int id) {
        return names.get(id);
    }

    /** The id of a name. */
    public int intern(String name) {
        Integer known = ids.get(Objects.requireNonNull(name, "name"));
        if (known != null) {
            return known;
        }
        int id = names.size();
        ids.put(name, id);
        names.add(name);
        return id;
    }
}
