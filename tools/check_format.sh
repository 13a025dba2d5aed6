#!/bin/sh
# Usage: check_format.sh TREE
#
# Fails where clang-format would lay a source out otherwise. Skipped (77) without
# clang-format. `script/format` puts everything right.
set -eu
cd "$1"
command -v clang-format >/dev/null || exit 77
for folder in include src cli tests examples fuzz bench; do
    [ ! -d "$folder" ] || find "$folder" -name '*.[ch]'
done | sort | xargs -r clang-format --dry-run -Werror --style=file
