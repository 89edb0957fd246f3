package com.acme.tracemalloc;

import io.tracemalloc.spi.AllocationGroup;
import io.tracemalloc.spi.GroupingProvider;

/** {@code --group-by kind}: strings, boxes, lambdas, arrays and all other objects. */
public final class ByKind implements GroupingProvider {

    @Override
    public String name() {
        return "kind";
    }

    @Override
    public String keyOf(AllocationGroup allocations) {
        String type = allocations.className();
        if (type.endsWith("[]")) {
            return type.indexOf('[') == type.length() - 2 && type.indexOf('.') < 0
                    ? "primitive arrays"
                    : "arrays of objects";
        }
        if (type.contains("$$Lambda")) {
            return "lambdas";
        }
        return switch (type) {
            case "java.lang.String" -> "strings";
            case "java.lang.Boolean",
                    "java.lang.Byte",
                    "java.lang.Character",
                    "java.lang.Short",
                    "java.lang.Integer",
                    "java.lang.Long",
                    "java.lang.Float",
                    "java.lang.Double" -> "boxes";
            default -> "other objects";
        };
    }
}
