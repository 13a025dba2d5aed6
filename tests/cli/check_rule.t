# What can be checked, and what cannot.
$ crease check --help
> Usage: crease check WHAT [OPTION...] [ARGUMENT...]
> Check that a derivative is right, at kinks too. WHAT is one of
> 
>   rule    a rule, what stands for g'(z), on every input
>   net     every parameter of a network, on given data
>   grads   arrays saved from any program: which is wrong, and which bug is it
> 
> `crease check WHAT --help` tells all about one. Exit status: 0 right; 1 something
> is wrong; 2 bad usage or input; 3 the system failed (disk, memory).
$ crease check -h | head -1
> Usage: crease check WHAT [OPTION...] [ARGUMENT...]
$ crease check
2> crease check: check what? rule, net or grads (try `crease check --help`)
exit 2
$ crease check rul
2> crease check: cannot check 'rul', did you mean 'rule'? (try `crease check --help`)
exit 2
$ crease check everything
2> crease check: cannot check 'everything', only rule, net or grads (try `crease check --help`)
exit 2
$ crease check rule
2> crease check rule: which rule? as 'A > 0', or the line of backward code it stands in (try `crease check rule --help`)
exit 2
$ crease check rule --help
> Usage: crease check rule [OPTION...] RULE...
> Check RULE, what stands for the derivative g'(z) of an activation in the
> backward pass, against that derivative: at all 4,294,967,296 float32 inputs z,
> at every kink, and for upstream gradients that it should be a factor of. RULE
> is NumPy, PyTorch or C as typed: 'A >= 0', 'dZ = dA * (Z > 0)', 'dZ[Z <= 0] =
> 0'. Several rules share one sweep.
> 
>       --any-kink-value       take a number outside the slopes at a kink for
>                              right (exit status 0): for study
>   -a, --act=ACT              of which activation: relu (default),
>                              leaky_relu:0.1, ...
>       --dtype=TYPE           inputs: f32, every one there is (default), or f64,
>                              a sample
>       --pdf=FILE             write the figure as PDF
>       --png=FILE             write the figure as PNG
>   -p, --plot                 draw g'(z) and the rules in the terminal
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
> Verdicts: derivative; kink-outside (right but at a kink, where it is outside
> the slopes on its two sides, or NaN); wrong; replaces-upstream (no factor of
> the upstream gradient). Right within the rounding it cannot avoid is right: no
> tolerance is chosen by anybody.
> 
> A RULE that begins with - goes after --: crease check rule -- '-(Z < 0)'.
> 
> Exit status: 0 if every rule is the derivative; 1 if one is not. kink-outside
> counts as wrong, because nothing in the data forbids a z on a kink; with
> --any-kink-value it does not, unless the rule gives no number there. 2 for a
> rule that cannot be read.
> 
> Of float64 there are too many inputs to try all. Tried are every exponent with
> both signs and 1,024 random mantissas each (--seed), 1 to 64 units in the last
> place on both sides of every kink and on in powers of 2, whole numbers to 1,000
> with their eighths and tenths, zeros, infinities and NaN; how many of each is
> printed.
$ crease check rule 'Z > 0' --act rlu
2> crease check rule: unknown activation "rlu", did you mean "relu"?
exit 2
$ crease check rule 'Z > 0' --dtype f16
2> crease check rule: no dtype 'f16'; expected f32 or f64
exit 2
$ crease check rule 'dA * (B > 0)'
2> crease check rule: rule 'dA * (B > 0)', column 7: unknown name 'B': expected Z (pre-activation), A (activation), dA (upstream gradient), a number or a function
exit 2
$ crease check rule 'Z > 0' 'Z >'
2> crease check rule: rule 'Z >', column 4: the line ends: expected a value such as Z, A, dA or 0
exit 2
$ crease check rule 'Z > 0' --png -
2> crease check rule: a figure cannot go to -: the result is printed there
exit 2
$ crease check rule 'Z > 0' --svg nowhere/rule.svg
2> crease check rule: cannot write nowhere/rule.svg: no such folder
exit 2
$ crease check rule '-(Z < 0)'
2> crease check rule: no option '-(' (try `crease check rule --help`)
exit 2

