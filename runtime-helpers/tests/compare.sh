#!/bin/sh
# compare.sh <compare.md> <tests dir>: every row of the comparison names a test that exists.
set -eu
page=$1 tests=$2
bad=0
rows=$(grep -E '^\|' "$page" | grep -vE '^\|[-|]+\|$|^\| question ' || true)
echo "$rows" | while IFS= read -r row; do
    name=$(echo "$row" | sed -nE 's/.*`([A-Za-z0-9_.]+): ([A-Za-z0-9_\/]+)` \|$/\1 \2/p')
    if [ -z "$name" ]; then
        echo "no test in: $row" >&2
        exit 1
    fi
    file=${name% *} test=${name#* }
    if ! grep -qs -- "$test" "$tests/$file" "$tests/$file.c" "$tests/$file.cc" "$tests/optional/$file.c"; then
        echo "no such test: $file: $test" >&2
        exit 1
    fi
done || bad=1
exit $bad
