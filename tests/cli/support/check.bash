# Helpers of the command line's tests. Each check that fails is told; `finish` gives the status.
failures=0
checks=0

complain() {
  echo "FAILED: $*" >&2
  failures=$((failures + 1))
}

# expect STATUS WORDS...: the exit status of `synfire WORDS`; its streams are left in out and err.
expect() {
  local wanted=$1 got=0
  shift
  checks=$((checks + 1))
  "$SYNFIRE" "$@" >out 2>err || got=$?
  [[ $got -eq $wanted ]] || complain "synfire $*: status $got instead of $wanted: $(head -c 400 err)"
}

# has FILE TEXT: the last command's out or err has the text.
has() {
  checks=$((checks + 1))
  grep -qF -- "$2" "$1" || complain "'$2' is not in $1: $(head -c 400 "$1")"
}

is_empty() {
  checks=$((checks + 1))
  [[ ! -s $1 ]] || complain "$1 is not empty: $(head -c 400 "$1")"
}

# One whole document with the four members, and nothing beside it.
is_document() {
  checks=$((checks + 1))
  python3 - "$1" <<'PYTHON' || complain "not a document with status $1: $(head -c 400 out)"
import json, sys
text = open("out", encoding="utf-8").read()
document = json.loads(text, parse_constant=lambda word: sys.exit("not JSON: " + word))
assert list(document) == ["schema", "status", "data", "diagnostics"], list(document)
assert document["schema"] == "synfire/1"
assert document["status"] == sys.argv[1], document["status"]
for diagnostic in document["diagnostics"]:
    assert set(diagnostic) == {"code", "severity", "message", "where", "hint"}
PYTHON
}

# field EXPRESSION: of the document in out, in Python with the document as d.
field() {
  python3 -c "import json; d = json.load(open('out')); print($1)"
}

golden() {
  echo "$SYNFIRE_SOURCE_DIR/tests/golden/$1"
}

finish() {
  echo "$checks checks, $failures failed"
  exit $((failures > 0))
}
