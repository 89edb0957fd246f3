package io.tracemalloc.cli;

import io.tracemalloc.statistic.SizeFormat;
import io.tracemalloc.statistic.StatisticDiff;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A limit that {@code diff} checks, for build servers: {@code [total-](size|count)>[+]N[k|m|g|%]}.
 *
 * <p>Without {@code total-} it holds for every group, printed or not; with {@code +} it is about the growth from the
 * old snapshot to the new one, which may be a percentage of the old value. {@code grew>10%} is short for
 * {@code total-size>+10%}. Something that grew from nothing exceeds every percentage.
 */
record FailOn(String text, boolean total, boolean count, boolean growth, boolean percent, double limit) {

    private static final Pattern FORM =
            Pattern.compile("(grew|(total-)?(size|count))>(\\+?)([0-9]+(?:\\.[0-9]+)?)([kmg%]?)");

    /** Reads one; {@link IllegalArgumentException} with the form if it is none. */
    static FailOn parse(String text) {
        Matcher matcher = FORM.matcher(text.replace(" ", "").toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("must be [total-](size|count)>[+]N[k|m|g|%] or grew>N[k|m|g|%], got '"
                    + text + "'; for example size>+10m, count>1000, grew>10%");
        }
        boolean grew = matcher.group(1).equals("grew");
        String unit = matcher.group(6);
        boolean growth = grew || !matcher.group(4).isEmpty();
        if (unit.equals("%") && !growth) {
            throw new IllegalArgumentException("a percentage is about growth: write >+N%, got '" + text + "'");
        }
        return new FailOn(
                text,
                grew || matcher.group(2) != null,
                "count".equals(matcher.group(3)),
                growth,
                unit.equals("%"),
                Double.parseDouble(matcher.group(5)) * factor(unit));
    }

    private static double factor(String unit) {
        return switch (unit) {
            case "k" -> 1L << 10;
            case "m" -> 1L << 20;
            case "g" -> 1L << 30;
            default -> 1;
        };
    }

    /** Values of the whole comparison. */
    record Totals(long size, long sizeDiff, long count, long countDiff) {}

    /** The first violation in words; empty if there is none. */
    Optional<String> violation(List<StatisticDiff> groups, Totals totals) {
        if (total) {
            return violation(
                    "total", count ? totals.count() : totals.size(), count ? totals.countDiff() : totals.sizeDiff());
        }
        for (StatisticDiff group : groups) {
            Optional<String> found = violation(
                    Report.Row.of(group).label(),
                    count ? group.count() : group.size(),
                    count ? group.countDiff() : group.sizeDiff());
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private Optional<String> violation(String who, long value, long difference) {
        long old = value - difference;
        double measured = !growth ? value : percent ? growthPercent(old, difference) : difference;
        if (measured <= limit) {
            return Optional.empty();
        }
        String what = count ? "count" : "size";
        return Optional.of(who + ": " + what + ' ' + (growth ? "grew from " + words(old) + " to " : "is ")
                + words(value) + " (" + text + ')');
    }

    private static double growthPercent(long old, long difference) {
        return old == 0 ? difference > 0 ? Double.POSITIVE_INFINITY : 0 : 100.0 * difference / old;
    }

    private String words(long value) {
        return count ? Messages.number(value) : SizeFormat.format(value);
    }
}
