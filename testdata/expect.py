#!/usr/bin/env python3
"""Compares findings with the `// expect: check-id` lines of a program.

    expect.py SPAWNLINT BUILD_DIRECTORY SOURCE_DIRECTORY [--only CHECK]... [--ignore-notes]

Several ids on one line are separated by blanks or commas. With --only, other checks are
neither wanted nor counted.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from urllib.parse import unquote, urlparse


def wanted_lines(folder):
    wanted = set()
    for path, _, files in os.walk(folder):
        for name in files:
            if name.endswith((".c", ".h", ".cpp", ".hpp", ".cc")):
                full = os.path.realpath(os.path.join(path, name))
                with open(full, errors="replace") as file:
                    for number, line in enumerate(file, 1):
                        found = re.search(r"//\s*expect:\s*(.*)", line)
                        for check in re.split(r"[\s,]+", found.group(1).strip()) if found else []:
                            wanted.add((full, number, check))
    return wanted


def found_lines(spawnlint, build, folder, notes):
    with tempfile.TemporaryDirectory() as work:
        report = os.path.join(work, "report.sarif")
        done = subprocess.run([spawnlint, "check", "-p", build, "--no-store", "--format", f"sarif={report}", folder],
                              capture_output=True, text=True)
        if done.returncode not in (0, 1):
            sys.exit(f"expect.py: spawnlint ended with {done.returncode}\n{done.stderr}")
        with open(report) as file:
            run = json.load(file)["runs"][0]
    bases = {name: unquote(urlparse(base.get("uri", "")).path) for name, base in run.get("originalUriBaseIds", {}).items()}
    found = {}
    for result in run.get("results", []):
        if result.get("suppressions") or (result.get("level") == "note" and not notes):
            continue
        place = result["locations"][0]["physicalLocation"]
        uri = place["artifactLocation"]
        path = os.path.join(bases.get(uri.get("uriBaseId"), os.getcwd()), unquote(urlparse(uri["uri"]).path))
        found[(os.path.realpath(path), place["region"]["startLine"], result["ruleId"])] = result["message"]["text"]
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("spawnlint")
    parser.add_argument("build")
    parser.add_argument("folder")
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--ignore-notes", action="store_true")
    options = parser.parse_args()
    wanted = wanted_lines(options.folder)
    found = found_lines(options.spawnlint, options.build, options.folder, not options.ignore_notes)
    if options.only:
        wanted = {w for w in wanted if w[2] in options.only}
        found = {key: text for key, text in found.items() if key[2] in options.only}
    for path, line, check in sorted(wanted - found.keys()):
        print(f"missed:     {os.path.relpath(path)}:{line}: {check}")
    for path, line, check in sorted(found.keys() - wanted):
        print(f"unexpected: {os.path.relpath(path)}:{line}: {check}: {found[path, line, check]}")
    print(f"{len(wanted & found.keys())} of {len(wanted)} expected findings, {len(found.keys() - wanted)} unexpected")
    sys.exit(0 if wanted == found.keys() else 1)


if __name__ == "__main__":
    main()
