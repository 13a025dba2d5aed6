# Without jansson no model is read or written, which is said before a training and not after it.
requires crease info | grep -q 'jansson .*missing'
$ crease data xor -n 40 -q -o xor.csv; crease train -d xor.csv -o m.st; ls
> xor.csv
2> crease train: this build cannot write a model; install libjansson-dev and build again
$ crease predict xor.csv -d xor.csv
2> crease predict: this build has no model files; install libjansson-dev and build again
exit 2
