# The known cases over all 2^32 inputs.
$ crease check rule -q 'output < 0 ? 0 : 1' 'grad_output * (output >= 0)' 'g = grad_output.clone(); g[input < 0] = 0; g[input == 0] = 0.5' 'np.heaviside(Z, 2)' | grep -E '^(rule|verdict|kink|upstream|equals)|negative |a kink'
> rule     output < 0 ? 0 : 1
> verdict  wrong
>   negative            2,130,706,432  2,130,706,432
>   negative subnormal      8,388,607      8,388,607
>   -0 (a kink)                     1              0
>   +0 (a kink)                     1              0
> kink     z = 0: slope 0 on the left, 1 on the right; the rule gives 1: allowed,
> equals   1
> relu at 2,139,095,040 of 4,294,967,296 inputs: all the negative ones. At Z = -1,
> rule     grad_output * (output >= 0)
> verdict  wrong
>   negative            2,130,706,432  2,130,706,432
>   negative subnormal      8,388,607      8,388,607
>   -0 (a kink)                     1              0
>   +0 (a kink)                     1              0
> kink     z = 0: slope 0 on the left, 1 on the right; the rule gives 1: allowed,
> equals   1
> relu at 2,139,095,040 of 4,294,967,296 inputs: all the negative ones. At Z = -1,
> rule     g = grad_output.clone(); g[input < 0] = 0; g[input == 0] = 0.5
> verdict  replaces-upstream
>   negative            2,130,706,432              0
>   negative subnormal      8,388,607              0
>   -0 (a kink)                     1              0
>   +0 (a kink)                     1              0
> kink     z = 0: slope 0 on the left, 1 on the right; for an upstream gradient of
> upstream the rule is no factor of the upstream gradient at 2 inputs
> on a kink (as that of a unit whose bias is still 0 above a layer that is all
> rule     np.heaviside(Z, 2)
> verdict  kink-outside
>   negative            2,130,706,432              0
>   negative subnormal      8,388,607              0
>   -0 (a kink)                     1              1
>   +0 (a kink)                     1              1
> kink     z = 0: slope 0 on the left, 1 on the right; the rule gives 2: outside

# Smooth activations, over all 2^32 inputs: no tolerance tells these apart.
$ crease check rule -q --act tanh '1 - A**2'
> rule     1 - A**2
> read as  (1 - A**2) * upstream
> against  tanh, a = tanh(z), at all 4,294,967,296 float32 inputs
> verdict  derivative
> 
>   z                           tried          wrong
>   negative            2,130,706,432              0
>   negative subnormal      8,388,607              0
>   -0                              1              0
>   +0                              1              0
>   positive subnormal      8,388,607              0
>   positive            2,130,706,432              0
>   infinite                        2              0
>   NaN                    16,777,214              -  (the rule gives NaN)
> 
> Right: it is the derivative of tanh at every float32 input, within the rounding
> that it cannot avoid.
$ crease check rule -q --act tanh '1 - Z**2' | grep -E '^(verdict|example|equals)'
> verdict  wrong
> example  z = -1, a = -0.761594: the rule gives 0, g'(z) is 0.419974
> equals   1 - Z**2, tanh' as if z were a
$ crease check rule -q --act sigmoid 'A * (1 - A)' 'Z * (1 - Z)' --json | grep -E '"(rule|verdict)"'
>       "rule": "A * (1 - A)",
>       "verdict": "derivative",
>       "rule": "Z * (1 - Z)",
>       "verdict": "wrong",
>         "rule": -2.0,
$ crease check rule -q --act leaky_relu:0.1 'np.where(A >= 0, 1, 0.1)' 'np.where(A >= 0, 1, 0)' | grep -E '^(rule|verdict|equals)'
> rule     np.where(A >= 0, 1, 0.1)
> verdict  derivative
> rule     np.where(A >= 0, 1, 0)
> verdict  wrong
