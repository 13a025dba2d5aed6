# A comparison from end to end, small enough that no libm's last bit shows.
$ crease compare --preset thread --iterations 200 --every 50 --html report.html -q
> planar: 400 samples with 2 features. Net 2-4-1, relu, loss bce, init randn:0.01
> (seed 2), f64, lr 1.2, 200 iterations, full batch.
> 
> rule    verdict          wrong at      cost  accuracy  kink hits  dead  cosine    R^2
> A > 0   derivative              0  0.617516   61.25 %          0     0   1.000  0.712
> A >= 0  wrong       2,139,095,040  0.669800   51.75 %          0     0   0.240  0.865
> Z > 0   derivative              0  0.617516   61.25 %          0     0   1.000  0.712
> Z >= 0  derivative              0  0.617516   61.25 %          0     0   1.000  0.712
> 
>   wrong at  of all 4,294,967,296 float32 values of z, those away from a kink at
>             which the rule is not the derivative
>   cost      mean loss of the trained net on the training data
>   accuracy  share of the training samples that the trained net classifies right
>   kink hits how often a z was exactly on a kink during training
>   dead      hidden units that are off on every sample at the end
>   cosine    of the angle between the rule's gradient and the right one, mean
>             over the run (1: same direction)
>   R^2       how much of the logit a straight line explains (1: a straight
>             boundary)
> 
> 'A > 0' read as: (A > 0) * upstream
> 'A >= 0' read as: (A >= 0) * upstream
> 'Z > 0' read as: (Z > 0) * upstream
> 'Z >= 0' read as: (Z >= 0) * upstream
> 
> ✓ A > 0                        ✗ A >= 0
> right: the derivative          wrong: 2,139,095,040 inputs
> cost 0.618, 61.3 % right       cost 0.670, 51.7 % right
> ··················o·········   ··················o·········
> ········ooXoo····ooo········   ········ooXoo····ooo········
> ········oo·oo··XX··o········   ········oo·oo··XX··o········
> ·········o···XoX··oo········   ·········o···XoX··oo········
> ·XXXXXXXXXo··oX···oXXXXXXXX·   ·XXXXXXXXXo··oX···oXXXXXXXX·
> ··XXXX····XXoXX·X·X····XXX··   ··XXXX····XXoXX·X·X····XXX··
> ·····XXXXXXXXXXXXX·X·X·X····   ·····XXXXXXXXXXXXX·X·X·X████
> ·····oooooooXXXXooo·ooo·····   ····████████XXXXO████OO▒▒▒▒▒
> ···oo····oXX·XX·Xooo···oooo█   ███Oo▒▒▒▒Oxo▒OO▒xOOO▒▒▒OOOO▒
> ██████████XX█OX███X█████OO█▒   ▒▒OOOOOOO▒xx▒OO▒▒▒x▒OO▒OOOO▒
> ▒▒▒▒▒▒▒▒▒x▒▒x▒▒O▒▒x▒▒▒▒▒▒▒▒▒   ▒▒▒▒▒▒▒▒▒x▒▒x▒▒O▒▒x▒▒▒▒▒▒▒▒▒
> ▒▒▒▒▒▒▒▒xx▒OO▒▒xx▒xx▒▒▒▒▒▒▒▒   ▒▒▒▒▒▒▒▒xx▒OO▒▒xx▒xx▒▒▒▒▒▒▒▒
> ▒▒▒▒▒▒▒▒▒xxx▒▒▒▒Oxxx▒▒▒▒▒▒▒▒   ▒▒▒▒▒▒▒▒▒xxx▒▒▒▒Oxxx▒▒▒▒▒▒▒▒
> ▒▒▒▒▒▒▒▒▒x▒▒▒▒▒▒▒xxO▒▒▒▒▒▒▒▒   ▒▒▒▒▒▒▒▒▒x▒▒▒▒▒▒▒xxO▒▒▒▒▒▒▒▒
> 
> ✓ Z > 0                        ✓ Z >= 0
> right: the derivative          right: the derivative
> cost 0.618, 61.3 % right       cost 0.618, 61.3 % right
> ··················o·········   ··················o·········
> ········ooXoo····ooo········   ········ooXoo····ooo········
> ········oo·oo··XX··o········   ········oo·oo··XX··o········
> ·········o···XoX··oo········   ·········o···XoX··oo········
> ·XXXXXXXXXo··oX···oXXXXXXXX·   ·XXXXXXXXXo··oX···oXXXXXXXX·
> ··XXXX····XXoXX·X·X····XXX··   ··XXXX····XXoXX·X·X····XXX··
> ·····XXXXXXXXXXXXX·X·X·X····   ·····XXXXXXXXXXXXX·X·X·X····
> ·····oooooooXXXXooo·ooo·····   ·····oooooooXXXXooo·ooo·····
> ···oo····oXX·XX·Xooo···oooo█   ···oo····oXX·XX·Xooo···oooo█
> ██████████XX█OX███X█████OO█▒   ██████████XX█OX███X█████OO█▒
> ▒▒▒▒▒▒▒▒▒x▒▒x▒▒O▒▒x▒▒▒▒▒▒▒▒▒   ▒▒▒▒▒▒▒▒▒x▒▒x▒▒O▒▒x▒▒▒▒▒▒▒▒▒
> ▒▒▒▒▒▒▒▒xx▒OO▒▒xx▒xx▒▒▒▒▒▒▒▒   ▒▒▒▒▒▒▒▒xx▒OO▒▒xx▒xx▒▒▒▒▒▒▒▒
> ▒▒▒▒▒▒▒▒▒xxx▒▒▒▒Oxxx▒▒▒▒▒▒▒▒   ▒▒▒▒▒▒▒▒▒xxx▒▒▒▒Oxxx▒▒▒▒▒▒▒▒
> ▒▒▒▒▒▒▒▒▒x▒▒▒▒▒▒▒xxO▒▒▒▒▒▒▒▒   ▒▒▒▒▒▒▒▒▒x▒▒▒▒▒▒▒xxO▒▒▒▒▒▒▒▒
> 
> Cost during training
>      │⣀⣀⣀⣀⣀
>      │   ⠈⠉⢫●⢄
> 0.68 ┤      ⠹⡄⠑⡄
>      │       ⠙⢆⡈⢢⡀
>      │         ▲⠉⠉⠯⡉⠉⠉⠉⠉⠉⠉⠉⠉▲⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉▲⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉▲⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉▲⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉▲⠉⠉
> 0.66 ┤             ⠈⠢⣄
>      │                ⠙⠢■⡀
>      │                   ⠉⠒⠤⣀
> 0.64 ┤                       ⠉⠒⠤⢄⣀                                            ⣀
>      │                            ⠉⠑◆⠤⠤⢄⣀⣀                                   ⢸⠹⡀
>      │                                    ⠉⠉⠉⠑⠒⠒⠒●⠤⠤⠤⢤⣀⣀                     ⡎ ⢧
> 0.62 ┤                                                  ⠉⠉⠉⠉⠉■⠒⠒⠒⠒⠒⠤⠤⠤⠤⠤⠤◆⣀ ⣰⠁ ⠘
>      │                                                                     ⠉⠁
>       0                50                 100               150
> ● ■ ◆ A > 0, Z > 0, Z >= 0 (identical)
> ▲ A >= 0
> 
> o class 0   x class 1   OX misclassified   █ boundary: probability 0.5
> ·▒ probability of class 1
> 
> `A >= 0`: A is the output of relu, max(0, z), so A >= 0 is true for every Z: the
> rule is 1 for every Z, as if there were no activation. It differs from the
> derivative of relu at 2,139,095,040 of 4,294,967,296 inputs: all the negative
> ones. At Z = -1, A = 0 the rule gives 1, and the derivative is 0. Units that are
> off there receive a gradient as if they were on, and the weights before them are
> pushed by samples that they do not respond to. Write A > 0 or Z > 0 instead.
> 
> What it did here: the same net from the same start ended with cost 0.6698 and
> 51.7 % of the samples right; under `A > 0` with cost 0.6175 and 61.3 % of the
> samples right. The gradient it followed had a cosine of 0.24 with the right one,
> on average (1: the same direction, 0: unrelated). With 1 for every Z the
> backward pass treats the net as a linear one: it learns what would suit a linear
> net, which can only draw straight boundaries. How straight its boundary is shows
> in R^2, the share of the net's logit that a straight line explains: 0.86,
> against 0.71 under `A > 0`.
> 
> `A > 0`, `Z > 0` and `Z >= 0` gave the same net, identical to the last bit. As
> functions of z they differ only where z is exactly on a kink, and of the 320,000
> pre-activations of this run none was. So the choice between `>` and `>=` at 0
> made no difference; what a wrong rule tests, the output or z, did.
> 
$ grep -c '<svg' report.html
> 1
$ grep -o 'crease compare --preset[^<]*' report.html
> crease compare --preset thread --iterations 200 --every 50 --html report.html -q
$ grep -c -E 'src=|<script|<link|<img' report.html
> 0
exit 1
# JSON is one object on stdout; files appear under their names, whole.
$ crease compare 'dZ1 = np.dot(W2.T, dZ2) * (A1 > 0)' 'dZ[Z > 0] = 1' --hidden 3 --iterations 5 --no-html --json --svg f.svg >out.json; grep -E '"(rule|read_as|verdict|kink_hits|first_kink_hit|test_accuracy|report)"' out.json
>       "rule": "dZ1 = np.dot(W2.T, dZ2) * (A1 > 0)",
>       "read_as": "(A > 0) * upstream",
>       "verdict": "derivative",
>       "test_accuracy": null,
>       "kink_hits": 0,
>       "first_kink_hit": null,
>       "rule": "dZ[Z > 0] = 1",
>       "read_as": "where(Z > 0, 1, upstream)",
>       "verdict": "replaces-upstream",
>       "test_accuracy": null,
>       "kink_hits": 0,
>       "first_kink_hit": null,
>   "report": null,
$ ls
> f.svg
> out.json
> report.html
# A full disk leaves nothing behind and says so.
$ crease compare --hidden 2 --iterations 1 --no-html --png /dev/full -q >/dev/null
2> crease compare: cannot write /dev/full: No space left on device
exit 3
$ crease compare --hidden 2 --iterations 1 --no-html >/dev/full
2> crease: cannot write standard output: No space left on device
exit 3
$ crease compare --hidden 2 --iterations 1 --html /dev/full
2> crease compare: cannot write /dev/full: No space left on device
exit 3
# Smooth activations: their right rule and the usual wrong one.
$ crease compare --act tanh --hidden 4 --iterations 300 --every 100 --no-html --json | grep -E '"(rule|verdict|wrong_inputs)"'
>       "rule": "1 - A**2",
>       "verdict": "derivative",
>       "wrong_inputs": 0,
>       "rule": "1 - Z**2",
>       "verdict": "wrong",
>       "wrong_inputs": 2343998020,
