#!/usr/bin/env python3
"""A second opinion on check 1, by other means: which fatal calls can each spawn's entry reach?

    reach.py PROJECT_DIRECTORY [--under FOLDER...] [--all]

Compiles every file to LLVM IR (clang, -O0, line tables), reads the call graph from it
and walks it from every function that is handed to a spawn API. Nothing of spawnlint's
own is used, so that agreement means something. It follows direct calls, and calls
through pointers only as far as --indirect maps them by hand (caller=callee). Output: for
each spawn site, entry and kind (exit, assert, throw) the shortest chain, as Markdown.

A throw counts wherever it is reached; whether a handler stops it is for the reader.
"""
import argparse
import collections
import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile

SPAWNS = {  # name: index of the entry among the arguments
    "pthread_create": 2, "thrd_create": 1, "uv_thread_create": 1, "uv_thread_create_ex": 2, "uv_queue_work": 2,
    "uv__work_submit": 3, "g_thread_new": 1, "create_worker": 0}
FATAL = {name: "fatal" for name in (
    "exit", "_exit", "_Exit", "quick_exit", "abort", "err", "errx", "verr", "verrx", "error", "_ZSt9terminatev")}
FATAL.update({"__assert_fail": "assert", "__assert": "assert", "__cxa_throw": "throw", "__cxa_rethrow": "throw",
              "_ZSt20__throw_length_errorPKc": "throw-all", "_ZSt24__throw_out_of_range_fmtPKcz": "throw",
              "_ZSt19__throw_logic_errorPKc": "throw-all", "_ZSt20__throw_out_of_rangePKc": "throw",
              "_ZSt24__throw_invalid_argumentPKc": "throw", "_ZSt20__throw_system_errori": "throw-all",
              "longjmp": "jump", "siglongjmp": "jump", "_longjmp": "jump"})

DEFINE = re.compile(r'^define\b.*?@("[^"]+"|[\w.$-]+)\((.*?)\).*?(?:!dbg !(\d+))?\s*\{')
CALL = re.compile(r'\b(?:call|invoke)\b.*?@("[^"]+"|[\w.$-]+)\(')
INDIRECT = re.compile(r'\b(?:call|invoke)\b[^@]*?%[\w.]+\(')
DBG = re.compile(r'!dbg !(\d+)')
META = re.compile(r'^!(\d+) = (?:distinct )?!(DILocation|DISubprogram|DILexicalBlock|DILexicalBlockFile|DIFile)\((.*)\)')
GLOBAL = re.compile(r'@("[^"]+"|[\w.$-]+)')


def field(text, name):
    found = re.search(rf'\b{name}: (!?\w+|"[^"]*")', text)
    return found.group(1).strip('"') if found else None


class Unit:
    """One file's functions: key -> calls; key is name, or name@file for internal ones."""

    def __init__(self, path, text, project):
        self.calls = collections.defaultdict(list)  # key -> [(callee, line, arguments text)]
        self.indirect = collections.Counter()
        self.where = {}
        meta = {m.group(1): (m.group(2), m.group(3)) for m in map(META.match, text.splitlines()) if m}
        internal = set(re.findall(r'^define (?:internal|private)[^@]*@("[^"]+"|[\w.$-]+)\(', text, re.M))
        key = None

        def name_of(name):
            return f"{name.strip(chr(34))}@{path}" if name in internal else name.strip('"')

        def file_of(scope):
            for _ in range(50):
                kind, body = meta.get(scope, (None, ""))
                if kind is None:
                    return "?"
                if kind == "DIFile":
                    full = os.path.join(field(body, "directory") or "", field(body, "filename") or "?")
                    return os.path.relpath(os.path.normpath(full), project)
                scope = (field(body, "file") or field(body, "scope") or "!x")[1:]
            return "?"

        def place(number):
            kind, body = meta.get(number, (None, ""))
            return f"{file_of(field(body, 'scope')[1:])}:{field(body, 'line') or 0}" if kind == "DILocation" else "?"

        for line in text.splitlines():
            if line.startswith("define"):
                found = re.search(r'@("[^"]+"|[\w.$-]+)\(', line)
                key = name_of(found.group(1))
                self.calls[key]
                number = DBG.search(line)
                if number:
                    kind, body = meta.get(number.group(1), (None, ""))
                    self.where[key] = f"{file_of(number.group(1))}:{field(body, 'line')}"
            elif line.startswith("}"):
                key = None
            elif key and (" call " in line or " invoke " in line or line.lstrip().startswith(("call", "invoke", "tail"))):
                found = re.search(r'\b(?:call|invoke)\b(?:(?!@|%[\w.]+\().)*(@("[^"]+"|[\w.$-]+)|%[\w.]+)\((.*)', line)
                if not found:
                    continue
                number = DBG.search(line)
                at = place(number.group(1)) if number else "?"
                if found.group(1).startswith("%"):
                    self.indirect[key] += 1
                elif not found.group(2).startswith(("llvm.", '"llvm.')):
                    arguments = [name_of(a) for a in GLOBAL.findall(found.group(3))]
                    self.calls[key].append((name_of(found.group(2)), at, arguments))


