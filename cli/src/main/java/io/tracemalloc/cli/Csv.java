package io.tracemalloc.cli;

import java.io.PrintWriter;
import java.util.List;

/** Writes comma-separated values as RFC 4180 has them. */
final class Csv {

    private final PrintWriter out;

    Csv(PrintWriter out) {
        this.out = out;
    }

    void row(List<String> fields) {
        for (int i = 0; i < fields.size(); i++) {
            if (i > 0) {
                out.print(',');
            }
            out.print(quoted(fields.get(i)));
        }
        out.print("\r\n");
    }

    private static String quoted(String field) {
        boolean plain =
                field.indexOf(',') < 0 && field.indexOf('"') < 0 && field.indexOf('\n') < 0 && field.indexOf('\r') < 0;
        return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
    }
}