# The line as a learner typed it: the mask of the output is true everywhere.
$ crease check rule -q 'dZ1 = np.dot(W2.T, dZ2) * (np.ones((A1.shape)) * (A1 >= 0))'
> rule     dZ1 = np.dot(W2.T, dZ2) * (np.ones((A1.shape)) * (A1 >= 0))
> read as  (A >= 0) * upstream
> against  relu, a = max(0, z), at all 4,294,967,296 float32 inputs
> verdict  wrong
> 
>   z                           tried          wrong
>   negative            2,130,706,432  2,130,706,432
>   negative subnormal      8,388,607      8,388,607
>   -0 (a kink)                     1              0
>   +0 (a kink)                     1              0
>   positive subnormal      8,388,607              0
>   positive            2,130,706,432              0
>   infinite                        2              1
>   NaN                    16,777,214              -  (the rule gives a number)
> 
> kink     z = 0: slope 0 on the left, 1 on the right; the rule gives 1: allowed,
>          as is any value from one to the other
> example  z = -1, a = 0: the rule gives 1, g'(z) is 0
> equals   1
> 
> A is the output of relu, max(0, z), so A >= 0 is true for every Z: the rule is 1
> for every Z, as if there were no activation. It differs from the derivative of
> relu at 2,139,095,040 of 4,294,967,296 inputs: all the negative ones. At Z = -1,
> A = 0 the rule gives 1, and the derivative is 0. Units that are off there
> receive a gradient as if they were on, and the weights before them are pushed by
> samples that they do not respond to. Write A > 0 or Z > 0 instead.
exit 1

# Right ones, and one that overwrites what comes from above.
$ crease check rule -q --dtype f64 'A > 0' 'dZ = np.array(dA, copy=True); dZ[Z <= 0] = 0'
> rule     A > 0
> read as  (A > 0) * upstream
> against  relu, a = max(0, z), at 5,688,744 float64 inputs, as 2^64 are too many;
>          sampled: 12 zeros, infinities and NaN, 5,350 plain numbers, 238 on or
>          beside the kinks, 16,328 at the ends and within every exponent,
>          5,666,816 random in every exponent (seed 0)
> verdict  derivative
> 
>   z                           tried          wrong
>   negative                2,843,230              0
>   negative subnormal          1,136              0
>   -0 (a kink)                     1              0
>   +0 (a kink)                     1              0
>   positive subnormal          1,136              0
>   positive                2,843,230              0
>   infinite                        2              0
>   NaN                             8              -  (the rule gives a number)
> 
> kink     z = 0: slope 0 on the left, 1 on the right; the rule gives 0: allowed,
>          as is any value from one to the other
> equals   Z > 0
> 
> Right: it is the derivative of relu at every float64 input tried away from the
> kinks. At the kink Z = 0 it gives 0; any value between the slopes 0 and 1 is
> right there.
> 
> rule     dZ = np.array(dA, copy=True); dZ[Z <= 0] = 0
> read as  where(Z <= 0, 0, upstream)
> against  relu, a = max(0, z), at 5,688,744 float64 inputs, as 2^64 are too many;
>          sampled: 12 zeros, infinities and NaN, 5,350 plain numbers, 238 on or
>          beside the kinks, 16,328 at the ends and within every exponent,
>          5,666,816 random in every exponent (seed 0)
> verdict  derivative
> 
>   z                           tried          wrong
>   negative                2,843,230              0
>   negative subnormal          1,136              0
>   -0 (a kink)                     1              0
>   +0 (a kink)                     1              0
>   positive subnormal          1,136              0
>   positive                2,843,230              0
>   infinite                        2              0
>   NaN                             8              -  (the rule gives a number)
> 
> kink     z = 0: slope 0 on the left, 1 on the right; the rule gives 0: allowed,
>          as is any value from one to the other
> equals   Z > 0
>          A > 0
> 
> Right: it is the derivative of relu at every float64 input tried away from the
> kinks. At the kink Z = 0 it gives 0; any value between the slopes 0 and 1 is
> right there.
$ crease check rule -q --dtype f64 'dZ[Z > 0] = 1'
> rule     dZ[Z > 0] = 1
> read as  where(Z > 0, 1, upstream)
> against  relu, a = max(0, z), at 5,688,744 float64 inputs, as 2^64 are too many;
>          sampled: 12 zeros, infinities and NaN, 5,350 plain numbers, 238 on or
>          beside the kinks, 16,328 at the ends and within every exponent,
>          5,666,816 random in every exponent (seed 0)
> verdict  replaces-upstream
> 
>   z                           tried          wrong
>   negative                2,843,230      2,843,230
>   negative subnormal          1,136          1,136
>   -0 (a kink)                     1              0
>   +0 (a kink)                     1              0
>   positive subnormal          1,136              0
>   positive                2,843,230              0
>   infinite                        2              1
>   NaN                             8              -  (the rule gives a number)
> 
> kink     z = 0: slope 0 on the left, 1 on the right; for an upstream gradient of
>          1 the rule gives 1: allowed, as is any value from one to the other
> example  z = -1, a = 0: the rule gives 1, g'(z) is 0
> upstream the rule is no factor of the upstream gradient at 2,844,367 inputs
> equals   1
> 
> It is not a factor of the upstream gradient but replaces it. At Z = 1 an
> upstream gradient of 1 gives 1, and one of 0 gives 1, where 0 is due. The
> gradient that comes from the layers above is overwritten there, so that the loss
> no longer decides which way the weights go. Multiply by the derivative instead:
> dZ = dA * (A > 0).
exit 1

