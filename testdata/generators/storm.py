#!/usr/bin/env python3
"""Runs spawnlint over everything that generate.py makes, then over damaged sources.

    storm.py SPAWNLINT [--small] [--scale F] [--minutes N] [--seed N] [CASE...]

Each run must end by itself, with a status the case allows, without a sanitizer's
report, with a sentence on stderr when it ends with 2 or 3, and must leave the case's
own files as they were. With --minutes it then goes on with random damage to the sample
service; a seed that failed is printed and repeats the failure.
"""
import argparse
import hashlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, here)
import generate  # noqa: E402

TIMEOUT = 300
REPORTS = ("AddressSanitizer", "LeakSanitizer", "runtime error:", "ThreadSanitizer", "BUG(", "Assertion `")


def snapshot(folder):
    """Every regular file's content, our own store excepted."""
    state = {}
    for path, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != ".spawnlint"]
        for name in files:
            full = os.path.join(path, name)
            if os.path.isfile(full):
                with open(full, "rb") as file:
                    state[os.path.relpath(full, folder)] = hashlib.md5(file.read()).hexdigest()
    return state


def run(spawnlint, folder, *more):
    """Status (negative for a signal), output, what is wrong with the run as such."""
    before = snapshot(folder)
    start = time.monotonic()
    try:
        done = subprocess.run([spawnlint, "check", "-p", folder, *more], cwd=folder, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        return None, "", [f"still running after {TIMEOUT} s"]
    seconds = time.monotonic() - start
    out, err = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
    wrong = [f"sanitizer or assertion: {word}" for word in REPORTS if word in err]
    if done.returncode < 0 or done.returncode > 3:
        wrong.append(f"status {done.returncode}")
    if done.returncode in (2, 3) and not err.strip() and not out.strip():
        wrong.append(f"status {done.returncode} without a word")
    after = snapshot(folder)
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    if changed:
        wrong.append("wrote " + ", ".join(changed))
    return done.returncode, out + err, wrong, seconds


def report(name, result, allowed=None, says="", tells=""):
    status, output, wrong, *seconds = result
    if allowed and str(status) not in allowed.split(",") and status is not None:
        wrong = wrong + [f"status {status}, allowed {allowed}"]
    if status == 2 and says and says not in output:
        wrong = wrong + [f"does not mention {says}"]
    if tells not in output:
        wrong = wrong + [f"does not tell \"{tells}\""]
    took = f"{seconds[0]:6.2f} s" if seconds else "        "
    print(f"{'FAIL' if wrong else 'ok  '} {took} status {status}  {name}" + "".join(f"\n       {w}" for w in wrong), flush=True)
    if wrong:
        print("".join(f"       | {line}\n" for line in output.splitlines()[-8:]), end="")
    return not wrong


def damage(text, rng):
    """What careless hands, merges and disks do to a source."""
    lines = text.split(b"\n")
    for _ in range(rng.randint(1, 4)):
        i = rng.randrange(len(lines))
        kind = rng.randrange(7)
        if kind == 0:
            del lines[i:i + rng.randint(1, 5)]
        elif kind == 1:
            lines[i:i] = lines[i:i + rng.randint(1, 20)]
        elif kind == 2:
            lines = lines[:i + 1]
        elif kind == 3:
            j = rng.randrange(len(lines))
            lines[i], lines[j] = lines[j], lines[i]
        elif kind == 4 and lines[i]:
            at = rng.randrange(len(lines[i]))
            lines[i] = lines[i][:at] + bytes([rng.randrange(256)]) + lines[i][at + 1:]
        elif kind == 5:
            lines[i] = lines[i].translate(bytes.maketrans(b"(){};", bytes(rng.sample(b"(){};", 5))))
        else:
            lines[i] = rng.choice([b"#if 0", b"#else", b"#endif", b"}", b"{", b"throw;", b"goto out;", b"out:;", b"return;",
                                   b"static", b"template <class T>", b"#include \"server.h\"", b"switch (0) { case 1:",
                                   b"else", b"else if (0) {", b"try {", b"} catch (...) {", b"({", b"[&](auto x) {", b"co_await 1;"])
        lines = lines or [b""]
    return b"\n".join(lines)


def fuzz(spawnlint, minutes, seed, work):
    source = os.path.join(here, "..", "sample-service", "src")
    end, bad = time.monotonic() + minutes * 60, 0
    while time.monotonic() < end:
        rng = random.Random(seed)
        folder = generate.Folder(os.path.join(work, "fuzz"), 1)
        names = sorted(os.listdir(source))
        victims = set(rng.sample(names, rng.randint(1, 3)))
        for name in names:
            with open(os.path.join(source, name), "rb") as file:
                text = file.read()
            folder.write(name, damage(text, rng) if name in victims else text)
        folder.database(*[folder.entry(name) for name in names if not name.endswith((".h", ".hpp"))])
        result = run(spawnlint, folder.path)
        if result[2]:
            bad += 1
            report(f"--seed {seed}", result)
        shutil.rmtree(folder.path)
        seed += 1
    print(f"fuzz: up to seed {seed - 1}, {bad} failed")
    return bad == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("spawnlint")
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--minutes", type=float, default=0)
    parser.add_argument("--seed", type=int)
    parser.add_argument("cases", nargs="*")
    options = parser.parse_intermixed_args()
    spawnlint = os.path.abspath(options.spawnlint)
    good = True
    with tempfile.TemporaryDirectory() as work:
        if options.seed is None or options.cases:
            for name, (make, allowed, says, big) in generate.CASES.items():
                if (options.cases and name not in options.cases) or (options.small and big and not options.cases):
                    continue
                folder = generate.Folder(os.path.join(work, name), options.scale)
                make(folder)
                tells = generate.TELLS[name] if options.scale >= 1 else ""  # smaller ones need not meet a bound
                good = report(name, run(spawnlint, folder.path, "-v"), allowed, says, tells) and good
                shutil.rmtree(folder.path)
        if options.minutes or options.seed is not None:
            seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**9)
            good = fuzz(spawnlint, options.minutes or 0.001, seed, work) and good
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
