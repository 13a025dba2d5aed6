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


sources() {
    for folder in "$@"; do
        [ ! -d "$folder" ] || find "$folder" -name '*.[ch]' | sort
    done
}

# forbid PATTERN FILE...
forbid() {
    pattern=$1
    shift
    [ $# -gt 0 ] || return 0
    # A name in a comment or a string is no call: blank those out.
    awk -v call="(^|[^A-Za-z0-9_>.])($pattern)[ \t]*[(]" '
        {
            code = $0
            gsub(/\\"/, "", code)
            gsub(/"[^"]*"/, "\"\"", code)
            gsub(/\/\*.*\*\//, "", code)
            sub(/^ *\*.*/, "", code)
            sub(/\/\*.*/, "", code)
        }
        code ~ call { print FILENAME ":" FNR ":" $0; bad = 1 }
        END { exit bad }
    ' "$@"
}

bad=0
# shellcheck disable=SC2046 # names here hold no blanks
{
    forbid "$unsafe" $(sources include src cli) || bad=1
    forbid "$printing" $(sources src) || bad=1
    forbid "$allocating" $(sources src | grep -v '^src/core/memory\.c$') || bad=1
}
exit "$bad"
