#!/bin/sh
# Usage: check_headers.sh TREE COMPILER
#
# Fails on a public header that does not compile alone, as C11 and as C++17, or
# that a warning is to be had from.
set -eu
cd "$1"
compiler=$2
bad=0
warnings='-Wall -Wextra -Wpedantic -Werror'
for header in include/crease/*.h; do
    name=crease/$(basename "$header")
    for language in 'c -std=c11 -Wstrict-prototypes' 'c++ -std=c++17'; do
        # shellcheck disable=SC2086 # both are lists of words
        if ! echo "#include <$name>" | "$compiler" -fsyntax-only -Iinclude $warnings -x $language -; then
            echo "$header: does not compile alone as ${language%% *}"
            bad=1
        fi
    done
done
exit "$bad"
