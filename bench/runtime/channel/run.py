#!/usr/bin/env python3
"""Channels side by side: ours, Go's, GAsyncQueue, mutex and condition variable.

    bench/runtime/channel/run.py [ROUNDS] [BUILD_DIR]

Builds channel_bench (C) and channel_go (Go), then runs all rivals of a shape in turns, ROUNDS times (15), so that
what the machine does meanwhile hits all alike, and prints medians in nanoseconds per message and their ratios: of the
time by the clock, and in brackets of the processor time of all threads, which depends less on what else the machine
does.  The rows with a goal are those of the project's speed table.  Needs cmake, pkg-config, glib-2.0 and go.
"""
import os
import resource
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
# senders, receivers, capacity, messages, goal against Go, goal against GAsyncQueue
SHAPES = [
    (1, 1, 1024, 1000000, 0.8, 0.35),
    (2, 2, 64, 1000000, 0.8, 0.35),
    (4, 4, 64, 1000000, 1.0, 0.35),
    (1, 1, 0, 100000, None, None),
    (8, 8, 16, 500000, None, None),
    (1, 4, 64, 500000, None, None),
    (4, 1, 64, 500000, None, None),
]


def build(place):
    runtime = os.path.dirname(HERE)
    subprocess.run(["cmake", "-S", runtime, "-B", place, "-DCMAKE_BUILD_TYPE=Release"], check=True,
                   stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", place, "--target", "channel_bench"], check=True, stdout=subprocess.DEVNULL)
    go = os.path.join(place, "channel_go")
    environment = dict(os.environ, GOCACHE=os.path.join(place, "gocache"), GO111MODULE="off")
    subprocess.run(["go", "build", "-o", go, os.path.join(HERE, "main.go")], check=True, env=environment)
    return os.path.join(place, "channel_bench"), go


def processor_time():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(bench, go, shape, rounds):
    senders, receivers, capacity, messages = shape[:4]
    arguments = [str(n) for n in (senders, receivers, capacity, messages)]
    rivals = {"rh": [bench, "rh"], "go": [go]}
    if capacity:
        rivals["gasync"] = [bench, "gasync"]
        rivals["condvar"] = [bench, "condvar"]
    times = {name: [] for name in rivals}
    work = {name: [] for name in rivals}
    for _ in range(rounds):
        for name, command in rivals.items():
            before = processor_time()
            out = subprocess.run(command + arguments, check=True, capture_output=True, text=True).stdout
            work[name].append((processor_time() - before) * 1e9 / messages)
            times[name].append(float(out))
    return {name: (statistics.median(times[name]), statistics.median(work[name])) for name in rivals}


def against(medians, rival, goal):
    ratio = medians["rh"][0] / medians[rival][0]
    met = "" if goal is None else f", goal {goal:.2f} {'met' if ratio <= goal else 'MISSED'}"
    return (f"{rival} {medians[rival][0]:.1f} [{medians[rival][1]:.1f}]: "
            f"{ratio:.2f} x [{medians['rh'][1] / medians[rival][1]:.2f} x]{met}")


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    place = sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp(prefix="rh-bench-")
    bench, go = build(place)
    print(f"{rounds} rounds in turns, medians, nanoseconds per message, {os.cpu_count()} processors")
    for shape in SHAPES:
        senders, receivers, capacity, _, goal_go, goal_gasync = shape
        medians = measure(bench, go, shape, rounds)
        text = [f"{senders}x{receivers} cap {capacity:<5}", f"rh {medians['rh'][0]:.1f} [{medians['rh'][1]:.1f}]",
                against(medians, "go", goal_go)]
        if "gasync" in medians:
            text += [against(medians, "gasync", goal_gasync), against(medians, "condvar", None)]
        print("  ".join(text), flush=True)


if __name__ == "__main__":
    main()
