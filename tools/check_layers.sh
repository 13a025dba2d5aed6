#!/bin/sh
# Usage: check_layers.sh TREE
#
# Fails on an include that tools/layers.txt does not allow: sideways or upwards
# between the modules of src/, or past the public headers from cli/, examples/,
# bindings/ and web/. Prints each as "file:line: why".
set -eu
cd "$1"

# file:line:include-argument of every include below the given folders
includes() {
    for folder in "$@"; do
        [ -d "$folder" ] || continue
        find "$folder" -name '*.[ch]' -exec grep -Hn '^[[:space:]]*#[[:space:]]*include' {} +
    done | sed 's/:[[:space:]]*#[[:space:]]*include[[:space:]]*/:/; s/[[:space:]]*\/\*.*$//'
}

{
    sed -n 's/^\([a-z]*\): *\(.*\)$/layer \1 \2/p' tools/layers.txt
    for folder in src/*/; do
        echo "module $(basename "$folder")"
    done
    includes src include cli examples bindings web | sed 's/^/include /'
} | awk '
    function complain(text) { print text; bad = 1 }

    $1 == "layer" {
        known[$2] = 1
        allowed[$2, $2] = 1
        for (i = 3; i <= NF; i++) {
            if (!known[$i])
                complain("tools/layers.txt: " $2 " builds on " $i ", which has no line above it")
            for (m in known)
                if (allowed[$i, m])
                    allowed[$2, m] = 1
        }
        next
    }
    $1 == "module" {
        if (!known[$2])
            complain("src/" $2 ": has no line in tools/layers.txt")
        next
    }
    {
        line = substr($0, length("include ") + 1)
        match(line, /^[^:]*:[0-9]*:/)
        place = substr(line, 1, RLENGTH - 1)
        what = substr(line, RLENGTH + 1)
        split(place, folder, "/")
        quoted = what ~ /^"/
        target = substr(what, 2, length(what) - 2)
        split(target, part, "/")

        if (folder[1] == "include") {
            if (quoted)
                complain(place ": a public header includes " what)
        } else if (folder[1] == "src") {
            if (quoted && !(target ~ /^[a-z]+\//))
                complain(place ": " what " is to be written \"module/file.h\"")
            else if (quoted && !allowed[folder[2], part[1]])
                complain(place ": " folder[2] " may not include " what)
            else if (!quoted && part[1] in known)
                complain(place ": a private header is included as \"" target "\"")
        } else if (quoted && (part[1] in known) && target ~ /\//) {
            complain(place ": " folder[1] " sees the public headers only, not " what)
        } else if (target ~ /\.\.\//) {
            complain(place ": " what " climbs out of its folder")
        }
    }
    END { exit bad }
'
