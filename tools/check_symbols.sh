#!/bin/sh
# Usage: check_symbols.sh TREE LIBRARY
#
# Fails unless the shared library shows crs_<name> symbols alone, each declared
# in include/crease/, and every function declared there is in the library.
set -eu
tree=$1
library=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

nm -D --defined-only "$library" | awk '{ print $3 }' | sort -u >"$scratch/exported"
# What CRS_API stands before, to the name in front of the first parenthesis.
cat "$tree"/include/crease/*.h | sed 's,/\*.*\*/,,' | tr '\n' ' ' | sed 's/CRS_API/\n&/g' |
    sed -n 's/^CRS_API [^(;]*[ *]\(crs_[A-Za-z0-9_]*\)[ ]*[(;].*/\1/p' | sort -u >"$scratch/declared"

bad=0
# report FILE WHY: every line of FILE is a name that should not be there
report() {
    while read -r name; do
        echo "$name: $2"
        bad=1
    done <"$1"
}
grep -vE '^crs_[a-z0-9]+(_[a-z0-9]+)*$' "$scratch/exported" >"$scratch/misnamed" || true
report "$scratch/misnamed" "exported under a name that is not crs_<name>"
comm -23 "$scratch/exported" "$scratch/declared" >"$scratch/undeclared"
report "$scratch/undeclared" "exported, but no header of include/crease/ declares it"
comm -13 "$scratch/exported" "$scratch/declared" >"$scratch/undefined"
report "$scratch/undefined" "declared in include/crease/, but the library does not have it"
echo "$(wc -l <"$scratch/exported") symbols exported"
exit "$bad"
