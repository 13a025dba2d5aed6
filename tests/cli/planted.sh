#!/bin/sh
# A transcript that is wrong in stdout, in stderr or in the status must fail.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0
printf '#!/bin/sh\necho "$@"\n' >"$scratch/program"
chmod +x "$scratch/program"

# expect good|bad TRANSCRIPT (of a program that echoes)
expect() {
    printf '%b' "$2" >"$scratch/case.t"
    if sh "$here/run.sh" "$scratch/program" "$scratch/case.t" >"$scratch/answer" 2>&1; then
        answer=good
    else
        answer=bad
    fi
    if [ "$answer" != "$1" ]; then
        echo "taken for $answer: $2"
        failed=1
    fi
}

expect good '# a comment\n\n$ crease one\n> one\n$ crease two >&2; exit 3\n2> two\nexit 3\n'
expect bad '$ crease one\n> two\n'
expect bad '$ crease one\n'
expect bad '$ crease one >&2\n> one\n'
expect bad '$ crease one\n> one\nexit 1\n'
expect bad '$ exit 1\n'
exit "$failed"
