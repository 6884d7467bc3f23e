#!/usr/bin/env python3
"""CPU of a cold `spawnlint check` against `clang -fsyntax-only` over the same files.

    cost.py [--spawnlint PROGRAM] [--runs N] [-j N] [PROJECT...]

Both get the same reduced compile database, one command for each source file, so that
neither gains from merging what the other repeats. CPU is user plus system time of the
process and of all its children (wait4), not of this script. Runs are interleaved, and
medians are compared. "after" is what spawnlint itself tells with --timings: lowering,
store, link, checks and reports, over libclang's parse within the same run; --stages
shows it alone, without clang's side. The table goes to stdout and to bench/out/cost.md.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import re
import shlex
import statistics
import subprocess
import sys
import tempfile
import time

here = os.path.dirname(os.path.abspath(__file__))
root = os.path.dirname(os.path.dirname(here))

# Options with an operand, and alone, that write files or name a phase.
WITH_OPERAND = {"-o", "-MF", "-MT", "-MQ", "-MJ"}
ALONE = {"-c", "-S", "-E", "-M", "-MM", "-MD", "-MMD", "-MP", "-MG", "-save-temps"}

Cost = collections.namedtuple("Cost", "cpu wall rss status stages", defaults=[None])
STAGES = ("parse", "lower", "workers", "store", "link", "checks", "finish")
AFTER = ("lower", "store", "link", "checks", "finish")


def arguments_of(entry):
    return list(entry.get("arguments") or shlex.split(entry["command"]))


def reduced_database(project):
    """One entry per source file, the first in the database's own order."""
    with open(os.path.join(project, "compile_commands.json")) as file:
        entries = json.load(file)
    kept = {}
    for entry in entries:
        path = os.path.realpath(os.path.join(entry["directory"], entry["file"]))
        if os.path.exists(path):
            kept.setdefault(path, entry)
    folder = os.path.join(root, "bench", "out", os.path.basename(project))
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "compile_commands.json"), "w") as file:
        json.dump(list(kept.values()), file, indent=1)
    return folder, list(kept.values())


def clang_command(clang, entry):
    """The file's own command, for clang, without output."""
    arguments = arguments_of(entry)
    driver = "--driver-mode=g++" if "++" in os.path.basename(arguments[0]) else "--driver-mode=gcc"
    out, skip = [clang, driver, "-fsyntax-only"], False
    for argument in arguments[1:]:
        if skip:
            skip = False
        elif argument in WITH_OPERAND:
            skip = True
        elif argument not in ALONE:
            out.append(argument)
    return out


def drop_unknown(command, directory):
    """The command without what clang rejects, as spawnlint drops it too; None if it does not parse."""
    for _ in range(8):
        done = subprocess.run(command, cwd=directory, capture_output=True, text=True)
        if done.returncode == 0:
            return command
        unknown = [line.split("'")[1] for line in done.stderr.splitlines()
                   if "unknown argument" in line or "unsupported option" in line or "unsupported argument" in line]
        if not unknown:
            return None
        command = [argument for argument in command if argument not in unknown]
    return None


