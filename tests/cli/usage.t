# The first words.
$ crease --version
$ crease --help
$ crease -h | head -1
$ crease
$ crease inof
$ crease quux
$ crease 'two
lines'
$ crease --json

# Every command answers --help on stdout.
$ crease data --help
$ crease plot --help
$ crease info --help