# A library's ReLU whose slope tests the output with < 0, in C; a tutorial's output >= 0.
$ crease check rule -q --dtype f64 'output < 0 ? 0 : 1' 'grad_output * (output >= 0)' | grep -E '^(read as|verdict|equals|A is)'
> read as  ~(A < 0) * upstream
> verdict  wrong
> equals   1
> A is the output of relu, max(0, z), so A < 0 is false for every Z: the rule is 1
> read as  (A >= 0) * upstream
> verdict  wrong
> equals   1
> A is the output of relu, max(0, z), so A >= 0 is true for every Z: the rule is 1

# Research code that sets the gradient at the kink instead of multiplying it.
$ printf 'grad_input = grad_output.clone()\ngrad_input[input < 0] = 0\ngrad_input[input == 0] = 0.5\n' >rule.py
$ crease check rule -q --dtype f64 "$(cat rule.py)"
> rule     grad_input = grad_output.clone()
>          grad_input[input < 0] = 0
>          grad_input[input == 0] = 0.5
> read as  where(Z == 0, 0.5, where(Z < 0, 0, upstream))
> against  relu, a = max(0, z), at 5,688,744 float64 inputs, as 2^64 are too many;
>          sampled: 12 zeros, infinities and NaN, 5,350 plain numbers, 238 on or
>          beside the kinks, 16,328 at the ends and within every exponent,
>          5,666,816 random in every exponent (seed 0)
> verdict  replaces-upstream
> 
>   z                           tried          wrong
>   negative                2,843,230              0
>   negative subnormal          1,136              0
>   -0 (a kink)                     1              0
>   +0 (a kink)                     1              0
>   positive subnormal          1,136              0
>   positive                2,843,230              0
>   infinite                        2              0
>   NaN                             8              -  (the rule gives a number)
> 
> kink     z = 0: slope 0 on the left, 1 on the right; for an upstream gradient of
>          1 the rule gives 0.5: allowed, as is any value from one to the other
> upstream the rule is no factor of the upstream gradient at 2 inputs
> 
> It is not a factor of the upstream gradient but replaces it, where Z is exactly
> on a kink (as that of a unit whose bias is still 0 above a layer that is all
> off). At Z = 0 an upstream gradient of 1 gives 0.5, and one of 0 gives 0.5,
> where 0 is due. The gradient that comes from the layers above is overwritten
> there, so that the loss no longer decides which way the weights go. Multiply by
> the derivative instead: dZ = dA * (A > 0).
exit 1

