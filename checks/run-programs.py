#!/usr/bin/env python3
"""Runs the checks' programs through the whole pipeline, as a user would.

    run-programs.py SPAWNLINT RUNTIME_INCLUDE [FILTER...]

Each checks/<id>/testdata/<program>, and each ```c bad, ```c good, ```cpp bad and ```cpp good block of checks/<id>/doc.md, is
copied, given a compile_commands.json, and checked three times: on an empty store, on the filled one, and without one; the
three answers must be the same bytes, and the findings of <id> those of the `// expect: id` comments.  A `good` block must
have no finding of its check.  Where `*.fixed` files stand, `spawnlint fix` must produce them.
"""
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

SOURCES = (".c", ".cc", ".cpp")
CHECKS = os.path.dirname(os.path.abspath(__file__))


def expectations(folder, check):
    wanted = set()
    for base, _, names in os.walk(folder):
        for name in names:
            if not name.endswith(SOURCES + (".h", ".hpp")):
                continue
            path = os.path.join(base, name)
            with open(path, encoding="utf-8") as file:
                for number, line in enumerate(file, 1):
                    found = re.search(r"// expect: (.*)", line)
                    for item in re.findall(r"([a-z-]+)(?:\(([a-z-]+)\))?", found.group(1)) if found else ():
                        if item[0] == check:
                            wanted.add((os.path.relpath(path, folder), number))
    return wanted


def make_database(folder, include):
    flags = ""
    if os.path.exists(os.path.join(folder, ".flags")):
        flags = open(os.path.join(folder, ".flags"), encoding="utf-8").read().strip()
    entries = []
    for base, _, names in os.walk(folder):
        for name in sorted(names):
            if name.endswith(SOURCES):
                standard = "-std=gnu17" if name.endswith(".c") else "-std=c++20"
                compiler = "gcc" if name.endswith(".c") else "g++"
                path = os.path.join(base, name)
                entries.append({"directory": folder, "file": path,
                                "command": f"{compiler} {standard} -pthread {flags} -I{include} -c {path}"})
    with open(os.path.join(folder, "compile_commands.json"), "w", encoding="utf-8") as file:
        json.dump(entries, file)


def findings_of(output, check):
    return {(item["place"]["path"], item["place"]["line"])
            for item in json.loads(output)["findings"] if item["check"] == check}


class Program:
    def __init__(self, tool, include, name, check):
        self.tool, self.include, self.name, self.check = tool, include, name, check
        self.faults = []

    def run(self, folder, *arguments):
        done = subprocess.run([self.tool, *arguments], cwd=folder, capture_output=True, timeout=300, check=False)
        if done.returncode not in (0, 1):
            self.faults.append(f"status {done.returncode} of {' '.join(arguments)}: {done.stderr.decode()[:500]}")
        return done.stdout

    def check_folder(self, folder, wanted):
        make_database(folder, self.include)
        strict = []
        config = os.path.join(folder, ".config")
        if os.path.exists(config) and "strict: true" in open(config, encoding="utf-8").read():
            strict = ["--strict"]
        base = ["check", "-q", "-p", folder, "--format", "json", *strict]
        cold = self.run(folder, *base)
        warm = self.run(folder, *base)
        plain = self.run(folder, *base, "--no-store")
        if not cold == warm == plain:
            self.faults.append("the answers differ: cold, warm, without a store")
        if not cold:
            return
        have = findings_of(cold, self.check)
        for path, line in sorted(have - wanted):
            self.faults.append(f"{path}:{line}: not expected")
        for path, line in sorted(wanted - have):
            self.faults.append(f"{path}:{line}: expected, not found")

    def fix_folder(self, folder):
        fixed = [os.path.join(base, name) for base, _, names in os.walk(folder) for name in names
                 if name.endswith(".fixed")]
        if not fixed:
            return
        self.run(folder, "fix", "-q", "-p", folder, "--checks", "-*", "--checks", self.check)
        for path in fixed:
            with open(path, "rb") as want, open(path[:-len(".fixed")], "rb") as have:
                if want.read() != have.read():
                    diff = subprocess.run(["diff", "-u", path, path[:-len(".fixed")]], capture_output=True, check=False)
                    self.faults.append(diff.stdout.decode())


def run_program(tool, include, check, source):
    program = Program(tool, include, os.path.relpath(source, CHECKS), check)
    with tempfile.TemporaryDirectory() as scratch:
        # The siblings come along: programs share headers.
        shutil.copytree(os.path.dirname(source), os.path.join(scratch, "t"))
        folder = os.path.realpath(os.path.join(scratch, "t", os.path.basename(source)))
        open(os.path.join(folder, ".spawnlint.yaml"), "w").close()
        program.check_folder(folder, expectations(folder, check))
        program.fix_folder(folder)
    return program


def doc_blocks(check):
    text = open(os.path.join(CHECKS, check, "doc.md"), encoding="utf-8").read()
    return re.findall(r"^```(c|cpp) (bad|good)\n(.*?)^```", text, re.S | re.M)


def run_block(tool, include, check, number, block):
    language, quality, text = block
    program = Program(tool, include, f"{check}/doc.md, block {number} ({quality})", check)
    with tempfile.TemporaryDirectory() as scratch:
        folder = os.path.realpath(scratch)
        with open(os.path.join(folder, "main." + language), "w", encoding="utf-8") as file:
            file.write(text)
        wanted = expectations(folder, check)
        if bool(wanted) != (quality == "bad"):
            program.faults.append("a bad block has an `// expect:`, a good one has none")
        program.check_folder(folder, wanted)
    return program


def main():
    tool, include, filters = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), sys.argv[3:]
    jobs = []
    for check in sorted(os.listdir(CHECKS)):
        if not os.path.exists(os.path.join(CHECKS, check, "check.c")):
            continue
        data = os.path.join(CHECKS, check, "testdata")
        for name in sorted(os.listdir(data)) if os.path.isdir(data) else ():
            source = os.path.join(data, name)
            if os.path.isdir(source) and (not filters or any(part in source for part in filters)):
                jobs.append((run_program, (tool, include, check, source)))
        for number, block in enumerate(doc_blocks(check), 1):
            if not filters or any(part in f"{check}/doc.md" for part in filters):
                jobs.append((run_block, (tool, include, check, number, block)))
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for program in pool.map(lambda job: job[0](*job[1]), jobs):
            failed += bool(program.faults)
            for fault in program.faults:
                print(f"{program.name}: {fault}")
    print(f"{len(jobs)} programs, {failed} failed")
    return 1 if failed or not jobs else 0


if __name__ == "__main__":
    sys.exit(main())
