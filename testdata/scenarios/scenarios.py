#!/usr/bin/env python3
"""What may befall a run: interruption, damage, full disks, changing sources.

    scenarios.py SPAWNLINT [SCENARIO...]

Each scenario copies the sample service, does its worst, and compares with a reference:
the findings of an undisturbed cold run. A scenario fails on a crash, a hang, a different
answer, silence where a sentence is due, or a file of the user's that changed.
"""
import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

here = os.path.dirname(os.path.abspath(__file__))
sample = os.path.join(here, "..", "sample-service", "src")
TIMEOUT = 240
SCENARIOS = []


def scenario(function):
    SCENARIOS.append(function)
    return function


class Wrong(Exception):
    pass


def check(condition, what, *more):
    if not condition:
        raise Wrong(what + "".join(f"\n    {str(m)[:600]}" for m in more))


class Program:
    """A private copy of the sample service, always at the same path, with its database."""

    def __init__(self, spawnlint, work):
        self.spawnlint, self.path = spawnlint, os.path.join(work, "program")
        shutil.rmtree(self.path, ignore_errors=True)
        shutil.copytree(sample, self.path)
        self.sources = sorted(name for name in os.listdir(self.path) if name.endswith((".c", ".cpp")))
        self.store = os.path.join(self.path, ".spawnlint", "cache.sqlite")
        self.database(self.sources)

    def database(self, names):
        entries = [{"directory": self.path, "file": name,
                    "arguments": ["c++", "-std=c++17", "-c", name] if name.endswith("pp") else ["cc", "-std=gnu17", "-c", name]}
                   for name in names]
        with open(os.path.join(self.path, "compile_commands.json"), "w") as file:
            json.dump(entries, file)

    def command(self, *more, verb="check"):
        return [self.spawnlint, verb, "-p", self.path, *more]

    def start(self, *more, **options):
        return subprocess.Popen(self.command(*more), cwd=self.path, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace", **options)

    def run(self, *more, verb="check", before=None):
        return subprocess.run(self.command(*more, verb=verb), cwd=self.path, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, errors="replace", timeout=TIMEOUT, preexec_fn=before)

    def edit(self, name, old, new):
        path = os.path.join(self.path, name)
        with open(path) as file:
            text = file.read()
        check(old in text, f"{name} has changed; this scenario needs {old!r}")
        with open(path, "w") as file:
            file.write(text.replace(old, new, 1))

    def forget(self):
        shutil.rmtree(os.path.dirname(self.store), ignore_errors=True)


def sane(done, allowed=(0, 1, 3)):
    check(done.returncode in allowed, f"status {done.returncode}, wanted one of {allowed}", done.stderr)
    for word in ("Sanitizer", "runtime error:", "internal error"):
        check(word not in done.stderr, f"{word} on stderr", done.stderr)
    return done


def reference(program):
    done = sane(program.run(), (1,))
    check(done.stdout.strip(), "no output")
    return done.stdout


def children(pid):
    """Living descendants that are spawnlint's."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as file:
                    fields = file.read().rsplit(")", 1)[1].split()
                if int(fields[1]) == pid and fields[0] != "Z":
                    found.append(int(entry))
            except (OSError, IndexError):
                pass
    return found


@scenario
def same_bytes_whatever_the_order(program):
    """Cold, warm, -j1, -j2, shuffled database, no store: one output."""
    wanted = {}
    for form in ("text", "sarif", "json"):
        program.forget()
        wanted[form] = sane(program.run("-j1", "--format", form), (1,)).stdout
        check(wanted[form] == sane(program.run("-j2", "--format", form), (1,)).stdout, f"warm {form} differs from cold")
    for seed in range(3):
        names = program.sources[:]
        random.Random(seed).shuffle(names)
        program.database(names)
        program.forget()
        for form, text in wanted.items():
            check(text == sane(program.run("-j2", "--format", form), (1,)).stdout, f"{form} depends on the database's order")
    check(wanted["text"] == sane(program.run("--no-store"), (1,)).stdout, "--no-store differs")


@scenario
def interrupted(program):
    """Ctrl-C in mid-run: ends at once, leaves no half report, and the next run is whole."""
    wanted = reference(program)
    for delay in (0.02, 0.1, 0.3, 0.6):
        program.forget()
        report = os.path.join(program.path, "report.sarif")
        process = program.start("-j2", "--format", f"sarif={report}")
        time.sleep(delay)
        process.send_signal(signal.SIGINT)
        start = time.monotonic()
        try:
            _, err = process.communicate(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            raise Wrong(f"still running 15 s after Ctrl-C at {delay} s")
        check(time.monotonic() - start < 5, "took over 5 s to stop")
        check(process.returncode in (-signal.SIGINT, 130, 0, 1, 2, 3), f"status {process.returncode}", err)
        if os.path.exists(report):
            with open(report) as file:
                json.load(file)
            os.remove(report)
        check(not [n for n in os.listdir(program.path) if n.endswith((".tmp", ".part"))], "left temporary files")
        check(program.run().stdout == wanted, "the run after Ctrl-C differs")


@scenario
def killed(program):
    """SIGKILL at any moment: no worker lives on, and the store still answers right."""
    wanted = reference(program)
    for delay in (0.05, 0.2, 0.4, 0.8):
        program.forget()
        process = program.start("-j2")
        time.sleep(delay)
        workers = children(process.pid)
        process.kill()
        process.communicate()
        time.sleep(2)
        alive = [pid for pid in workers if os.path.exists(f"/proc/{pid}") and program.spawnlint in
                 open(f"/proc/{pid}/cmdline").read()]
        check(not alive, f"workers live on after their parent was killed: {alive}")
        check(program.run().stdout == wanted, f"the run after SIGKILL at {delay} s differs")


@scenario
def worker_killed(program):
    """One worker's death costs at most its file."""
    program.forget()
    process = program.start("-j2")
    for _ in range(200):
        workers = children(process.pid)
        if workers:
            break
        time.sleep(0.01)
    if workers:
        os.kill(workers[0], signal.SIGKILL)
    out, err = process.communicate(timeout=TIMEOUT)
    check(process.returncode in (1, 3), f"status {process.returncode}", err)
    check(out.strip(), "no findings although only one worker died")


@scenario
def store_damaged(program):
    """Whatever stands where the store should be, the answer is the same."""
    wanted = reference(program)

    def garbage():
        with open(program.store, "wb") as file:
            file.write(random.Random(1).randbytes(50000))

    def truncated():
        with open(program.store, "r+b") as file:
            file.truncate(os.path.getsize(program.store) * 2 // 3)

    def empty():
        open(program.store, "w").close()

    def holes():
        with open(program.store, "r+b") as file:
            for at in range(8192, os.path.getsize(program.store), 9000):
                file.seek(at)
                file.write(b"\xa5" * 300)

    def other_version():
        base = sqlite3.connect(program.store)
        base.execute("PRAGMA user_version = 999999")
        base.commit()
        base.close()

    def foreign():
        os.remove(program.store)
        base = sqlite3.connect(program.store)
        base.execute("CREATE TABLE shopping (item TEXT)")
        base.commit()
        base.close()

    def directory():
        os.remove(program.store)
        os.mkdir(program.store)

    for harm in (garbage, truncated, empty, holes, other_version, foreign, directory):
        program.forget()
        program.run()
        for extra in ("-wal", "-shm"):
            if os.path.exists(program.store + extra):
                os.remove(program.store + extra)
        harm()
        done = sane(program.run(), (1,))
        check(done.stdout == wanted, f"{harm.__name__}: the answer differs", done.stderr)
        if os.path.isdir(program.store):
            shutil.rmtree(program.store)


@scenario
def store_cannot_be_written(program):
    """No place for a store: a sentence, and the findings all the same."""
    wanted = reference(program)
    done = sane(program.run("--store", "/proc/no-such-place/cache.sqlite"), (1,))
    check(done.stdout == wanted, "the answer differs")
    check(done.stderr.strip(), "not a word about the store that cannot be written")


@scenario
def disk_full(program):
    """The store cannot grow, or the report cannot be written."""
    wanted = reference(program)
    program.forget()

    def small_files():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))

    done = sane(program.run(before=small_files), (1,))
    check(done.stdout == wanted, "a store that cannot grow changes the answer", done.stderr)
    check(program.run().stdout == wanted, "the run after a full disk differs")
    report = os.path.join(program.path, "report.sarif")  # a path of our own: a device could be replaced by mistake
    done = sane(program.run("--format", f"sarif={report}", "--no-store", before=small_files), (2,))
    check(done.stderr.strip(), "not a word about the report that could not be written")
    check(not os.path.exists(report), "half a report was left")
    check(not [n for n in os.listdir(program.path) if n.startswith("report.sarif")], "temporary files were left")
    with open("/dev/full", "w") as full:
        done = subprocess.run(program.command(), cwd=program.path, stdout=full, stderr=subprocess.PIPE, text=True, timeout=TIMEOUT)
    check(done.returncode not in (0,), "status 0 although nothing could be written")


