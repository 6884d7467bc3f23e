# What the tests of the command line share.  $1 is the program; each test runs in a directory of its own.
set -u
spawnlint=$(readlink -f "$1")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'chmod -R u+w "$work" 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 1
failures=0

fail() { printf 'FAILED: %s\n' "$*"; failures=$((failures + 1)); }

# run STATUS ARGS...: the program's output goes to the files out and err; its exit status must be STATUS.
run() {
  local wanted=$1 status=0
  shift
  "$spawnlint" "$@" >out 2>err || status=$?
  [ "$status" = "$wanted" ] || { fail "status $status, not $wanted: spawnlint $*"; sed 's/^/    /' err | head -5; }
}

# says TEXT: standard error holds it, and no line of it is anything but a sentence of ours.
says() {
  grep -qF -- "$1" err || { fail "standard error lacks \"$1\":"; sed 's/^/    /' err | head -5; }
  ! grep -qv '^spawnlint: \|^$' err || { fail "standard error holds something else:"; grep -v '^spawnlint: ' err | head -3; }
}

shows() { grep -qF -- "$1" out || { fail "the report lacks \"$1\":"; sed 's/^/    /' out | head -20; }; }
silent() { [ ! -s err ] || { fail "standard error is not empty:"; sed 's/^/    /' err | head -3; }; }

# A program of three files; work.c has the one finding.
make_project() {
  mkdir -p "$1"
  cat >"$1/work.c" <<'C'
#include <pthread.h>
#include <stdlib.h>
#include "part.h"
static void *work(void *arg)
{
    if (part(arg) > 3)
        abort();
    return NULL;
}
int start(void)
{
    pthread_t thread;
    int failed = pthread_create(&thread, NULL, work, NULL);
    return failed ? failed : pthread_join(thread, NULL);
}
C
  printf 'int part(void *arg);\n' >"$1/part.h"
  printf '#include "part.h"\nint part(void *arg) { return arg != 0; }\n' >"$1/part.c"
  printf 'int start(void);\nint main(void) { return start(); }\n' >"$1/main.c"
  database "$1" work.c part.c main.c
}

# database DIRECTORY FILES...: its compile_commands.json, in the order given.
database() {
  local directory=$1 comma='' file
  shift
  { printf '['
    for file; do
      printf '%s{"directory": "%s", "file": "%s", "arguments": ["cc", "-c", "%s"]}' "$comma" \
        "$(cd "$directory" && pwd)" "$file" "$file"
      comma=,
    done
    printf ']\n'
  } >"$directory/compile_commands.json"
}

finish() { [ "$failures" = 0 ] && echo "all good"; exit "$((failures != 0))"; }
