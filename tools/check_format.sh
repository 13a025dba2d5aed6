#!/bin/sh
# Usage: check_format.sh TREE
#
# Fails where clang-format would lay a source out otherwise. Skipped (77) without
# clang-format. `script/format` puts everything right.
set -eu
cd "$1"
command -v clang-format >/dev/null || exit 77
bad=0
for file in $(for folder in include src cli tests examples fuzz bench; do
    [ ! -d "$folder" ] || find "$folder" -name '*.[ch]'
done | sort); do
    if ! clang-format --dry-run -Werror --style=file "$file" 2>/dev/null; then
        echo "$file: not laid out as .clang-format says; script/format does it"
        bad=1
    fi
done
exit "$bad"