# A number outside the slopes at the kink: wrong, unless it is there for study. NaN is wrong.
$ crease check rule -q --dtype f64 'np.heaviside(Z, 2)'
> rule     np.heaviside(Z, 2)
> read as  heaviside(Z, 2) * upstream
> against  relu, a = max(0, z), at 5,688,744 float64 inputs, as 2^64 are too many;
>          sampled: 12 zeros, infinities and NaN, 5,350 plain numbers, 238 on or
>          beside the kinks, 16,328 at the ends and within every exponent,
>          5,666,816 random in every exponent (seed 0)
> verdict  kink-outside
> 
>   z                           tried          wrong
>   negative                2,843,230              0
>   negative subnormal          1,136              0
>   -0 (a kink)                     1              1
>   +0 (a kink)                     1              1
>   positive subnormal          1,136              0
>   positive                2,843,230              0
>   infinite                        2              0
>   NaN                             8              -  (the rule gives NaN)
> 
> kink     z = 0: slope 0 on the left, 1 on the right; the rule gives 2: outside
> 
> Right away from the kinks of relu, but not at every kink. At Z = 0 it gives 2,
> but the slopes on the two sides are 0 and 1, and only values between them are
> derivatives in any sense. It matters only to units whose Z is exactly there, as
> that of a unit whose bias is still 0 above a layer that is all off: their
> gradient is neither that of the left nor of the right side. Write A > 0 or Z > 0
> instead.
exit 1
$ crease check rule -q --dtype f64 'np.heaviside(Z, 2)' --any-kink-value >same
$ crease check rule -q --dtype f64 'A / Z' --any-kink-value
> rule     A / Z
> read as  A / Z * upstream
> against  relu, a = max(0, z), at 5,688,744 float64 inputs, as 2^64 are too many;
>          sampled: 12 zeros, infinities and NaN, 5,350 plain numbers, 238 on or
>          beside the kinks, 16,328 at the ends and within every exponent,
>          5,666,816 random in every exponent (seed 0)
> verdict  kink-outside
> 
>   z                           tried          wrong
>   negative                2,843,230              0
>   negative subnormal          1,136              0
>   -0 (a kink)                     1              1
>   +0 (a kink)                     1              1
>   positive subnormal          1,136              0
>   positive                2,843,230              0
>   infinite                        2              0
>   NaN                             8              -  (the rule gives NaN)
> 
> kink     z = 0: slope 0 on the left, 1 on the right; the rule gives no number
>          (NaN): outside
> open     1 input without a value to judge, as of inf / inf
> 
> Right away from the kinks of relu, but not at every kink. At Z = 0 it gives no
> number (NaN), but the slopes on the two sides are 0 and 1, and only values
> between them are derivatives in any sense. It matters only to units whose Z is
> exactly there, as that of a unit whose bias is still 0 above a layer that is all
> off: one such sample makes every weight below NaN. Write A > 0 or Z > 0 instead.
> At 1 input it has no value to judge: it overflows on the way, or inf meets inf.
exit 1

