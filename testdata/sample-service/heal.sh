#!/bin/bash
# Repairs a copy of the sample service with `spawnlint fix` and lets smoke.py try to kill
# it. Twice, because a finding names the worst kind only: what is left after the exceptions
# are recovered is the exit() below the worker.
#
#   heal.sh SPAWNLINT RUNTIME_HELPERS_DIR
set -euo pipefail

spawnlint=$1 helpers=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cp -r "$here/." "$work"
cd "$work"
cmake -S . -B build -G Ninja >build.log
for round in 1 2; do
  echo "== fix, round $round"
  "$spawnlint" fix -p build . || [ $? -le 1 ]
done
cmake -S . -B build "-DRUNTIME_HELPERS_DIR=$helpers" >>build.log
cmake --build build >>build.log 2>&1 || { cat build.log >&2; exit 1; }
./smoke.py build/jobd --healed
