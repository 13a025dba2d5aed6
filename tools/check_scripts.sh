#!/bin/sh
# Usage: check_scripts.sh TREE
#
# Fails on a script for sh, or a program in Python, that its interpreter could not read.
# Skipped (77) where there is no Python for the latter.
set -eu
cd "$1"
bad=0
for file in script/* tools/*.sh; do
    [ ! -f "$file" ] || sh -n "$file" || bad=1
done
[ "$bad" -eq 0 ] || exit 1
python=/usr/bin/python3
[ -x "$python" ] || exit 77
find bench -name '*.py' 2>/dev/null | while IFS= read -r file; do
    "$python" -c 'import ast, sys; ast.parse(open(sys.argv[1]).read(), sys.argv[1])' "$file" || exit 1
done
