#!/bin/bash
# contexts, stop-flags, block-classes, wrappers and headers of the configuration: each changes what is found, and a run on a
# filled store answers as one on an empty store.
. "$(dirname "$0")/lib.sh"

mkdir -p p/vendor/own && cd p || exit 1
cat >feed.c <<'C'
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
struct feed_token { bool fired; };
struct feed { int fd; bool draining; };

void serve(struct feed *feed)
{
    char buffer[64];
    while (!feed->draining)
        recv(feed->fd, buffer, sizeof buffer, 0);
}
long fetch(struct feed_token *token, int fd, char *buffer)
{
    return token->fired ? 0 : recv(fd, buffer, 64, 0);
}
void tail(struct feed_token *token, FILE *log)
{
    char line[80];
    FILE *file = fopen("/var/log/feed", "r");
    while (!token->fired && fgets(line, sizeof line, file))
        fputs(line, log);
}
C
cat >vendor/own/pool.h <<'C'
#include <pthread.h>
#include <stdlib.h>
static inline void *pool_work(void *arg)
{
    if (!arg)
        abort();
    return 0;
}
static inline void pool_start(pthread_t *thread) { pthread_create(thread, 0, pool_work, thread); }
C
cat >guard.cpp <<'C'
#include <functional>
#include <pool.h>
#include <stdexcept>
#include <thread>
void guarded(const std::function<void()> &body);
void start()
{
    std::thread worker([] { guarded([] { throw std::runtime_error("no"); }); });
    worker.join();
    pthread_t thread;
    pool_start(&thread);
    pthread_join(thread, nullptr);
}
C
cat >guarded.cpp <<'C'
#include <functional>
void guarded(const std::function<void()> &body) { body(); }
C
for file in feed.c guard.cpp guarded.cpp; do
  printf '{"directory": "%s", "file": "%s", "command": "c++ -isystem vendor/own -c %s"},\n' "$PWD" "$file" "$file"
done | sed '1s/^/[/; $s/,$/]/; s/c++ \(.*feed.c\)/cc \1/' >compile_commands.json

config() { printf '%s\n' "$1" >.spawnlint.yaml; }
# found STATUS PLACE...: exactly these places, cold (the store still knows other configurations), warm and without a store.
found() {
  local wanted=$1
  shift
  for extra in '' '' --no-store; do
    run "$wanted" check --format=json $extra
    python3 -c 'import json, sys
print(*sorted(f["place"]["path"] + ":" + str(f["place"]["line"]) for f in json.load(sys.stdin)["findings"]
              if f["severity"] != "note"))' <out >places
    [ "$(cat places)" = "$*" ] || fail "with $(cat .spawnlint.yaml): found $(cat places), not $*"
  done
}

config 'strict: false';                         found 1 guard.cpp:8
config 'stop-flags: ["feed::dra*"]';            found 1 feed.c:11 guard.cpp:8
config 'stop-flags: [feed::other]';             found 1 guard.cpp:8
config 'contexts: [feed_token]';                found 1 feed.c:15 guard.cpp:8
config 'contexts: [feed_tok]';                  found 1 guard.cpp:8
printf 'contexts: feed_token\nblock-classes: [disk]\n' >.spawnlint.yaml
found 1 feed.c:21 guard.cpp:8
printf 'contexts: feed_token\nblock-classes: [disk, network]\n' >.spawnlint.yaml
found 1 feed.c:15 feed.c:21 guard.cpp:8
config 'wrappers: [guarded]';                   found 0
config 'headers: ["vendor/*"]';                 found 1 guard.cpp:8 vendor/own/pool.h:9
config 'headers: ["vendor"]';                   found 1 guard.cpp:8
run 0 config show; shows 'headers:'
config 'contexts: ["struct feed_token"]'; run 2 check; says '.spawnlint.yaml:1:12: the qualified name of a class'

# Deliberate detachment: with a reason it silences the finding and is counted, without one it is told and silences nothing.
cat >detached.cpp <<'C'
#include <stop_token>
bool ask(std::stop_token stop) { return stop.stop_requested(); }
bool first(std::stop_token stop)
{
    return !stop.stop_requested() && ask({}); // spawnlint-detached: the question outlives the request
}
bool second(std::stop_token stop)
{
    return !stop.stop_requested() && ask({}); // spawnlint-detached:
}
C
printf '[{"directory": "%s", "file": "detached.cpp", "command": "c++ -std=c++20 -c detached.cpp"}]' "$PWD" >compile_commands.json
config 'checks: ["-*", "context-*"]'
run 1 check; shows 'detached.cpp:9:42'; shows '(0 in the source, 0 by the baseline, 1 detached)'; shows 'gives no reason'
! grep -q 'detached.cpp:5:' out || fail 'a detachment with a reason was not accepted'
cd ..
finish
