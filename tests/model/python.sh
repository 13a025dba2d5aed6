#!/bin/sh
# Usage: python.sh MAKE_MODELS SCRIPT: 102 random models through a program of the standard library.
set -eu
python=python3
if [ "$2" = load_in_torch.py ] && [ -x /usr/bin/python3 ]; then
    python=/usr/bin/python3 # where Debian puts PyTorch
fi
command -v $python >/dev/null || exit 77
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$1" "$folder" 0 102
$python -B "$(dirname "$0")/$2" "$folder"
# and an answer that is planted wrong is found
sed -i 's/"y": \[\[/"y": [[1e9, /' "$folder/m3.json"
if $python -B "$(dirname "$0")/$2" "$folder" >"$folder/log"; then
    echo "a planted error was not found" >&2
    exit 1
fi
