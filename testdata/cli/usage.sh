#!/bin/bash
# Mistakes on the command line and in the configuration: one sentence, status 2, the nearest spelling.
. "$(dirname "$0")/lib.sh"
make_project p

run 2 chekc;                          says 'unknown command "chekc"; did you mean "check"?'
run 2 check --formt=text;             says 'has no option --formt=text; did you mean --format?'
run 2 check --format=sraif;           says 'unknown format "sraif"; did you mean "sarif"?'
run 2 check --dry-run;                says '`spawnlint check` has no option --dry-run; fix has'
run 2 check -Z;                       says 'has no option -Z'
run 2 check -j;                       says '-j wants a value'
run 2 check -j 0;                     says '--jobs wants a number from 1 to 1024, not "0"'
run 2 check --fail-on=warn;           says '--fail-on wants error, warning, note or never, not "warn"'
run 2 check -p p nothing.c;           says 'nothing.c does not exist'
run 2 check -p p --checks=spawn-without-recovr; says 'did you mean "spawn-without-recover"?'
run 2 check -- -DX;                   says 'flags behind `--` need files to go with'
run 2 explain spawn-without-recovr;   says 'did you mean "spawn-without-recover"?'
run 2 models chekc x;                 says 'did you mean "check"?'
run 2 models check none.yaml;         says 'none.yaml does not exist'
run 2 config shwo;                    says 'did you mean "show"?'
run 2 report mpa;                     says 'did you mean "map"?'
run 2 dump --stage=irr -p p;          says 'unknown stage "irr"; did you mean "ir"?'
run 2 scan -p p;                      says 'scan wants --output=FILE'
run 2 link;                           says 'link wants the facts files'
run 0 --version;                      silent
run 0 --help;                         silent; shows 'check'
for command in check fix explain checks models config baseline report dump scan link; do
  run 0 "$command" --help; silent; shows "spawnlint $command"
done
run 0 checks; shows spawn-without-recover
run 0 explain spawn-without-recover; shows spawn

# The configuration: every mistake names file, line and column.
config() { printf '%s\n' "$1" >p/.spawnlint.yaml; }
config 'chekcs: [x]';            run 2 check -p p; says '.spawnlint.yaml:1:1: unknown key "chekcs"; did you mean "checks"?'
config 'checks: [nonsense-xyz]'; run 2 check -p p; says '.spawnlint.yaml:1:10: there is no check "nonsense-xyz"'
config 'fix: [x]';               run 2 check -p p; says '`fix` is for checks that this version does not have yet'
config 'block-classes: [dsik]';  run 2 check -p p; says '.spawnlint.yaml:1:17: there is no class of waits "dsik"; did you mean "disk"?'
config 'strict: yes please';     run 2 check -p p; says ':1:9: true or false is wanted here'
config 'models: [none.yaml]';    run 2 check -p p; says 'there is no file'
config 'severity: {spawn-without-recover: loud}'; run 2 check -p p; says 'error, warning, note or off is wanted here'
config 'panic-kinds: [fire]';    run 2 check -p p; says 'one of exception, jump, panic, fatal and assert'
config 'baseline: none.json';    run 2 check -p p; says 'none.json'
config 'checks: [';              run 2 check -p p; says '.spawnlint.yaml:'
config 'fail-on: error';         run 0 check -p p; shows 'abort()'
config 'severity: {"spawn-*": note}'; run 0 check -p p; shows ' note: '
config 'checks: ["-spawn-*"]';   run 0 check -p p; ! grep -q 'abort()' out || fail 'a check that is off ran'
config 'exclude: ["work.c"]';    run 0 check -p p
config 'strict: true';           run 0 config verify -p p; shows good
run 0 config show -p p; shows 'strict: true'
mkdir p/sub && printf 'inherit: true\nfail-on: never\n' >p/sub/.spawnlint.yaml
run 0 config show --config=p/sub/.spawnlint.yaml; shows 'strict: true'; shows 'fail-on: never'
rm -f p/.spawnlint.yaml p/sub/.spawnlint.yaml

# Statuses.
run 1 check -p p; shows 'abort()'; silent
run 0 check -p p --fail-on=error
run 0 check -p p --fail-on=never
run 0 check -p p p/part.c
run 1 check -p p p/work.c
run 1 check p/work.c p/part.c p/main.c --no-store -- -Ip
run 0 baseline create -p p --baseline=b.json
run 0 check -p p --baseline=b.json
run 0 baseline show --baseline=b.json; shows work.c
run 1 check -p p --no-baseline

# Without -p the database is looked for; with none, it is said how to make one.
mkdir -p p/build/deep && mv p/compile_commands.json p/build/
(cd p && "$spawnlint" check >/dev/null 2>&1); [ $? = 1 ] || fail 'build/ was not looked into'
(cd p/build/deep && "$spawnlint" check >/dev/null 2>&1); [ $? = 1 ] || fail 'the directories above were not looked into'
mkdir empty && cd empty && run 2 check && mv out err .. && cd .. && says 'bear -- make'

# A full disk under the report must not look like success: files may not grow at all.
(ulimit -f 0; trap '' XFSZ; "$spawnlint" check -p p/build --fail-on=never --no-store >full 2>/dev/null)
[ $? = 2 ] || fail 'a report that the disk did not take went unnoticed'
(ulimit -f 0; trap '' XFSZ; "$spawnlint" check -p p/build --fail-on=never --no-store --format=json=full.json >/dev/null 2>&1)
[ $? = 2 ] || fail 'a report file that the disk did not take went unnoticed'
[ -z "$(ls | grep full.json)" ] || fail 'half a report was left'
run 2 check -p p/build --fail-on=never --format=sarif=/nowhere/x.sarif; says "/nowhere/x.sarif can't be written"
run 0 check -p p/build --fail-on=never --format=sarif=x.sarif --format=text; shows 'abort()'; [ -s x.sarif ] || fail 'no sarif'
finish
