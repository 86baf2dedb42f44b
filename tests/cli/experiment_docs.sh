#!/usr/bin/env bash
# docs/experiments.md: its tables are those of the descriptors, its commands run as it says.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"
export PATH="$PWD/bin:$PATH"
mkdir bin
ln -s "$SYNFIRE" bin/synfire

# With UPDATE_DOCS=1 the tables are written anew instead.
python3 - "$SYNFIRE_SOURCE_DIR/docs/experiments.md" "${UPDATE_DOCS:-0}" <<'PYTHON' || complain "docs/experiments.md differs"
import json, re, subprocess, sys

path, update = sys.argv[1], sys.argv[2] == "1"
document = open(path, encoding="utf-8").read()

def entries(section):
    text = subprocess.run(["synfire", "list", section, "--json"], capture_output=True, check=True).stdout
    return json.loads(text)["data"][section]

def key_rows():
    for key in entries("keys"):
        yield f"| `{key['name']}` | {key['value']} | {key['default']} | {key['summary']} |"

def rule_rows():
    for rule in entries("rules"):
        yield f"| `{rule['name']}` | {rule['summary']} |"

faults = 0
for name, rows in (("keys", key_rows()), ("rules", rule_rows())):
    table = "\n".join(rows) + "\n"
    pattern = re.compile(r"(<!-- %s: [^\n]*-->\n[^\n]*\n[^\n]*\n)(.*?)(<!-- end -->)" % name, re.S)
    found = pattern.search(document)
    if update:
        document = document[:found.start(2)] + table + document[found.end(2):]
    elif found.group(2) != table:
        print(f"the table of {name} is not that of `synfire list {name}`", file=sys.stderr)
        faults += 1
if update:
    open(path, "w", encoding="utf-8").write(document)

# Console blocks: every command runs; lines below it are in its output, in this order.
for block in re.findall(r"```console\n(.*?)```", document, re.S):
    for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
        command, *expected = part.rstrip("\n").split("\n")
        run = subprocess.run(command, shell=True, capture_output=True, text=True)
        output = run.stdout + run.stderr
        refused = any(line.startswith("error[") for line in expected)
        if (run.returncode != 0) != refused:
            print(f"`{command}`: status {run.returncode}: {output[:300]}", file=sys.stderr)
            faults += 1
        place = 0
        for line in expected:
            at = output.find(line.rstrip(), place)
            if at < 0:
                print(f"`{command}` does not say: {line}", file=sys.stderr)
                faults += 1
            place = max(place, at)
sys.exit(faults > 0)
PYTHON
finish
