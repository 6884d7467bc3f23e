#!/bin/bash
# Model files: every mistake names file, line, column and key; a good file says what it declares; a user's wins over ours.
. "$(dirname "$0")/lib.sh"

model() { printf '%s\n' "$@" >m.yaml; }
wrong() { run 2 models check m.yaml; says "$1"; }

model 'library: mine' 'functions:' '  - name: [pool_submit, pool_try_submit]' \
      '    spawn: {entry: 2, arg: 3, task: pool job, detached: true}' \
      '  - name: mine::queue::push' '    params: ["const *job &"]' '    chan-send: {channel: this, value: 1}' \
      '  - name: pool_run' '    calls: {callback: 2, when: now}' '    block: {class: sync}'
run 0 models check m.yaml; silent
shows 'm.yaml: 4 models'
shows '  pool_try_submit: spawn (entry 2, arg 3, task pool job, detached)'
shows '  mine::queue::push [params: const *job &]: chan-send (channel this, value 1)'
shows '  pool_run: calls (callback 2, when now), block (class sync)'

model 'functions:' '  - name: f' '    spwan: {entry: 1}'
wrong 'm.yaml:3:5: unknown key or role "spwan"; did you mean "spawn"?'
model 'functions:' '  - name: f' '    spawn: {entyr: 1}'
wrong 'm.yaml:3:13: unknown key of the role spawn "entyr"; did you mean "entry"?'
model 'functions:' '  - name: f' '    unlock: {callback: 1}'
wrong 'm.yaml:3:14: unknown key of the role unlock "callback"; it takes lock, by-pointer'
for position in 0 -1 33 1.5 first '{}' '""'; do
  model 'functions:' '  - name: f' "    join: {handle: $position}"
  wrong 'm.yaml:3:20: a position is the number of an argument (from 1), `this` or `result`'
done
model 'functions:' '  - name: f' '    spawn: {entry: 1, detached: maybe}'
wrong 'm.yaml:3:33: true or false is wanted here'
model 'functions:' '  - name: f' '    spawn: 3'
wrong 'm.yaml:3:12: the role spawn is a map of its keys, or `true`'
model 'functions:' '  - name: f' '    quiet: true' '  - name: f' '    fatal: true'
wrong 'm.yaml:4:11: f has a model for the same calls in line 2; put all roles into one'
model 'functions:' '  - name: f' '    quiet: true' '    name: g'
wrong 'm.yaml:4:5: the key `name` is here a second time; keep one'
model 'functions:' '  - name: f'
wrong 'm.yaml:2:5: the function says nothing'
model 'functions: {f: {quiet: true}}'
wrong 'm.yaml:1:12: "functions" is a list'
model 'function: []'
wrong 'm.yaml:1:1: unknown key "function"; did you mean "functions"?'
model 'functions:' '  - name: f' '    block: {class: dsn}'
wrong 'm.yaml:3:20: unknown class "dsn"; did you mean "dns"?'
model 'functions:' '  - name: f' '    calls: {callback: 1, when: latr}'
wrong 'm.yaml:3:32: unknown time "latr"; did you mean "later"?'
model 'functions:' '  - name: f' '    fix: {to: g}'
wrong 'm.yaml:3:10: a fix needs the keys "to" and "header"'
model 'functions:' '  - name: f' '    instead: {context: rh_ctx}'
wrong 'm.yaml:3:14: an instead needs the keys "context" and "write"'
model 'functions:' '  - name: f' '    instead: [{context: rh_ctx, writ: "g({context})"}]'
wrong 'm.yaml:3:33: unknown key of an instead "writ"; did you mean "write"?'
model '- f' '- g'
wrong 'm.yaml:1:1: a model file is a map with the keys library and functions'
model 'functions: [' ; wrong 'm.yaml:'
model 'just text'; wrong 'm.yaml:1:1: a model file is a map'
: >m.yaml; wrong 'm.yaml:1:1: the file says nothing: a model file is a map with the keys library and functions'
model '# only a comment'; wrong 'the file says nothing'
head -c 400 /dev/urandom >m.yaml; printf '\0\1\2' >>m.yaml; run 2 models check m.yaml; says 'm.yaml:'
mkdir m; run 2 models check m; says 'm is a directory'
run 2 models check none.yaml; says 'none.yaml does not exist'
run 2 models check; says 'models check wants files to read'
run 2 models; says 'models command'

# One bad file among good ones: all are read, and the status tells.
printf 'functions:\n  - name: f\n    quiet: true\n' >good.yaml
model 'nonsense: 1'
run 2 models check good.yaml m.yaml; shows 'good.yaml: 1 models'; says 'm.yaml:1:1: unknown key "nonsense"'

# A user's model is used, and wins over ours for the function that it names.
make_project p
cat >p/part.c <<'C'
#include "part.h"
int pool_start(void *(*job)(void *), void *arg);
void bail_out(void);
static void *job(void *arg) { if (arg) bail_out(); return 0; }
int part(void *arg) { return pool_start(job, arg); }
C
run 1 check -p p --no-store; shows 'work.c:13:18'; ! grep -q 'part.c:5' out || fail 'a spawn that no model knows was seen'
cat >p/mine.yaml <<'Y'
library: mine
functions:
  - name: pool_start
    spawn: {entry: 1, arg: 2, task: pool job, detached: true}
  - name: bail_out
    fatal: true
  - name: abort
    quiet: true
Y
printf 'models: [mine.yaml]\n' >p/.spawnlint.yaml
run 1 check -p p --no-store; shows 'part.c:5:30'; shows 'pool job'
! grep -q 'work.c:' out || fail "a user's quiet abort() still ends the process"
finish