def compile_unit(entry, project, cache):
    arguments = list(entry.get("arguments") or shlex.split(entry["command"]))
    driver = "--driver-mode=g++" if "++" in os.path.basename(arguments[0]) else "--driver-mode=gcc"
    keep, skip = [], False
    for a in arguments[1:]:
        if skip:
            skip = False
        elif a in ("-o", "-MF", "-MT", "-MQ"):
            skip = True
        elif a not in ("-c", "-MD", "-MMD", "-MP") and not re.match(r"-(O|g)\w*$", a):
            keep.append(a)
    path = os.path.realpath(os.path.join(entry["directory"], entry["file"]))
    out = os.path.join(cache, hashlib.sha1(" ".join([path] + keep).encode()).hexdigest() + ".ll")
    if not os.path.exists(out):
        done = subprocess.run(["clang-19", driver, *keep, "-w", "-O0", "-gline-tables-only", "-S", "-emit-llvm", "-o", out],
                              cwd=entry["directory"], capture_output=True, text=True)
        if done.returncode != 0:
            print(f"<!-- {path}: {done.stderr[:200]} -->", file=sys.stderr)
            return None
    with open(out, errors="replace") as file:
        return Unit(os.path.relpath(path, project), file.read(), project)


def demangle(names):
    done = subprocess.run(["c++filt"], input="\n".join(names), capture_output=True, text=True)
    return dict(zip(names, done.stdout.split("\n")))


def shortest(graph, entry):
    """Kind -> chain of (function, place of the call in it)."""
    found, seen, queue = {}, {entry: None}, collections.deque([entry])
    while queue:
        at = queue.popleft()
        for callee, place, _ in graph.get(at, []):
            kind = FATAL.get(callee)
            if kind and kind not in found:
                chain, step = [(callee, place)], at
                while step is not None:
                    chain.append((step, seen[step][1] if seen[step] else ""))
                    step = seen[step][0] if seen[step] else None
                found[kind] = chain[::-1]
            if callee in graph and callee not in seen and not kind:
                seen[callee] = (at, place)
                queue.append(callee)
    return found, seen


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("project")
    parser.add_argument("--under", action="append", default=[])
    parser.add_argument("--indirect", action="append", default=[], help="caller=callee, by name")
    parser.add_argument("--entry", action="append", default=[], help="place=function: an entry that stands in no argument")
    parser.add_argument("-j", type=int, default=2)
    options = parser.parse_args()
    project = os.path.realpath(options.project)
    cache = os.path.join(tempfile.gettempdir(), "reach-cache", os.path.basename(project))
    os.makedirs(cache, exist_ok=True)
    with open(os.path.join(project, "compile_commands.json")) as file:
        entries = {}
        for entry in json.load(file):
            path = os.path.realpath(os.path.join(entry["directory"], entry["file"]))
            if not options.under or any(f"/{u}/" in path for u in options.under):
                entries.setdefault(path, entry)
    with concurrent.futures.ThreadPoolExecutor(options.j) as pool:
        units = [u for u in pool.map(lambda e: compile_unit(e, project, cache), entries.values()) if u]
    graph, where, indirect = {}, {}, collections.Counter()
    for unit in units:
        for key, calls in unit.calls.items():
            graph.setdefault(key, calls)
        where.update(unit.where)
        indirect.update(unit.indirect)
    names = collections.defaultdict(list)
    for key in graph:
        names[key.split("@")[0]].append(key)
    for pair in options.indirect:
        caller, callee = pair.split("=")
        for a in names[caller]:
            for b in names[callee]:
                graph[a] = graph[a] + [(b, "by hand", [])]
    pretty = demangle([key.split("@")[0] for key in list(graph) + list(FATAL)])
    name = lambda key: pretty.get(key.split("@")[0], key.split("@")[0]).replace("(anonymous namespace)", "anon").split("(")[0]

    sites = []
    for key, calls in graph.items():
        for callee, place, arguments in calls:
            if callee.split("@")[0] in SPAWNS:
                sites.append((place, callee.split("@")[0], [a for a in arguments if a in graph]))
    for pair in options.entry:
        place, function = pair.split("=")
        sites += [(place, "by hand", names[function] or [function])]
    print(f"{len(units)} files, {len(graph)} functions, {len(sites)} spawn calls\n")
    print("| spawn | API | entry | worst | chain | indirect calls below |\n|---|---|---|---|---|---|")
    for place, api, found in sorted(set((p, a, tuple(f)) for p, a, f in sites)):
        if not found:
            print(f"| {place} | {api} | (through a pointer) | ? | | |")
        for entry in found:
            kinds, seen = shortest(graph, entry)
            below = sum(indirect[k] for k in seen)
            if not kinds:
                print(f"| {place} | {api} | {name(entry)} ({where.get(entry, '?')}) | none | | {below} |")
            for kind, chain in kinds.items():
                text = " -> ".join(f"{name(f)}" + (f" ({p})" if p else "") for f, p in chain)
                print(f"| {place} | {api} | {name(entry)} ({where.get(entry, '?')}) | {kind} | {text} | {below} |")


if __name__ == "__main__":
    main()
