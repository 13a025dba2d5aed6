# A right net: every derivative has a verdict of its own.
$ crease check net
> planar: 400 samples with 2 features. Net 2-5-3-1, relu, loss bce, init he (seed
> 1), f64, after 10 iterations.
> 
>   layer  derivatives        match         kink kink-outside     mismatch    undecided
>   1               15           15            0            0            0            0
>   2               18           17            1            0            0            0
>   3                4            4            0            0            0            0
>   all             37           36            1            0            0            0
> 
> Right: all 37 derivatives are those of the cost, within the rounding that f64
> cannot avoid. 96 z are exactly on a kink. The cost has a crease there, with one
> slope on either side, in 1 of 37 derivatives; what is claimed lies between the
> two, as it may.
> What is right was computed for each of them. For 36, drawn at random (seed 1),
> differences of the cost over steps that cross no crease confirm it.
> For 1 more no difference could tell: a crease is too near, or the derivative too
> small.
> 
> What this check could not have seen:
> - 7 of 37 derivatives are 0: a wrong factor does not show in them.
$ crease check net --act relu,tanh --loss squared --dtype f32 --samples 100 --differences 5
> planar: 100 samples with 2 features. Net 2-5-3-1, relu,tanh, loss squared, init
> he (seed 1), f32, after 10 iterations.
> 
>   layer  derivatives        match         kink kink-outside     mismatch    undecided
>   1               15           15            0            0            0            0
>   2               18           18            0            0            0            0
>   3                4            4            0            0            0            0
>   all             37           37            0            0            0            0
> 
> Right: all 37 derivatives are those of the cost, within the rounding that f32
> cannot avoid.
> What is right was computed for each of them. For 5, drawn at random (seed 1),
> differences of the cost over steps that cross no crease confirm it.
# A rule that is true for every z: where it goes wrong, and what to write.
$ crease check net --rule 'dZ = dA * (A >= 0)'
> planar: 400 samples with 2 features. Net 2-5-3-1, relu, loss bce, init he (seed
> 1), f64, after 10 iterations.
> backward's rule, read as: (A >= 0) * upstream
> 
>   layer  derivatives        match         kink kink-outside     mismatch    undecided
>   1               15            0            0            0           15            0
>   2               18            0            0            0           18            0
>   3                4            4            0            0            0            0
>   all             37            4            0            0           33            0
> 
> Wrong: 33 of 37 derivatives are not those of the cost. Coming from the output,
> the first array that is wrong is dZ2, in 755 of its 1,200 entries. Layer 2, unit
> 2, sample 270: at z = -1.70166, a = 0 the rule gives 1, and the derivative of
> relu is 0. The unit is off for this sample, and yet it is told to change because
> of it: so are all weights below. Write dZ2 = dA2 * (Z2 > 0). The derivative that
> is off the most is dW2[0, 2]: 0.556799 where -0.00188816 is right, and rounding
> explains 5.8e-15 at most.
> More about the rule itself: crease check rule 'dZ = dA * (A >= 0)'
> What is right was computed for each of them. For 36, drawn at random (seed 1),
> differences of the cost over steps that cross no crease confirm it.
> For 1 more no difference could tell: a crease is too near, or the derivative too
> small.
> 
> What this check could not have seen:
> - 6 of 37 derivatives are 0: a wrong factor does not show in them.
exit 1
$ crease check net --rule 'A > 0' --quiet >out; echo $?
> 0
$ crease check net --act tanh --rule '1 - A**2' >out; echo $?
> 0
$ crease check net --act tanh --rule '1 - Z**2' >out; echo $?
> 1
$ crease check net --act leaky_relu:0.1 --rule 'np.where(Z > 0, 1, 0.2)' | grep '^Wrong'
> Wrong: 33 of 37 derivatives are not those of the cost. Coming from the output,
# A value at the kinks that is no slope, where a z is on one.
$ crease check net --kink 2 -n 0
> planar: 400 samples with 2 features. Net 2-5-3-1, relu, loss bce, init he (seed
> 1), f64, after 0 iterations.
> 
>   layer  derivatives        match         kink kink-outside     mismatch    undecided
>   1               15           15            0            0            0            0
>   2               18           15            0            3            0            0
>   3                4            4            0            0            0            0
>   all             37           34            0            3            0            0
> 
> Not all right: 34 of 37 derivatives are those of the cost, within the rounding
> that f64 cannot avoid. 285 z are exactly on a kink. 3 of 37 derivatives are what
> the chain rule gives with the value stated for the kink, and no slope of the
> cost: outside of both sides' (db2[2] is 0.110214; the slopes are 0.150327 and
> 0.130271). A value at a kink must lie between its two slopes.
> What is right was computed for each of them. For 37, drawn at random (seed 1),
> differences of the cost over steps that cross no crease confirm it.
> 
> What this check could not have seen:
> - all biases are 0: a bias that forward adds wrongly or forgets does not show;
>   check again after a few steps of training.
> - 6 of 37 derivatives are 0: a wrong factor does not show in them.
exit 1
$ crease check net --kink 0.5 -n 0 >out; echo $?
> 0
# A test that tests little says so.
$ crease check net --init zeros -n 0
> planar: 400 samples with 2 features. Net 2-5-3-1, relu, loss bce, init zeros
> (seed 1), f64, after 0 iterations.
> 
>   layer  derivatives        match         kink kink-outside     mismatch    undecided
>   1               15           15            0            0            0            0
>   2               18           18            0            0            0            0
>   3                4            4            0            0            0            0
>   all             37           37            0            0            0            0
> 
> Right: all 37 derivatives are those of the cost, within the rounding that f64
> cannot avoid.
> What is right was computed for each of them. For 37, drawn at random (seed 1),
> differences of the cost over steps that cross no crease confirm it.
> 
> What this check could not have seen:
> - all biases are 0: a bias that forward adds wrongly or forgets does not show;
>   check again after a few steps of training.
> - every derivative is 0: any factor, right or wrong, leaves it 0, so this
>   tests next to nothing.
> - in 2 layers (first: 1) no unit is active on any sample: what lies below gets
>   the gradient 0, whatever backward does there.
> - 6 units have the weights and bias of another unit of the same layer (first
>   in layer 1): mixing them up does not show, and they learn the same.
$ crease check net --samples 1 | sed -n '/could not have seen/,$p'
> What this check could not have seen:
> - one sample: whether sums and means over samples are right does not show;
>   take a few.
> - 36 of 37 derivatives are 0: a wrong factor does not show in them.
> - in 2 layers (first: 1) no unit is active on any sample: what lies below gets
>   the gradient 0, whatever backward does there.
# The numbers behind it.
$ crease check net --hidden 2 --samples 20 --rule 'A >= 0' --json | sed '/"seconds"\|"threads"/d'
> {
>   "model": null,
>   "data": {
>     "name": "planar",
>     "samples": 20,
>     "features": 2
>   },
>   "layers": [
>     2,
>     2,
>     1
>   ],
>   "act": "relu",
>   "loss": "bce",
>   "init": "he",
>   "seed": 1,
>   "dtype": "f64",
>   "iterations": 10,
>   "lr": 0.01,
>   "rule": "A >= 0",
>   "read_as": "(A >= 0) * upstream",
>   "passed": false,
>   "derivatives": 9,
>   "verdicts": {
>     "match": 3,
>     "kink": 0,
>     "kink-outside": 0,
>     "mismatch": 6,
>     "undecided": 0
>   },
>   "by_layer": [
>     {
>       "layer": 1,
>       "verdicts": {
>         "match": 0,
>         "kink": 0,
>         "kink-outside": 0,
>         "mismatch": 6,
>         "undecided": 0
>       }
>     },
>     {
>       "layer": 2,
>       "verdicts": {
>         "match": 3,
>         "kink": 0,
>         "kink-outside": 0,
>         "mismatch": 0,
>         "undecided": 0
>       }
>     }
>   ],
>   "undecided": {},
>   "kink_hits": 0,
>   "not_as_stated": 0,
>   "confirmed": 9,
>   "not_confirmed": 0,
>   "worst": {
>     "param": "dW1[1, 0]",
>     "verdict": "mismatch",
>     "claimed": -1.0290202706363907,
>     "right": -0.2431673458628055,
>     "from_left": -0.2431673458628055,
>     "from_right": -0.2431673458628055,
>     "tolerance": 1.0967417753817977e-14
>   },
>   "place": {
>     "layer": 1,
>     "unit": 1,
>     "sample": 6,
>     "z": -0.65276922031771645,
>     "a": 0.0,
>     "upstream": -2.2439852248018797,
>     "dz": -2.2439852248018797,
>     "right": 0.0,
>     "rule": 1.0,
>     "slope": 0.0,
>     "count": 23
>   },
>   "weak": [],
>   "explanation": "Wrong: 6 of 9 derivatives are not those of the cost. Coming from the output, the first array that is wrong is dZ1, in 23 of its 40 entries. Layer 1, unit 1, sample 6: at z = -0.652769, a = 0 the rule gives 1, and the derivative of relu is 0. The unit is off for this sample, and yet it is told to change because of it: so are all weights below. Write dZ1 = dA1 * (Z1 > 0). The derivative that is off the most is dW1[1, 0]: -1.02902 where -0.243167 is right, and rounding explains 1.1e-14 at most.",
> }
# One line about what cannot be done.
$ crease check net nowhere.safetensors --data planar
2> crease check net: nowhere.safetensors: cannot be read: no such file
exit 2
$ crease check net --data nowhere.csv
2> crease check net: nowhere.csv: no such file, and no data set crease makes (planar, circles, moons, blobs, quantiles, spiral, xor, uniform)
exit 2
$ crease check net --hidden 5,x
2> crease check net: --hidden '5,x': expected widths such as 50 or 20,7,5
exit 2
$ crease check net --act relu,tanh,relu
2> crease check net: --act 'relu,tanh,relu': expected one activation, or one for each of the 2 hidden layers
exit 2
$ crease check net --act rleu
2> crease check net: unknown activation "rleu", did you mean "relu"?
exit 2
$ crease check net --loss mse
2> crease check net: --loss 'mse': expected bce, softmax or squared
exit 2
$ crease check net --loss bce --data spiral
2> crease check net: --loss bce is for two classes, spiral has 3
exit 2
$ crease check net --rule 'A >= '
2> crease check net: rule 'A >= ', column 6: the line ends: expected a value such as Z, A, dA or 0
exit 2
$ crease check net --samples 401
2> crease check net: --samples 401: planar has 400
exit 2
$ crease check net --roul 'A > 0'
2> crease check net: no option '--roul', did you mean '--rule'? (try `crease check net --help`)
exit 2
$ crease check nte
2> crease check: cannot check 'nte', did you mean 'net'? (try `crease check --help`)
exit 2
$ crease check
2> crease check: check what? rule, net or grads (try `crease check --help`)
exit 2
