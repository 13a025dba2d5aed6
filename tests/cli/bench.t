# Times differ from run to run: what is fixed is here. Cost and accuracy do not depend on
# the time that was given.
$ crease bench --only planar-20-f64 --seconds 0.01 --threads 1 --json > a.json
$ grep -o '^ *"[a-z_]*":' a.json | tr -d ' \n'
> "version":"compiler":"cpu_level":"gemm":"threads":"seconds_each":"load":"machine":"cases":"name":"group":"what":"dtype":"threads":"unit":"rounds":"seconds":"least":"most":"gflops":"gbytes_per_second":"peak_gflops":"share":"cost":"accuracy":"result":
$ crease bench --only planar-20-f64 --seconds 0.02 --threads 1 --json > b.json
$ grep -E '"(cost|accuracy|what)"' a.json > a; grep -E '"(cost|accuracy|what)"' b.json > b; cmp a b && wc -l < a
> 3
# The right derivative and a rule that says the same train the same net.
$ crease bench --only planar-20-f32 --only planar-20-f32-rule --seconds 0.01 --json | grep '"cost"' | uniq | wc -l
> 1
# The machine by itself.
$ crease bench --only machine --seconds 0.001 --threads 1 --json | grep '"unit"' | sort | uniq -c | tr -s ' '
>  4 "unit": "GB/s",
>  2 "unit": "GFLOP/s",
# On a terminal or in a pipe: a line a case, the machine's limits before the rest.
$ crease bench --only machine --only planar-4-f32 --seconds 0.001 --threads 1 | sed -nE 's/^(  [a-z0-9-]+|[a-z]+$).*/\1/p'
> machine
>   fma-f32-1
>   fma-f64-1
>   read-l1-1
>   read-l2-1
>   read-l3-1
>   read-dram-1
> planar
>   planar-4-f32
# What cannot be taken.
$ crease bench --only plannar
2> crease bench: no case or group 'plannar', did you mean 'planar'? (`crease bench --list` names all)
exit 2
$ crease bench --only quux
2> crease bench: no case or group 'quux' (`crease bench --list` names all)
exit 2
$ crease bench planar
2> crease bench: unexpected argument 'planar' (try `crease bench --help`)
exit 2
$ crease bench --seconds 0
2> crease bench: --seconds: '0' is not a number from 0.0001 to 3600
exit 2
$ crease bench --list --threads 1 | awk '{print $1}' | uniq -c | tr -s ' '
>  6 machine
>  7 planar
>  15 nets
>  3 large
>  1 narrow
>  1 cats
>  1 fleet
>  3 forward
>  4 sweep
>  1 start
$ crease bench --list --json --threads 1 | grep -c '"name"'
> 42
