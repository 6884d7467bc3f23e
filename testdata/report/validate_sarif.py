"""Validates SARIF files: validate_sarif.py [FILE...]; without files, every *.sarif beside this script.

Exit: 0 all valid, 1 not, 77 (ctest: skipped) without the jsonschema module.
"""
import json
import pathlib
import re
import sys

try:
    import jsonschema
except ImportError:
    print("python3-jsonschema is missing: apt install python3-jsonschema")
    sys.exit(77)

HERE = pathlib.Path(__file__).resolve().parent
SCHEMA = json.loads((HERE / "sarif-schema-2.1.0.json").read_text())


def beyond_the_schema(run):
    """Rules of the specification's prose and of GitHub."""
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    if len(rules) != len(set(rules)):
        yield "a rule id twice"
    suppressions = {"suppressions" in result for result in run["results"]}
    if len(suppressions) > 1:
        yield "suppressions on some results only"
    for number, result in enumerate(run["results"]):
        if rules[result["ruleIndex"]] != result["ruleId"]:
            yield f"results[{number}]: ruleIndex names another rule"
        related = {place["id"] for place in result.get("relatedLocations", [])}
        for link in re.findall(r"\]\((\d+)\)", result["message"]["text"]):
            if int(link) not in related:
                yield f"results[{number}]: link to related location {link}, which is not there"
        orders = [step["executionOrder"] for flow in result.get("codeFlows", [])
                  for thread in flow["threadFlows"] for step in thread["locations"]]
        if sorted(orders) != list(range(1, len(orders) + 1)):
            yield f"results[{number}]: executionOrder is not 1..n"
        line_hash = result["partialFingerprints"].get("primaryLocationLineHash", "0:1")
        if not re.fullmatch(r"[0-9a-f]{1,16}:[1-9][0-9]*", line_hash):
            yield f"results[{number}]: primaryLocationLineHash {line_hash}"


def errors_of(path):
    log = json.loads(path.read_text())
    validator = jsonschema.Draft4Validator(SCHEMA)
    yield from (f"{list(error.path)}: {error.message}" for error in validator.iter_errors(log))
    for run in log["runs"]:
        yield from beyond_the_schema(run)


def main():
    files = [pathlib.Path(name) for name in sys.argv[1:]] or sorted(HERE.glob("*.sarif"))
    bad = 0
    for path in files:
        for error in errors_of(path):
            print(f"{path}: {error}")
            bad += 1
    print(f"{len(files)} files, {bad} errors")
    return 1 if bad or not files else 0


sys.exit(main())
