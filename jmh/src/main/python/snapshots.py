"""Times CPython's tracemalloc on the traces that SnapshotBenchmark uses: prints one "operation seconds" a line.

python3 snapshots.py [TRACES [ROUNDS]]

2,000 allocation sites in 100 files, each reached by 12 call paths of 24 frames: 24,000 tracebacks of 25 frames. The
analyses run in a process of their own that does not trace, as tracemalloc would trace its own work.
"""

import gc
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc

FILES = 100
SITES_PER_FILE = 20
PATHS = 12
CALLERS = 24


def leaves():
    """One function per site; each allocates on a line of its own."""
    functions = []
    for file in range(FILES):
        source = "".join(f"def site{line}(size): return bytes(size)\n" for line in range(SITES_PER_FILE))
        scope = {}
        exec(compile(source, f"/app/leaf{file}.py", "exec"), scope)
        functions += [scope[f"site{line}"] for line in range(SITES_PER_FILE)]
    return functions


def paths():
    """One entry function per call path; each passes through 24 functions to the site."""
    entries = []
    for path in range(PATHS):
        source = f"def call{CALLERS - 1}(site, size): return site(size)\n"
        for depth in range(CALLERS - 2, -1, -1):
            source += f"def call{depth}(site, size): return call{depth + 1}(site, size)\n"
        scope = {}
        exec(compile(source, f"/app/path{path}.py", "exec"), scope)
        entries.append(scope["call0"])
    return entries


def random_numbers(seed):
    """The same numbers as SnapshotTraces.java: a 64-bit linear congruential generator, top 31 bits."""
    state = seed
    while True:
        state = (state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        yield state >> 33


def size_of(number):
    """Exponential, mean 80 bytes, in steps of 8."""
    return 16 + 8 * int(-8 * math.log((number + 1) / 2147483649))


def allocate(count, seed, sites, entries, blocks):
    numbers = random_numbers(seed)
    for _ in range(count):
        traceback = next(numbers) % (len(sites) * len(entries))
        size = size_of(next(numbers))
        blocks.append(entries[traceback % PATHS](sites[traceback // PATHS], size))


def timed(name, rounds, action):
    results = []
    for _ in range(rounds):
        gc.collect()
        begin = time.perf_counter()
        result = action()
        results.append(time.perf_counter() - begin)
        last = result
        del result
    print(name, f"{statistics.median(results):.4f}", flush=True)
    return last


def record(traces, rounds, folder):
    sites, entries, blocks = leaves(), paths(), []
    tracemalloc.start(CALLERS + 1)
    allocate(traces, 1, sites, entries, blocks)
    snapshot = timed("take", rounds, tracemalloc.take_snapshot)
    snapshot.dump(os.path.join(folder, "old"))
    del blocks[: traces // 10]
    allocate(traces // 10, 2, sites, entries, blocks)
    snapshot = tracemalloc.take_snapshot()
    tracemalloc.stop()
    timed("dump", rounds, lambda: snapshot.dump(os.path.join(folder, "new")))
    size = os.path.getsize(os.path.join(folder, "new"))
    print("file.bytes", size)
    print("traces", len(snapshot.traces))


def analyse(rounds, folder):
    timed("load", rounds, lambda: tracemalloc.Snapshot.load(os.path.join(folder, "new")))

    def fresh():
        """Snapshots whose lazily made tracebacks have not been asked for yet."""
        return tracemalloc.Snapshot.load(os.path.join(folder, "new"))

    def each(name, action):
        results = []
        for _ in range(rounds):
            snapshot = fresh()
            gc.collect()
            begin = time.perf_counter()
            result = action(snapshot)
            results.append(time.perf_counter() - begin)
            del result
        print(name, f"{statistics.median(results):.4f}", flush=True)

    old = tracemalloc.Snapshot.load(os.path.join(folder, "old"))
    each("statistics.line", lambda s: s.statistics("lineno"))
    each("statistics.traceback", lambda s: s.statistics("traceback"))
    each("statistics.file", lambda s: s.statistics("filename"))
    each("compare.line", lambda s: s.compare_to(old, "lineno"))
    each("compare.traceback", lambda s: s.compare_to(old, "traceback"))
    each("filter", lambda s: s.filter_traces([tracemalloc.Filter(True, "/app/leaf7.py")]))


def main():
    if len(sys.argv) > 1 and sys.argv[1] == "analyse":
        analyse(int(sys.argv[2]), sys.argv[3])
        return
    traces = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with tempfile.TemporaryDirectory() as folder:
        record(traces, rounds, folder)
        subprocess.run([sys.executable, __file__, "analyse", str(rounds), folder], check=True)


if __name__ == "__main__":
    main()
