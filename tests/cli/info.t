# What differs between machines is left out; what is the same everywhere is here.
$ crease info | sed -E 's/, compiled by .*//; s/^(CPU level|threads|large products) .*/\1 ?/; s/  (present|missing: install .*)$/  ?/'
$ CREASE_CPU=scalar crease info --json --threads 1 | grep -E '^  "(cpu_level|threads)"'
$ crease info --json --threads 3 | grep -o '"threads": 3'
