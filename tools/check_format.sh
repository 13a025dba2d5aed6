#!/bin/sh
# Usage: check_format.sh TREE [fix]
#
# Fails where clang-format would lay a source out otherwise, or with `fix` does it.
# Skipped (77) without clang-format.
set -eu
cd "$1"
mode=${2:-check}
command -v clang-format >/dev/null || exit 77

laid_out=$(mktemp)
trap 'rm -f "$laid_out"' EXIT
bad=0
for folder in include src cli tests examples fuzz bench; do
    # In a template names are NAME(x)(...), which clang-format takes apart.
    [ ! -d "$folder" ] || find "$folder" -name '*.[ch]' ! -name '*_template.h'
done | sort >"$laid_out.list"
while read -r file; do
    # A header with a table in it is taken for Objective-C unless it is called C.
    clang-format --style=file --assume-filename="${file%.h}.c" <"$file" >"$laid_out"
    cmp -s "$file" "$laid_out" && continue
    if [ "$mode" = fix ]; then
        cat "$laid_out" >"$file"
    else
        echo "$file: not laid out as .clang-format says; script/format does it"
        bad=1
    fi
done <"$laid_out.list"
rm -f "$laid_out.list"
exit "$bad"