def run_one(command, directory, said=subprocess.DEVNULL):
    """One process; its CPU and that of the children it waited for."""
    start = time.monotonic()
    process = subprocess.Popen(command, cwd=directory, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(usage.ru_utime + usage.ru_stime, time.monotonic() - start, usage.ru_maxrss, process.returncode)


def stages_of(text):
    """Seconds by stage, from the line that --timings prints."""
    line = next((line for line in text.splitlines() if "CPU seconds:" in line), "")
    return {name: float(value) for name, value in re.findall(r"(\w+) (\d+\.\d+)", line.split(";")[0])}


def run_clang(commands, jobs):
    start = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        costs = list(pool.map(lambda pair: run_one(*pair), commands))
    return Cost(sum(c.cpu for c in costs), time.monotonic() - start, max(c.rss for c in costs), max(c.status for c in costs))


def run_spawnlint(program, more, project, folder, jobs):
    """Cold: an empty store of its own."""
    with tempfile.TemporaryDirectory() as place, tempfile.TemporaryFile("w+") as said:
        cost = run_one([program, "check", "-p", folder, "-j", str(jobs), "--store", os.path.join(place, "cache.sqlite"),
                        "--timings", *more], project, said)
        said.seek(0)
        return cost._replace(stages=stages_of(said.read()))


def after_parse(cost):
    """Everything after parsing, as a share of the parse."""
    return sum(cost.stages[name] for name in AFTER) / cost.stages["parse"]


def stages_row(name, files, ours):
    medians = [statistics.median(c.stages[stage] for c in ours) for stage in STAGES]
    shares = [after_parse(c) for c in ours]
    return (f"| {name} | {files} | " + " | ".join(f"{value:.2f}" for value in medians) +
            f" | **{statistics.median(shares):.2f}** ({min(shares):.2f} to {max(shares):.2f}) |")


def spread(values):
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def measure(project, options):
    folder, entries = reduced_database(project)
    commands = []
    for entry in entries if not options.stages else []:
        command = drop_unknown(clang_command(options.clang, entry), entry["directory"])
        if command is None:
            print(f"cost.py: clang does not parse {entry['file']}; it is left out of clang's side", file=sys.stderr)
        else:
            commands.append((command, entry["directory"]))
    clang, ours = [], []
    for i in range(options.runs):
        order = [("clang", clang), ("spawnlint", ours)] if not options.stages else [("spawnlint", ours)]
        for name, costs in order if i % 2 == 0 else reversed(order):
            if name == "clang":
                costs.append(run_clang(commands, options.jobs))
            elif options.spawnlint:
                costs.append(run_spawnlint(options.spawnlint, options.more, project, folder, options.jobs))
    return len(entries), clang, ours


def row(name, files, clang, ours):
    if not ours:
        return f"| {name} | {files} | {spread([c.cpu for c in clang])} | | | | | | |"
    ratio = statistics.median(c.cpu for c in ours) / statistics.median(c.cpu for c in clang)
    statuses = ",".join(sorted({str(c.status) for c in ours}))
    return (f"| {name} | {files} | {spread([c.cpu for c in clang])} | {spread([c.cpu for c in ours])} | **{ratio:.2f}** "
            f"| {statistics.median(c.wall for c in clang):.2f} / {statistics.median(c.wall for c in ours):.2f} "
            f"| {max(c.rss for c in ours) // 1024} | {statuses} | {statistics.median(after_parse(c) for c in ours):.2f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spawnlint", help="without it only clang is measured")
    parser.add_argument("--clang", default="/usr/lib/llvm-19/bin/clang" if os.path.exists("/usr/lib/llvm-19/bin/clang") else "clang-19")
    parser.add_argument("--stages", action="store_true", help="only spawnlint's own stages; clang is not run")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--more", type=shlex.split, default=[], help="further arguments for spawnlint check")
    parser.add_argument("projects", nargs="*")
    options = parser.parse_args()
    if options.spawnlint:
        options.spawnlint = os.path.abspath(options.spawnlint)
    corpus = os.path.abspath(os.environ.get("CORPUS_DIR", os.path.join(root, "bench", "corpus", "work")))
    names = options.projects or sorted(name for name in (os.listdir(corpus) if os.path.isdir(corpus) else [])
                                       if os.path.exists(os.path.join(corpus, name, "compile_commands.json")))
    if not names:
        sys.exit(f"cost.py: no project in {corpus}; bench/corpus/fetch.sh fetches some")

    load = os.getloadavg()[0]
    lines = [f"`spawnlint check` (cold) against `clang -fsyntax-only`, CPU seconds (user + system, children included), "
             f"-j{options.jobs}, median (least to most) of {options.runs} interleaved runs; load average before: {load:.1f}.", "",
             "| project | files | clang | spawnlint | ratio | wall clang / spawnlint | MB | status | after |",
             "|---|---|---|---|---|---|---|---|---|"]
    if options.stages:
        lines = [f"Stages of a cold `spawnlint check`, CPU seconds (user + system), -j{options.jobs}, medians of {options.runs} "
                 f"runs; \"after\": all but parse and workers, over parse; load average before: {load:.1f}.", "",
                 "| project | files | " + " | ".join(STAGES) + " | after |", "|---" * (len(STAGES) + 3) + "|"]
    print("\n".join(lines), flush=True)
    for name in names:
        if not os.path.exists(os.path.join(corpus, name, "compile_commands.json")):
            sys.exit(f"cost.py: {name} is not there; bench/corpus/fetch.sh {name}")
        files, clang, ours = measure(os.path.join(corpus, name), options)
        lines.append(stages_row(name, files, ours) if options.stages else row(name, files, clang, ours))
        print(lines[-1], flush=True)
    os.makedirs(os.path.join(root, "bench", "out"), exist_ok=True)
    with open(os.path.join(root, "bench", "out", "cost.md"), "w") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
