#!/bin/bash
# Shows what the fix is worth: a program that dies of one task's panic, then the same
# program after `spawnlint fix`, alive and with a panic record.
#
#   before-after.sh SPAWNLINT RUNTIME_HELPERS_DIR [c|cpp...]
set -euo pipefail

spawnlint=$1 helpers=$2
shift 2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ulimit -c 0

die() { echo "before-after: $*" >&2; exit 1; }

build() { # build DIRECTORY [CMAKE_OPTION...]
  cmake -S "$1" -B "$1/build" -G Ninja "${@:2}" >"$1/build.log" 2>&1 && cmake --build "$1/build" >>"$1/build.log" 2>&1 ||
    { cat "$1/build.log" >&2; die "$1 does not build"; }
}

run() { # run DIRECTORY: output in out and err, status in status
  status=0
  timeout 60 "$1/build/demo" >"$1/out" 2>"$1/err" || status=$?
}

[ $# -gt 0 ] || set -- c cpp
for language; do
  demo=$work/$language
  cp -r "$here/$language" "$demo"

  build "$demo"
  run "$demo"
  echo "before ($language): status $status, last line: $(tail -n 1 "$demo/out")"
  [ "$status" != 0 ] && ! grep -q alive "$demo/out" || die "$language should have died before the fix"

  (cd "$demo" && "$spawnlint" fix -p build .) || [ $? -le 1 ] || die "spawnlint fix failed"
  diff -u -r --exclude=build --exclude='*.log' --exclude=out --exclude=err "$here/$language" "$demo" || true

  build "$demo" "-DRUNTIME_HELPERS_DIR=$helpers"
  run "$demo"
  echo "after ($language): status $status, last line: $(tail -n 1 "$demo/out")"
  [ "$status" = 0 ] && grep -q alive "$demo/out" || { cat "$demo/err" >&2; die "$language should have survived after the fix"; }
  grep -q '^{.*}$' "$demo/err" || { cat "$demo/err" >&2; die "$language left no panic record on stderr"; }
  echo "record ($language): $(grep '^{' "$demo/err" | head -n 1)"
done
