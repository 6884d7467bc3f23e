#!/bin/bash
# Same input, same bytes: cold and warm, one worker or many, whatever the order of the database.
. "$(dirname "$0")/lib.sh"
make_project p
names='work.c part.c main.c'
for i in 1 2 3 4 5 6 7 8; do
  sed "s/start/start$i/; s/work/work$i/g" p/work.c >"p/more$i.c"
  names="$names more$i.c"
done
database p $names
all() { "$spawnlint" check -p p --format=sarif=sarif --format=json=json --format=text "$@" >out 2>err; cat out sarif json; }
all -j1 --no-store >first
[ -s first ] || fail 'nothing was reported'
grep -q more8.c first || fail 'more8.c has no finding'
check_same() { cmp -s first - || fail "$1"; }
all -j2 --no-store | check_same '-j2 differs'
all -j7 --no-store | check_same '-j7 differs'
all | check_same 'with a store it differs'
all | check_same 'a warm run differs'
for seed in 1 2 3; do
  database p $(printf '%s\n' $names | shuf --random-source=<(yes $seed))
  all -j2 --no-store | check_same "shuffled $seed differs"
  all | check_same "shuffled $seed and warm differs"
done
printf '\n' >>p/part.c
all | check_same 'one file parsed again, the rest from the store'

# scan and link in shards give what check gives.
database p $names
"$spawnlint" scan -p p -o one.facts p/work.c p/part.c 2>err || fail 'scan one'
"$spawnlint" scan -p p -o one.again --no-store p/work.c p/part.c 2>err || fail 'scan again'
cmp -s one.facts one.again || fail 'scan is not deterministic'
"$spawnlint" scan -p p -o two.facts p/main.c p/more?.c 2>err || fail 'scan two'
"$spawnlint" check -p p --format=json >whole 2>err
"$spawnlint" link two.facts one.facts --format=json >linked 2>err
cmp -s whole linked || fail 'scan and link differ from check'
printf 'nonsense' >bad.facts; run 2 link bad.facts; says 'is no facts file'
head -c $(($(stat -c %s one.facts) / 2)) one.facts >cut.facts; run 2 link cut.facts; says 'is damaged; scan again'
finish
