# A training of which there is no room for the model, the run, or what is said of it: nothing is
# half written.
$ crease data xor -n 40 -q -o xor.csv; crease train -d xor.csv -q --no-run -o /dev/full >/dev/null
2> crease train: cannot write /dev/full: No space left on device
exit 3
$ (ulimit -f 8; trap '' XFSZ; crease train -d xor.csv -q --no-run --hidden 50,50 -o big.st >/dev/null)
2> crease train: cannot write big.st: File too large
exit 3
$ (ulimit -f 8; trap '' XFSZ; crease train -d xor.csv -q --hidden 50,50 -o big.st >/dev/null)
2> crease train: cannot write big.run/checkpoint.safetensors: File too large
exit 3
$ crease train -d xor.csv -q -o m.st >/dev/full
2> crease: cannot write standard output: No space left on device
exit 3
$ find . | sort
> .
> ./big.run
> ./big.run/curves.csv
> ./big.run/curves.jsonl
> ./big.run/settings.json
> ./m.run
> ./m.run/checkpoint.safetensors
> ./m.run/curves.csv
> ./m.run/curves.jsonl
> ./m.run/pictures.svg
> ./m.run/report.html
> ./m.run/result.json
> ./m.run/settings.json
> ./m.st
> ./xor.csv
