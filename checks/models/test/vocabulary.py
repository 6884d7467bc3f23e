#!/usr/bin/env python3
"""The tables of docs/models.md against analyzer/facts/roles.def.

With the program's path: checks that each role, position and option stands there, with the keys it takes, and that the program
takes the examples and says of them what stands there (ctest does this).
With --update: writes the tables anew.  What a row says in words is the document's own and stays; a new row begins with the
comment of roles.def.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[3]
document = root / "docs/models.md"
definition = root / "analyzer/facts/roles.def"


def vocabulary():
    text = definition.read_text()
    keys = {}
    for kind in ("POSITION", "OPTION"):
        found = re.findall(rf'^{kind}\((\w+), "([^"]+)"\)\s*(?:/\* (.*?) \*/)?', text, re.M)
        keys[kind] = {name: (key, comment) for name, key, comment in found}
    roles = {}
    pattern = r'(?:/\* ((?:(?!\*/).)*?) \*/\n)?^ROLE\(\w+, "([^"]+)", (.*?)\)$'
    for comment, key, rest in re.findall(pattern, text, re.M | re.S):
        allowed, required, options = split(rest)
        names = lambda expression: re.findall(r"\b[PO]\((\w+)\)", expression)
        roles[key] = (comment, [keys["POSITION"][n][0] for n in names(allowed)],
                      {keys["POSITION"][n][0] for n in names(required)}, [keys["OPTION"][n][0] for n in names(options)])
    return roles, keys


def split(text):
    parts, depth = [""], 0
    for c in text:
        depth += {"(": 1, ")": -1}.get(c, 0)
        if c == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += c
    return parts


def words(comment):
    text = " ".join(re.sub(r"^ \* ?", "", line).strip() for line in (comment or "").splitlines()).strip()
    return text.replace(" | ", " or ")


def code(keys, required=()):
    return " ".join(f"**`{k}`**" if k in required else f"`{k}`" for k in keys) or "-"


def told(text):
    """What the document says of each key now: the second cell of its row."""
    return {key: cell.strip() for key, cell in re.findall(r"^\| `([^`]+)` \| ([^|]*) \|", text, re.M)}


def tables(text):
    roles, keys = vocabulary()
    said = {part: told(between(text, part)) for part in ("roles", "positions", "options")}
    out = {"roles": ["| role | what it says of a call | positions (needed ones in bold) | other keys |", "|---|---|---|---|"]}
    for key, (comment, positions, required, options) in roles.items():
        what = said["roles"].get(key) or words(comment)
        out["roles"].append(f"| `{key}` | {what} | {code(positions, required)} | {code(options)} |")
    for part, kind in (("positions", "POSITION"), ("options", "OPTION")):
        out[part] = ["| key | what it means |", "|---|---|"]
        for key, comment in keys[kind].values():
            out[part].append(f"| `{key}` | {said[part].get(key) or words(comment)} |")
    return {part: "\n".join(lines) for part, lines in out.items()}


def between(text, part):
    found = re.search(rf"<!-- {part} -->\n(.*?)<!-- end -->", text, re.S)
    return found.group(1) if found else sys.exit(f"{document.name} has no place for the {part}")


def wrong_examples(program, text):
    wrong = 0
    with tempfile.TemporaryDirectory() as directory:
        said = {}
        for block in re.findall(r"^```yaml\n(.*?)^```", text, re.S | re.M):
            if "functions:" not in block:
                continue
            name = re.search(r"^library: (\w+)", block).group(1) + ".yaml"
            (pathlib.Path(directory) / name).write_text(block)
            program = pathlib.Path(program).resolve()
            run = subprocess.run([program, "models", "check", name], cwd=directory,
                                 capture_output=True, text=True)
            said[name] = run.stdout
            if run.returncode:
                print(f"docs/models.md: {run.stderr.strip()}")
                wrong += 1
        for name, shown in re.findall(r"^\$ spawnlint models check (\S+)\n(.*?)^```", text, re.S | re.M):
            if said.get(name) != shown:
                print(f"docs/models.md shows other words of {name} than the program says:\n{said.get(name)}")
                wrong += 1
    return wrong


def main():
    text = updated = document.read_text()
    for part, table in tables(text).items():
        old = between(updated, part)
        updated = updated.replace(f"<!-- {part} -->\n{old}", f"<!-- {part} -->\n{table}\n")
        for line in table.splitlines():
            if re.match(r"\| `[^`]+` \|  \|", line):
                print(f"docs/models.md says nothing of {line.split('`')[1]}")
                text = None
    if "--update" in sys.argv:
        document.write_text(updated)
        return 0
    if updated != text:
        print("docs/models.md does not say what analyzer/facts/roles.def says; run checks/models/test/vocabulary.py --update")
    return updated != text or (len(sys.argv) > 1 and wrong_examples(sys.argv[1], updated) > 0)


sys.exit(main())
