#!/bin/sh
# Usage: check_banned.sh TREE
#
# Fails on a call in include/, src/ or cli/ of a function that cannot be used
# safely, or that is another's job here. Prints each as "file:line: text".
set -eu
cd "$1"

# Everywhere: no bound on what is written, no error from what is read, or state
# that threads share.
unsafe='strcpy|strcat|strncpy|strncat|stpcpy|sprintf|vsprintf|gets|scanf|fscanf|sscanf|strtok|atoi|atol|atoll|atof|alloca|tmpnam|tempnam|mktemp|asctime|ctime|gmtime|localtime|rand|srand|drand48|system|popen|setenv|putenv|longjmp'
# The library neither prints nor ends the process.
printing='printf|puts|putchar|perror|exit|_exit|abort|assert'
# One door for memory (core/memory.h), so that tests can make it fail.
allocating='malloc|calloc|realloc|free|strdup|aligned_alloc|posix_memalign'

bad=0
# forbid PATTERN FILE...
forbid() {
    pattern=$1
    shift
    # A name in a comment or a string is no call: blank those out, keep the line numbers.
    for file in "$@"; do
        for n in $(sed -e 's/\\"//g' -e 's/"[^"]*"/""/g' -e 's,/\*.*\*/,,' -e 's,^ *\*.*,,' -e 's,/\*.*,,' "$file" |
            grep -nE "(^|[^A-Za-z0-9_>.])($pattern)[[:space:]]*\\(" | cut -d: -f1); do
            echo "$file:$n:$(sed -n "${n}p" "$file")"
            bad=1
        done
    done
    return 0
}

folder() { [ ! -d "$1" ] || find "$1" -name '*.[ch]' | sort; }

# shellcheck disable=SC2046 # names here hold no blanks
{
    forbid "$unsafe" $(folder include) $(folder src) $(folder cli)
    forbid "$printing" $(folder src)
    forbid "$allocating" $(folder src | grep -v '^src/core/memory\.c$')
}
exit "$bad"
