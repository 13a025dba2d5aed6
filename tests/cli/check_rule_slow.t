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
