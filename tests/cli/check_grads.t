# Arrays saved as a notebook would: right ones first.
requires crease info | grep -q 'libzip .*present'
$ make_arrays right right.npz; crease check grads right.npz | sed -n '/^  array/,/^Nothing/p' | awk '{ $3 = $2 == "match" ? "" : $3; print }'
> array verdict error from
> Z1 match  given arrays
> A1 match  given arrays
> Z2 match  given arrays
> A2 match  given arrays
> cost match  given arrays
> dZ2 match  given arrays
> dW2 match  given arrays
> db2 match  given arrays
> dA1 match  given arrays
> dZ1 match  given arrays
> dW1 match  given arrays
> db1 match  given arrays
>   
> Nothing is wrong: 12 arrays could be checked, and each follows from those before
$ make_arrays right narrow.npz f32; crease check grads narrow.npz >answer; echo $?; grep -c ' match ' answer; grep -o float32 answer
> 0
> 12
> float32

# A >= 0 tests the output: the table, the bug by its name, the line, one input that shows it.
$ make_arrays mask mask.npz; crease check grads mask.npz >answer; echo $?; cut -c 1-33 answer | sed -n '/^  array/,/^$/p' | grep -E 'array|mismatch'; grep -E '^(wrong|write) ' answer; grep -c '^example  unit ' answer
> 1
>   array  verdict     error      w
>   dZ1    mismatch  1.3e+00  93 of
> wrong    dZ1, layer 1: mask-always-true
> write    dZ1 = dA1 * (Z1 > 0)
> 1
$ make_arrays sign sign.npz; crease check grads sign.npz | grep -E '^(wrong|write) '
> wrong    dZ2, layer 2: gradient-sign
> write    dZ2 = A2 - Y

# What is in no catalogue is placed, and not called anything.
$ make_arrays odd odd.npz; crease check grads odd.npz | grep -E '^(wrong|write) '
> wrong    dW1, layer 1: unknown

# Without z and a: found from the gradients of the parameters, from what we compute ourselves.
$ make_arrays few few.npz; crease check grads few.npz --act relu >answer; echo $?; grep -E '^  dW1 .* computed ones$' answer | cut -c 1-20; grep '^wrong ' answer
> 1
>   dW1    mismatch  5
> wrong    dW1, layer 1: mask-always-true
$ tr '\n' ' ' <answer | tr -s ' ' | grep -oE 'example unit [0-9]+, sample|dZ1 comes out as|; so dW1'
> example unit 2, sample
> dZ1 comes out as
> ; so dW1
$ grep '^also ' answer
> also     db1: wrong only because dZ1 is

# Names that nobody knows.
$ make_arrays names names.npz; crease check grads names.npz | grep '^unused'
> unused   Quux

# As JSON: one object, exit status as without; the first bug again at the top.
$ crease check grads mask.npz --json >mask.json; echo $?; sed -n '/"name": "dZ1"/,/}/p' mask.json | head -6 | sed 's/\("error": 1\.\)[0-9]*/\1.../'
> 1
>       "name": "dZ1",
>       "layer": 1,
>       "verdict": "mismatch",
>       "error": 1....,
>       "given_upstream": true,
>       "wrong": 93,
$ grep -E '^  "(file|samples|n_samples|output|loss|report|skipped|command)"' mask.json
>   "file": "mask.npz",
>   "n_samples": 30,
>   "samples": "columns",
>   "output": "sigmoid",
>   "loss": "bce",
>   "skipped": null,
>   "report": null,
>   "command": "crease check grads mask.npz --json"
$ sed -n '/^  "bug": {/,/^  }/p' mask.json | grep -E '^    "(id|array|layer|line|explains)"'
>     "id": "mask-always-true",
>     "array": "dZ1",
>     "layer": 1,
>     "explains": 1.0,
>     "line": "dZ1 = dA1 * (Z1 > 0)",
$ grep -oE '^  "(counterexample|also_possible|bugs|findings|unused|layers|acts|arrays)": [^ ]' mask.json | cut -d: -f 1
>   "layers"
>   "acts"
>   "arrays"
>   "counterexample"
>   "also_possible"
>   "bugs"
>   "findings"
>   "unused"
$ crease check grads right.npz --json | grep -E '^  "(bug|counterexample|also_possible|bugs)"'
>   "bug": null,
>   "counterexample": null,
>   "also_possible": [],
>   "bugs": [],