# As data.
$ crease check rule --json 'A >= 0' | sed 's/"seconds": .*/"seconds": -/'
> {
>   "act": "relu",
>   "dtype": "f32",
>   "rule": "A >= 0",
>   "read_as": "(A >= 0) * upstream",
>   "verdict": "wrong",
>   "tested": 4294967296,
>   "sampled": null,
>   "wrong": 2139095040,
>   "nan_inputs": 16777214,
>   "not_decided": 0,
>   "not_linear": 0,
>   "regions": [
>     {
>       "z": "negative",
>       "tested": 2130706432,
>       "wrong": 2130706432
>     },
>     {
>       "z": "negative subnormal",
>       "tested": 8388607,
>       "wrong": 8388607
>     },
>     {
>       "z": "-0",
>       "tested": 1,
>       "wrong": 0
>     },
>     {
>       "z": "+0",
>       "tested": 1,
>       "wrong": 0
>     },
>     {
>       "z": "positive subnormal",
>       "tested": 8388607,
>       "wrong": 0
>     },
>     {
>       "z": "positive",
>       "tested": 2130706432,
>       "wrong": 0
>     },
>     {
>       "z": "infinite",
>       "tested": 2,
>       "wrong": 1
>     },
>     {
>       "z": "NaN",
>       "tested": 16777214,
>       "wrong": 16777214
>     }
>   ],
>   "kinks": [
>     {
>       "z": 0.0,
>       "left": 0.0,
>       "right": 1.0,
>       "value": 1.0,
>       "value_minus_zero": 1.0,
>       "inside": true
>     }
>   ],
>   "first_wrong": {
>     "z": -1.0,
>     "a": 0.0,
>     "rule": 1.0,
>     "expected": 0.0
>   },
>   "same_as": [
>     "1"
>   ],
>   "explanation": "A is the output of relu, max(0, z), so A >= 0 is true for every Z: the rule is 1 for every Z, as if there were no activation. It differs from the derivative of relu at 2,139,095,040 of 4,294,967,296 inputs: all the negative ones. At Z = -1, A = 0 the rule gives 1, and the derivative is 0. Units that are off there receive a gradient as if they were on, and the weights before them are pushed by samples that they do not respond to. Write A > 0 or Z > 0 instead.",
>   "seconds": -
> }
$ crease check rule --dtype f64 --json 'A >= 0' 'Z >= 0' | grep -E '"(rule|verdict|checks)"'
>   "checks": [
>       "rule": "A >= 0",
>       "verdict": "wrong",
>         "rule": 1.0,
>       "rule": "Z >= 0",
>       "verdict": "derivative",

# float64 is sampled, and the answer says how.
$ crease check rule -q --dtype f64 'Z > 5e-324'
> rule     Z > 5e-324
> read as  (Z > 4.94065645841247e-324) * upstream
> against  relu, a = max(0, z), at 5,688,744 float64 inputs, as 2^64 are too many;
>          sampled: 12 zeros, infinities and NaN, 5,350 plain numbers, 238 on or
>          beside the kinks, 16,328 at the ends and within every exponent,
>          5,666,816 random in every exponent (seed 0)
> verdict  wrong
> 
>   z                           tried          wrong
>   negative                2,843,230              0
>   negative subnormal          1,136              0
>   -0 (a kink)                     1              0
>   +0 (a kink)                     1              0
>   positive subnormal          1,136              1
>   positive                2,843,230              0
>   infinite                        2              0
>   NaN                             8              -  (the rule gives a number)
> 
> kink     z = 0: slope 0 on the left, 1 on the right; the rule gives 0: allowed,
>          as is any value from one to the other
> example  z = 4.94065646e-324, a = 4.94066e-324: the rule gives 0, g'(z) is 1
> 
> It differs from the derivative of relu at 1 of 5,688,744 float64 inputs tried,
> all of them positive. At Z = 4.94065646e-324, A = 4.94066e-324 the rule gives 0,
> and the derivative is 1. Units there receive no gradient and do not learn from
> such samples. Write A > 0 or Z > 0 instead.
exit 1
$ crease check rule --dtype f64 --json 'Z > 0' --seed 5 | sed -n '/"tested"/,/"wrong"/p'
>   "tested": 5688744,
>   "sampled": {
>     "special": 12,
>     "plain": 5350,
>     "kink": 238,
>     "exponent": 16328,
>     "random": 5666816,
>     "seed": 5
>   },
>   "wrong": 0,
>       "tested": 2843230,
>       "wrong": 0
>       "tested": 1136,
>       "wrong": 0
>       "tested": 1,
>       "wrong": 0
>       "tested": 1,
>       "wrong": 0
>       "tested": 1136,
>       "wrong": 0
>       "tested": 2843230,
>       "wrong": 0
>       "tested": 2,
>       "wrong": 0
>       "tested": 8,
>       "wrong": 8
$ crease check rule -q --dtype f64 --act tanh '1 - A**2' | tail -3
> 
> Right: it is the derivative of tanh at every float64 input tried, within the
> rounding that it cannot avoid.

# The picture of it.
$ crease check rule -q --plot --dtype f64 'A >= 0' | sed -n '/the rule/,/^rule/p'
> g'(z) and the rule
>   1 ┤⣀⣀⣀⣀⣀▲⣀⣀⣀⣀⣀⣀▲⣀⣀⣀⣀⣀⣀⣀▲○⣀⣀●⣀▲⣀⣀⣀⣀⣀●⣀▲⣀⣀⣀⣀●⣀▲⣀
>     │
>     │
> 0.8 ┤
>     │
> 0.6 ┤
>     │
>     │
> 0.4 ┤
>     │
> 0.2 ┤
>     │
>   0 ┤⣀⣀⣀●⣀⣀⣀⣀⣀⣀●⣀⣀⣀⣀⣀⣀⣀●⣀⣀●
>            -2             0             2
> ● g'(z)
> ▲ A >= 0
> 
> 
> rule     A >= 0
>   NaN                             8              -  (the rule gives a number)
> 
> kink     z = 0: slope 0 on the left, 1 on the right; the rule gives 1: allowed,
>          as is any value from one to the other
> example  z = -1, a = 0: the rule gives 1, g'(z) is 0
> equals   1
> 
> A is the output of relu, max(0, z), so A >= 0 is true for every Z: the rule is 1
> for every Z, as if there were no activation. It differs from the derivative of
> relu at 2,844,367 of 5,688,744 float64 inputs tried: all the negative ones. At Z
> = -1, A = 0 the rule gives 1, and the derivative is 0. Units that are off there
> receive a gradient as if they were on, and the weights before them are pushed by
> samples that they do not respond to. Write A > 0 or Z > 0 instead.
$ crease check rule -q --dtype f64 'A >= 0' --svg rule.svg >text
exit 1
$ head -c 4 rule.svg
> <svg