@scenario
def reader_leaves(program):
    """`spawnlint check | head -n 1`"""
    done = subprocess.run(["bash", "-c", 'set -o pipefail; "$0" check -p "$1" | head -n 1; echo "${PIPESTATUS[0]}"',
                           program.spawnlint, program.path], capture_output=True, text=True, timeout=TIMEOUT)
    status = int(done.stdout.strip().splitlines()[-1])
    check(status in (1, 2, 3, 141), f"status {status}", done.stderr)


@scenario
def sources_change(program):
    """A warm run after each change equals a cold one: the stale answer is the worst bug."""
    reference(program)

    def compare(what):
        warm = program.run().stdout
        store = program.store + ".aside"
        os.rename(program.store, store)
        cold = program.run().stdout
        check(warm == cold, f"{what}: warm and cold differ")

    program.edit("log.c", "    exit(EXIT_FAILURE);", "    for (;;) ;")
    compare("a fatal call is gone, two files away from the spawn")
    program.edit("log.c", "    for (;;) ;", "    exit(EXIT_FAILURE);")
    compare("and back")
    program.edit("journal.h", "#include <stdbool.h>", "#include <stdbool.h>\n\n\n")
    compare("a header moves its lines")
    program.edit("record.cpp", 'throw BadRecord("no number: " + text);', "return 0;")
    compare("one throw less")
    program.edit("index.cpp", "catch (const std::out_of_range &error)", "catch (const std::exception &error)")
    compare("the handler covers more")
    with open(os.path.join(program.path, "stdatomic.h"), "w") as file:
        file.write("#include_next <stdatomic.h>\n")
    compare("a header appears that would have been found, had it been there")
    os.utime(os.path.join(program.path, "queue.h"))
    compare("a file is touched")
    program.database([name for name in program.sources if name != "services.c"])
    compare("a file leaves the database")
    program.database(program.sources)
    compare("and comes back")


