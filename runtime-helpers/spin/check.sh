#!/bin/sh
# check.sh MODEL holds|caught [-DFLAG...]: runs spin's exhaustive search and expects the model to hold, or its mutant
# to be caught.  Prints the states searched, or what was found.
set -eu
model=$1 expect=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
spin -a "$@" "$model" >spin.out 2>&1 || { cat spin.out; exit 2; }
cc -O1 -w -DSAFETY -DNOFAIR -DCOLLAPSE -DVECTORSZ=2048 -o pan pan.c
./pan -m1000000 -w22 >pan.out 2>&1 || true
grep -q 'max search depth too small' pan.out && { echo "search was cut short"; exit 2; }
errors=$(sed -n 's/.*errors: \([0-9]*\).*/\1/p' pan.out)
grep -E 'invalid end state|assertion violated|states, stored' pan.out || true
case "$expect:$errors" in
holds:0) ;;
caught:[1-9]*) ;;
*) cat pan.out; echo "expected: $expect, errors: $errors"; exit 1 ;;
esac
