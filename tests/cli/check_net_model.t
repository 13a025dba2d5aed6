# The net of a trained model: its parameters, on data scaled as it says.
$ crease data planar -q -o flower.csv; crease train -q --data flower.csv --layers 5:relu@0.5,3:tanh,1 --epochs 3 --seed 1 --no-run -o m.safetensors >out
$ crease check net m.safetensors --data flower.csv
> flower.csv: 400 samples with 2 features. Net 2-5-3-1, relu@0.5,tanh, loss bce,
> from m.safetensors, f32.
> 
>   layer  derivatives        match         kink kink-outside     mismatch    undecided
>   1               15           15            0            0            0            0
>   2               18           18            0            0            0            0
>   3                4            4            0            0            0            0
>   all             37           37            0            0            0            0
> 
> Right: all 37 derivatives are those of the cost, within the rounding that f32
> cannot avoid.
> What is right was computed for each of them. For 37, drawn at random (seed 1),
> differences of the cost over steps that cross no crease confirm it.
$ crease check net m.safetensors --data flower.csv --dtype f64 --samples 50 --differences 5 -n 2
> flower.csv: 50 samples with 2 features. Net 2-5-3-1, relu@0.5,tanh, loss bce,
> from m.safetensors, f64, after 2 more iterations.
> 
>   layer  derivatives        match         kink kink-outside     mismatch    undecided
>   1               15           15            0            0            0            0
>   2               18           18            0            0            0            0
>   3                4            4            0            0            0            0
>   all             37           37            0            0            0            0
> 
> Right: all 37 derivatives are those of the cost, within the rounding that f64
> cannot avoid.
> What is right was computed for each of them. For 5, drawn at random (seed 1),
> differences of the cost over steps that cross no crease confirm it.
$ crease check net m.safetensors --data flower.csv --json | sed -n '/"model"\|"act"\|"init"\|"dtype"\|"iterations"\|"passed"\|"mismatch"/p'
>   "model": "m.safetensors",
>   "act": "relu@0.5,tanh",
>   "init": null,
>   "dtype": "f32",
>   "iterations": 0,
>   "passed": true,
>     "mismatch": 0,
>         "mismatch": 0,
>         "mismatch": 0,
>         "mismatch": 0,

# A rule in place of its derivative is found as in any net.
$ crease check net m.safetensors --data flower.csv --rule 'A >= 0' | grep -c '^Wrong'
> 1

# Classes; values, in units of their spread; labels.
$ crease data spiral -q -o three.csv; crease train -q --data three.csv --hidden 4 --dtype f64 --epochs 2 --no-run -o c.safetensors >out; crease check net c.safetensors --data three.csv | sed -n '1,2p;/^Right/p'
> three.csv: 300 samples with 2 features. Net 2-4-3, relu, loss softmax, from
> c.safetensors, f64.
> Right: all 27 derivatives are those of the cost, within the rounding that f64
$ printf 'a,b,y\n1,2,300\n2,1,500\n3,5,100\n4,4,900\n' >values.csv; crease train -q --data values.csv --task values --hidden 3 --epochs 2 --no-run -o v.safetensors >out; crease check net v.safetensors --data values.csv | sed -n '1,2p;/^Right/p'
> values.csv: 4 samples with 2 features. Net 2-3-1, relu, loss squared, from
> v.safetensors, f32.
> Right: all 13 derivatives are those of the cost, within the rounding that f32
$ printf 'a,b,p,q\n1,2,0,1\n2,1,1,1\n3,5,0,0\n4,4,1,0\n' >labels.csv; crease train -q --data labels.csv --target p,q --hidden 3 --epochs 2 --no-run -o l.safetensors >out; crease check net l.safetensors --data labels.csv | sed -n '1,2p;/^Right/p'
> labels.csv: 4 samples with 2 features. Net 2-3-2, relu, loss bce, from
> l.safetensors, f32.
> Right: all 17 derivatives are those of the cost, within the rounding that f32

# What the proof does not know, or two answers to one question.
$ crease train -q --data flower.csv --hidden 3 --batchnorm --epochs 1 --no-run -o bn.safetensors >out; crease check net bn.safetensors --data flower.csv
2> crease check net: crs_gradcheck_net: it cannot judge a net with batch normalisation, dropout or skips; crs_gradcheck_function can, with the net's cost as the function
exit 2
$ crease train -q --data flower.csv --layers 3:relu+drop=0.5,1 --epochs 1 --no-run -o drop.safetensors >out; crease check net drop.safetensors --data flower.csv
2> crease check net: crs_gradcheck_net: it cannot judge a net with batch normalisation, dropout or skips; crs_gradcheck_function can, with the net's cost as the function
exit 2
$ crease train -q --data values.csv --task values --loss huber --hidden 3 --epochs 1 --no-run -o h.safetensors >out; crease check net h.safetensors --data values.csv
2> crease check net: crs_gradcheck_net: it cannot judge a net with an absolute, huber or hinge loss; crs_gradcheck_function can, with the net's cost as the function
exit 2
$ crease check net m.safetensors
2> crease check net: m.safetensors: on which data? (--data FILE)
exit 2
$ crease check net m.safetensors --data flower.csv --hidden 5,3
2> crease check net: --hidden describes a net, and m.safetensors is one: expected one of them
exit 2
$ crease check net m.safetensors --data flower.csv --kink 0
2> crease check net: --kink describes a net, and m.safetensors is one: expected one of them
exit 2
$ crease check net m.safetensors --data flower.csv --init he
2> crease check net: --init describes a net, and m.safetensors is one: expected one of them
exit 2
$ crease check net m.safetensors --data nowhere.csv
2> crease check net: nowhere.csv: no such file, and no data set crease makes (planar, circles, moons, blobs, quantiles, spiral, xor, uniform)
exit 2
$ crease check net m.safetensors --data values.csv
2> crease check net: values.csv:1: no column 'label'; expected a name of this line or 1 to 3
exit 2
$ crease check net m.safetensors --data flower.csv --samples 401
2> crease check net: --samples 401: flower.csv has 400
exit 2
$ crease check net nowhere.safetensors --data flower.csv
2> crease check net: nowhere.safetensors: cannot be read: no such file
exit 2
$ crease check net flower.csv --data flower.csv
2> crease check net: flower.csv: is no safetensors file; expected a model that crease wrote
exit 2
$ crease check net --ignore x1
2> crease check net: --ignore is for the data of a MODEL, and none is named
exit 2
$ printf 'a,b,c,y\n1,2,3,0\n2,1,4,1\n3,5,1,1\n4,4,2,0\n' >wide.csv; crease train -q --data wide.csv --hidden 3 --epochs 1 --no-run -o w.safetensors >out; crease check net w.safetensors --data planar
2> crease check net: planar: 2 features; the model takes 3
exit 2
$ crease eval w.safetensors --data planar
2> crease eval: planar: 2 features; the model takes 3
exit 2
$ crease eval m.safetensors --data spiral
2> crease eval: spiral: 3 classes; the model knows 2
exit 2
