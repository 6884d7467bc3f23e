#!/bin/bash
# Ctrl-C in mid-run: status 130, one sentence, no half-written report, what is parsed is kept.
. "$(dirname "$0")/lib.sh"
make_project p
names='work.c part.c main.c'
for i in $(seq 40); do
  { echo '#include <pthread.h>'; for k in $(seq 3000); do echo "int f${i}_$k(int a) { return a ? f${i}_$((k > 1 ? k - 1 : k))(a - 1) : $k; }"; done
  } >"p/slow$i.c"
  names="$names slow$i.c"
done
database p $names
for signal in INT TERM; do
  rm -rf p/.spawnlint
  "$spawnlint" check -p p -j1 --format=sarif=report.sarif >out 2>err & pid=$!
  for i in $(seq 100); do [ -s p/.spawnlint/cache.sqlite ] && break; sleep 0.05; done
  sleep 0.4; kill -$signal $pid; wait $pid; status=$?
  [ $signal = INT ] && wanted=130 || wanted=143
  # Bash starts background jobs with SIGINT ignored; libuv installs its own handler all the same.
  [ "$status" = "$wanted" ] || fail "status $status after SIG$signal, not $wanted"
  says 'interrupted: '
  [ ! -e report.sarif ] || fail 'a report was written all the same'
  ls | grep -q 'report.sarif\.' && fail 'a temporary file was left'
  ! pgrep -P $pid >/dev/null || fail 'workers were left'
done
run 1 check -p p; shows 'abort()'

# The reader of a pipe that goes away is no crash.
"$spawnlint" check -p p 2>err | true
says "can't be written to standard output"
finish
