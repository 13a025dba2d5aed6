# A data set in the terminal, without colour: this is no terminal.
$ crease plot xor --seed 1
$ crease plot --act relu --rule 'A >= 0'
$ crease plot --act leaky_relu:0.1 --kink 0.5 --rule 'Z > 0' --json
$ crease plot moons --quiet --svg moons.svg; head -c 4 moons.svg
$ crease plot moons --json --png moons.png; head -c 8 moons.png | od -An -c
$ crease plot --act relu6 -q --pdf relu6.pdf; head -c 5 relu6.pdf
$ rm moons.* relu6.*

# A file.
$ printf 'a,b,class\n0,0,no\n1,0,yes\n0,1,yes\n1,1,no\n' >xor.csv; crease plot xor.csv
$ printf '1,2,3,0\n4,5,6,1\n' >three.csv; crease plot three.csv
$ printf '1,2,0\n4,five,1\n' >torn.csv; crease plot torn.csv

# What cannot be drawn.
$ crease plot
$ crease plot planr
$ crease plot nowhere.csv
$ crease plot moons --act relu
$ crease plot --rule 'A > 0'
$ crease plot --act rellu
$ crease plot --act relu --rule 'A >='
$ crease plot --act relu --from 2 --to 1
$ crease plot moons -q --png nowhere/x.png
$ crease plot moons -q --svg one.svg --png /dev/full
$ ls