@scenario
def source_disappears(program):
    """Before and during the run; the others still count."""
    wanted = reference(program)
    os.rename(os.path.join(program.path, "calc.c"), os.path.join(program.path, "calc.gone"))
    done = sane(program.run(), (1, 3))
    check("calc.c" in done.stdout + done.stderr, "the file that is gone is not named", done.stderr)
    check("worker.c" in done.stdout, "the others no longer count")
    os.rename(os.path.join(program.path, "calc.gone"), os.path.join(program.path, "calc.c"))
    check(program.run().stdout == wanted, "the file is back, the answer is not")
    program.forget()
    process = program.start("-j1")
    time.sleep(0.15)
    os.remove(os.path.join(program.path, "worker.c"))
    _, err = process.communicate(timeout=TIMEOUT)
    check(process.returncode in (0, 1, 3), f"status {process.returncode}", err)


@scenario
def usage_errors(program):
    """Each says what to do, on stderr, with status 2."""
    for arguments, says in ((["chekc"], "check"), (["check", "--formt", "text"], "format"), (["check", "--format", "sarfi"], "sarif"),
                            (["check", "--checks", "spawn-without-recovr"], "spawn-without-recover"), (["explain", "reentrant-onse"], "reentrant-once"),
                            (["check", "-p", "/no/such/directory"], "/no/such/directory"), (["check", "-j", "many"], "many"),
                            (["check", "--fail-on", "sometimes"], "warning")):
        done = subprocess.run([program.spawnlint, *arguments], cwd=program.path, capture_output=True, text=True, timeout=TIMEOUT)
        check(done.returncode == 2, f"{arguments}: status {done.returncode}", done.stderr)
        check(says in done.stderr, f"{arguments}: does not mention {says}", done.stderr)
    with open(os.path.join(program.path, ".spawnlint.yaml"), "w") as file:
        file.write("chekcs: [all]\n")
    done = program.run()
    check(done.returncode == 2 and "checks" in done.stderr, "an unknown configuration key is no error", done.stderr)


@scenario
def dry_run_writes_nothing(program):
    """And fix writes only what it shows."""
    def contents():
        state = {}
        for name in os.listdir(program.path):
            path = os.path.join(program.path, name)
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    state[name] = file.read()
        return state
    before = contents()
    done = sane(program.run("--dry-run", verb="fix"), (0, 1))
    check("+++ " in done.stdout, "no diff", done.stdout, done.stderr)
    check(contents() == before, "--dry-run wrote something")
    sane(program.run(verb="fix"), (0, 1))
    changed = sorted(name for name, text in contents().items() if text != before.get(name))
    check(changed and set(changed) <= set(program.sources) | {n for n in before if n.endswith((".h", ".hpp"))},
          f"fix changed {changed}")
    for name in changed:
        check(name in done.stdout, f"fix changed {name}, which the dry run did not show")


def main():
    spawnlint, names = os.path.abspath(sys.argv[1]), sys.argv[2:]
    failed = 0
    with tempfile.TemporaryDirectory() as work:
        for function in SCENARIOS:
            name = function.__name__.replace("_", "-")
            if names and name not in names:
                continue
            start = time.monotonic()
            try:
                function(Program(spawnlint, os.path.realpath(work)))
                outcome = "ok  "
            except (Wrong, subprocess.TimeoutExpired, OSError, ValueError) as error:
                outcome, failed = "FAIL", failed + 1
                print(f"  {name}: {error}")
            print(f"{outcome} {time.monotonic() - start:6.1f} s {name}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