# The report holds everything; pictures alone too.
$ crease check grads mask.npz --quiet --html report.html --svg figure.svg >/dev/null; echo $?; grep -c '<svg ' report.html; grep -o '<title>.*</title>' report.html; grep -o 'crease check grads mask.npz --quiet --html report.html --svg figure.svg' report.html; grep -oE '(in place of g|dZ1 as given|dZ1 as it should be|dZ1: the difference)' figure.svg | sort -u
> 1
> 1
> <title>crease check grads</title>
> <title>the derivative that dZ1 claims, layer 1</title>
> <title>g'(z)</title>
> <title>dZ1 as given</title>
> <title>dZ1 as it should be</title>
> <title>dZ1: the difference</title>
> crease check grads mask.npz --quiet --html report.html --svg figure.svg
> dZ1 as given
> dZ1 as it should be
> dZ1: the difference
> in place of g
$ crease check grads right.npz --svg none.svg --html right.html >/dev/null; ls none.svg right.html; grep -c '<svg ' right.html
> right.html
> 0
2> crease check grads: no array is wrong that can be drawn: no figure written
2> wrote right.html
2> ls: cannot access 'none.svg': No such file or directory
exit 1
$ crease check grads mask.npz --html no/such/folder.html >/dev/null
2> crease check grads: cannot write no/such/folder.html: no such folder
exit 2

# Options that fit, and those that do not.
$ crease check grads right.npz --act relu --output sigmoid --loss bce --samples columns >/dev/null; echo $?
> 0
$ crease check grads right.npz --act
2> crease check grads: '--act' needs a value, ACT,... (try `crease check grads --help`)
exit 2
$ crease check grads right.npz --act sofa
2> crease check grads: --act: unknown activation "sofa", expected one of: linear relu leaky_relu relu6 hardtanh abs hard_sigmoid hard_swish elu selu softplus sigmoid tanh gelu gelu_tanh silu mish
exit 2
$ crease check grads right.npz --samples diagonal
2> crease check grads: --samples: 'diagonal' is none of columns, rows
exit 2
$ crease check grads right.npz --output relu
2> crease check grads: --output: 'relu' is none of sigmoid, softmax, linear, tanh
exit 2
$ crease check grads right.npz --loss hinge
2> crease check grads: --loss: 'hinge' is none of bce, ce, squared
exit 2
$ crease check grads right.npz --html -
2> crease check grads: a report or a figure cannot go to -: the result is printed there
exit 2
$ crease check grads
2> crease check grads: which file? as np.savez("mine.npz", X=X, Y=Y, **parameters, **cache, **grads) makes one (try `crease check grads --help`)
exit 2
$ crease check grads right.npz mask.npz
2> crease check grads: unexpected argument 'mask.npz' (try `crease check grads --help`)
exit 2
$ crease check grad right.npz
2> crease check: cannot check 'grad', did you mean 'grads'? (try `crease check --help`)
exit 2

# Files that cannot be read, or hold nothing to check: one line, status 2.
$ crease check grads none.npz
2> crease check grads: none.npz: cannot be read: no such file
exit 2
$ mkdir folder; crease check grads folder
2> crease check grads: folder: is a folder; expected a file
exit 2
$ crease check grads /dev/null
2> crease check grads: /dev/null: is a device or socket; expected a file
exit 2
$ cat mask.npz | crease check grads /dev/stdin
2> crease check grads: /dev/stdin: is a pipe; expected a file
exit 2
$ : >empty.npz; crease check grads empty.npz
2> crease check grads: empty.npz: is empty; expected arrays
exit 2
$ echo hello >text.npz; crease check grads text.npz
2> crease check grads: text.npz: is torn or damaged: its table of contents cannot be read (libzip: Not a zip archive)
exit 2
$ head -c 1000 mask.npz >torn.npz; crease check grads torn.npz
2> crease check grads: torn.npz: is torn or damaged: its table of contents cannot be read (libzip: Not a zip archive)
exit 2
$ crease check grads - <mask.npz
2> crease check grads: standard input is not read: give the file's name
exit 2
$ make_arrays nan nan.npz; crease check grads nan.npz
2> crease check grads: nan.npz: X[1, 17] is NaN, expected a number
exit 2
$ printf '\223NUMPY\1\0\70\0%s' "{'descr': '|O', 'fortran_order': False, 'shape': (), }  " >objects.npy; crease check grads objects.npy
2> crease check grads: objects.npy (dtype '|O') holds Python objects (a dict?): to read them is to run code from the file, so save arrays of numbers alone, and a dict of them as **dict
exit 2
$ printf '\200\4\225' >model.pkl; crease check grads model.pkl
2> crease check grads: model.pkl: is a Python pickle, and to read it is to run code from it; save with np.savez
exit 2
$ printf '\223NUMPY\1\0\100\0%s' "{'descr': '<f8', 'fortran_order': False, 'shape': (1250000000,)}" >bait.npy; crease check grads bait.npy
2> crease check grads: bait.npy claims 10000000000 bytes of float64 after its header, but 0 are there
exit 2
