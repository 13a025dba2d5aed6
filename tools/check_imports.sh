#!/bin/sh
# Usage: check_imports.sh ALLOWED ARCHIVE
#
# Fails if the objects of ARCHIVE together need a symbol that neither they define
# nor the list in the file ALLOWED names.
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
llvm-nm "$2" 2>/dev/null >"$scratch/symbols"
awk 'NF == 2 && $1 == "U" { print $2 }' "$scratch/symbols" | sort -u >"$scratch/needed"
awk 'NF == 3 { print $3 }' "$scratch/symbols" | sort -u >"$scratch/defined"
sed 's/#.*//' "$1" | tr -s ' ' '\n' | sort -u >"$scratch/allowed"
[ -s "$scratch/defined" ]
if comm -23 "$scratch/needed" "$scratch/defined" | comm -23 - "$scratch/allowed" | grep .; then
    echo "the above is needed, but not allowed by $(basename "$1")"
    exit 1
fi
