# Help says what a preset is and what a rule looks like.
$ crease compare --help
> Usage: crease compare [OPTION...] [RULE]...
> Train one net once under each RULE, what stands for the activation's derivative
> in the backward pass, and show side by side what that does. Each rule is
> checked against the derivative on all 4,294,967,296 float32 inputs. Without
> rules, for relu: 'A > 0' 'A >= 0' 'Z > 0' 'Z >= 0'.
> 
>  What to train:
>   -a, --act=ACT              their activation: relu, leaky_relu:0.1, tanh, ...
>       --batch=N              samples in a batch; 0: all (full batch)
>       --dtype=f32|f64        number type
>   -d, --data=DATA            training data: planar, circles, ..., a .csv or .h5
>                              file
>       --every=N              record the cost every so many iterations
>       --gemm=NAME            large matrices by built-in, openblas or onednn
>       --hidden=N,N,...       units of the hidden layers
>       --init=INIT            he, lecun, glorot, zeros, small (0.01 randn),
>                              randn:SCALE
>       --kink=X               the derivative's value at the kinks, which the
>                              right gradient uses
>       --lr=X                 step size
>   -n, --iterations=N         how many updates
>   -p, --preset=NAME          a whole experiment: thread, cats, cats2
>       --test=FILE            test data
> 
>  What to write:
>       --html=FILE            the report (default: crease-compare.html)
>       --no-html              no report
>       --pdf=FILE             write the figure as PDF
>       --png=FILE             write the figure as PNG
>       --svg=FILE             write the figure as SVG
> 
>  For every command:
>       --json                 print the result as one JSON object
>       --max-memory=SIZE      most memory that a file of data may take while it
>                              is read, as 500M or 7G (default: 256M and 64 times
>                              the file's size)
>   -q, --quiet                no progress bar and no remarks
>       --seed=N               seed of all random numbers: the same seed gives
>                              the same bits
>       --threads=N            threads to use; changes no result (default: all
>                              cores)
> 
>   -h, --help                 print this
> 
> Presets, each of which any option overrides:
>   thread  2-4-1 on planar, lr 1.2, 10,000 iterations, init seed 2
>   cats    12288-20-7-5-1, lr 0.0075, 2,500 iterations, init lecun, seed 1;
>           with --data train_catvnoncat.h5 --test test_catvnoncat.h5
>   cats2   12288-7-1, the same with init small
> Without one: 2-50-1 on planar, lr 0.1, 5,000 iterations, init seed 2.
> Rules are read as they stand in notebooks: 'A > 0', 'dZ = dA * (Z > 0)',
> 'np.where(Z > 0, 1, 0)', 'dZ = np.array(dA, copy=True); dZ[Z <= 0] = 0', ...
# What is wrong with a rule is said with its column, before anything is trained.
$ crease compare 'A >= '
2> crease compare: rule 'A >= ', column 6: the line ends: expected a value such as Z, A, dA or 0
exit 2
$ crease compare 'Q > 0'
2> crease compare: rule 'Q > 0', column 1: unknown name 'Q': expected Z (pre-activation), A (activation), dA (upstream gradient), a number or a function
exit 2
$ crease compare 'np.wher(Z > 0, 1, 0)'
2> crease compare: rule 'np.wher(Z > 0, 1, 0)', column 4: unknown function 'wher' (did you mean 'where'?): expected one such as where, maximum, exp, sign, or an activation
exit 2
$ crease compare 'A > 0' 'A > 0; import os; os.system("x")'
2> crease compare: rule 'A > 0; import os; os.system("x")', column 22: unknown function 'system': expected one such as where, maximum, exp, sign, or an activation
exit 2
$ crease compare ''
2> crease compare: rule '', column 1: no rule: expected a derivative such as Z > 0, or dZ = dA * (Z > 0)
exit 2
# Names that are none.
$ crease compare --preset cat
2> crease compare: no preset 'cat', did you mean 'cats'?
exit 2
$ crease compare --act rel
2> crease compare: unknown activation "rel", did you mean "relu"?
exit 2
$ crease compare --act step
2> crease compare: activation "step" is not supported: g itself jumps at 0, so there is no finite slope there and the slope is 0 everywhere else
exit 2
$ crease compare --init hee
2> crease compare: no initialisation 'hee': expected he, lecun, glorot, zeros, small or randn:SCALE
exit 2
$ crease compare --dtype f16
2> crease compare: no dtype 'f16'; expected f32 or f64
exit 2
$ crease compare --data planet
2> crease compare: planet: no such file or data set, did you mean 'planar'?
exit 2
$ crease compare --hiden 4
2> crease compare: no option '--hiden', did you mean '--hidden'? (try `crease compare --help`)
exit 2
# Numbers that are none, or out of range.
$ crease compare --hidden 20,,5
2> crease compare: --hidden '20,,5': expected widths such as 50 or 20,7,5
exit 2
$ crease compare --hidden 0
2> crease compare: --hidden '0': expected widths such as 50 or 20,7,5
exit 2
$ crease compare --lr -1
2> crease compare: --lr: '-1' is not a number from 0 to 1e+06
exit 2
$ crease compare --iterations 0
2> crease compare: --iterations: '0' is not a whole number from 1 to 1000000000
exit 2
# Data: a preset without its pictures, no such file, a torn line, text for a number.
$ crease compare --preset cats
2> crease compare: preset cats needs the pictures: --data train_catvnoncat.h5 --test test_catvnoncat.h5
exit 2
$ crease compare --data cats.h5
2> crease compare: cats.h5: no such file, and no data set crease makes (planar, circles, moons, blobs, quantiles, spiral, xor, uniform)
exit 2
$ printf 'x1,x2,label\n1,2,0\n3,4\n' >torn.csv; crease compare --data torn.csv
2> crease compare: torn.csv:3: 2 fields; expected 3, as in line 1
exit 2
$ printf 'x1,x2,label\n1,2,0\n3,four,1\n' >text.csv; crease compare --data text.csv
2> crease compare: text.csv:3:3: field 2 ('x2'): 'four' is not a number
exit 2
$ crease compare --data planar --test spiral
2> crease compare: the test data has 3 classes, the training data 2
exit 2
# Outputs: a folder that is not there, one that is a file, a full disk, two on stdout.
$ crease compare --iterations 1 --html nowhere/report.html
2> crease compare: cannot write nowhere/report.html: no such folder
exit 2
$ crease compare --iterations 1 --svg torn.csv/picture.svg
2> crease compare: cannot write torn.csv/picture.svg: Not a directory
exit 2
$ crease compare --json --html -
2> crease compare: --json and a file named - cannot both have standard output
exit 2
$ ls
> text.csv
> torn.csv
