#!/usr/bin/env python3
"""Channels side by side: ours, Go's, GAsyncQueue, mutex and condition variable.

    bench/runtime/channel/run.py [ROUNDS] [BUILD_DIR]

Builds channel_bench (C) and channel_go (Go), then runs all rivals of a shape in turns, ROUNDS times (15), so that
what the machine does meanwhile hits all alike, and prints medians in nanoseconds per message and their ratios.  The
rows with a goal are those of the project's speed table.  Needs cmake, pkg-config, glib-2.0 and go.
"""
import os
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


def measure(bench, go, shape, rounds):
    senders, receivers, capacity, messages = shape[:4]
    arguments = [str(n) for n in (senders, receivers, capacity, messages)]
    rivals = {"rh": [bench, "rh"], "go": [go]}
    if capacity:
        rivals["gasync"] = [bench, "gasync"]
        rivals["condvar"] = [bench, "condvar"]
    times = {name: [] for name in rivals}
    for _ in range(rounds):
        for name, command in rivals.items():
            out = subprocess.run(command + arguments, check=True, capture_output=True, text=True).stdout
            times[name].append(float(out))
    return {name: statistics.median(values) for name, values in times.items()}


def verdict(ratio, goal):
    if goal is None:
        return f"{ratio:.2f}"
    return f"{ratio:.2f} (goal {goal:.2f}, {'met' if ratio <= goal else 'MISSED'})"


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    place = sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp(prefix="rh-bench-")
    bench, go = build(place)
    print(f"{rounds} rounds in turns, medians, nanoseconds per message, {os.cpu_count()} processors")
    for shape in SHAPES:
        senders, receivers, capacity, _, goal_go, goal_gasync = shape
        medians = measure(bench, go, shape, rounds)
        text = [f"{senders}x{receivers} cap {capacity:<5}", f"rh {medians['rh']:8.1f}", f"go {medians['go']:8.1f}",
                "vs go " + verdict(medians["rh"] / medians["go"], goal_go)]
        if "gasync" in medians:
            text += [f"GAsyncQueue {medians['gasync']:8.1f}",
                     "vs it " + verdict(medians["rh"] / medians["gasync"], goal_gasync),
                     f"condvar {medians['condvar']:8.1f}", f"vs it {medians['rh'] / medians['condvar']:.2f}"]
        print("  ".join(text), flush=True)


if __name__ == "__main__":
    main()
