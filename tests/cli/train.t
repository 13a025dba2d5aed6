# A net from a table, and what is written. (Costs may differ in their last digits from machine to
# machine; what is printed here does not.)
$ crease data blobs -n 60 --noise 0.3 --centers 2 -q -o blobs.csv
$ crease train -d blobs.csv --valid 0.2 --hidden 8 --opt adam --lr 0.05 --epochs 30 -o a.safetensors >shown 2>said; head -6 shown; grep right shown
> data      blobs.csv: CSV: 60 samples of 2 features, with a header, target field
>           3 ('label'), 2 classes
> samples   48 samples to train on, 12 to validate with; 2 features, standardised
> target    label: 2 classes (0, 1)
> net       2-8-1, relu, 33 parameters (f32), loss bce
> training  adam, step size 0.05 (constant), batches of 32, 30 epochs, seed 1
> 100.00 % right: 12 of 12 samples
> confidence  predictions     right
> Confidence and share of right answers differ by 0.87 % on average
$ sed 's/, [0-9.]* s)/)/' said; ls . a.run
> wrote a.safetensors and the folder a.run (60 steps)
> .:
> a.run
> a.safetensors
> blobs.csv
> said
> shown
> 
> a.run:
> checkpoint.safetensors
> curves.csv
> curves.jsonl
> pictures.svg
> report.html
> result.json
> settings.json
$ head -1 a.run/curves.csv; wc -l <a.run/curves.csv; wc -l <a.run/curves.jsonl
> epoch,lr,cost,metric,valid_cost,valid_metric,kink_hits,dead_units
> 31
> 30

# The same command gives the same bytes, for any number of threads, and after a break.
$ crease train -d blobs.csv --valid 0.2 --hidden 8 --opt adam --lr 0.05 --epochs 30 -o b.safetensors --threads 2 --no-run -q >shown; cmp a.safetensors b.safetensors; ls -d b*
> b.safetensors
> blobs.csv
$ crease train -d blobs.csv --valid 0.2 --hidden 8 --opt adam --lr 0.05 --epochs 20 -o c.safetensors -q >shown
$ crease train -d blobs.csv --valid 0.2 --hidden 8 --opt adam --lr 0.05 --epochs 30 -o c.safetensors --resume 2>&1 >shown | sed -n 1p; cmp a.safetensors c.safetensors
> going on from step 40 of 60
$ crease train -d blobs.csv --valid 0.2 --hidden 8 --opt adam --lr 0.05 --epochs 30 -o c.safetensors --resume 2>&1 >shown | sed -n 1p; cmp a.safetensors c.safetensors
> going on from step 60 of 60
$ crease train -d blobs.csv --valid 0.2 --hidden 8 --opt adam --lr 0.05 --epochs 30 -o d.safetensors --resume 2>&1 >shown | sed -n 1p; cmp a.safetensors d.safetensors
> no checkpoint in d.run yet: from the beginning
$ crease train -d blobs.csv --valid 0.2 --hidden 8 --opt adam --lr 0.05 --epochs 30 -o e.safetensors --seed 2 --no-run -q >shown; cmp -s a.safetensors e.safetensors
exit 1

# What is asked of a model.
$ crease eval a.safetensors -d blobs.csv | sed -n 1,2p
> a.safetensors on blobs.csv, 60 samples:
> 98.33 % right: 59 of 60 samples
$ crease eval a.safetensors -d blobs.csv --json | sed -n 1,4p
> {
>   "model": "a.safetensors",
>   "data": "blobs.csv",
>   "samples": 60,
$ crease predict a.safetensors -d blobs.csv | cut -d, -f1 | sed -n 1,5p
> class
> 1
> 1
> 1
> 0
$ cut -d, -f2,1 blobs.csv >no_label.csv; crease predict a.safetensors -d no_label.csv >p1; (echo y,x2,x1; tail -n +2 blobs.csv | awk -F, '{ print "?," $2 "," $1 }') >turned.csv; crease predict a.safetensors -d turned.csv >p2; cmp p1 p2; wc -l <p1
> 61
$ (cat a.safetensors; echo more) >damaged; crease predict damaged -d blobs.csv -o p1; wc -l <p1
> 61
2> crease predict: damaged: 5 bytes behind the header belong to no tensor

# Values, an array of NumPy's, a value that is missing.
$ seq 40 | awk 'BEGIN { print "a,b,sum" } { a = $1 % 7; b = $1 % 5; print a "," ($1 == 9 ? "" : b) "," a + b + 0.5 }' >sum.csv
$ crease train -d sum.csv --missing mean --hidden 8 --opt lbfgs --epochs 100 -o sum.safetensors -q --no-run | grep -c 'R^2'
> 3
$ printf 'a,b\n1,\n1,2\n' >new.csv; crease predict sum.safetensors -d new.csv | sed 's/\..*//'
> sum
> 3
> 3

# What belongs to none, or contradicts itself.
$ crease train
2> crease train: which data? (--data FILE; see `crease train --help`)
exit 2
$ crease train blobs.csv
2> crease train: unexpected argument 'blobs.csv' (try `crease train --help`)
exit 2
$ crease train -d blobs.csv --layers 5:relu,2 --hidden 5
2> crease train: --layers and --hidden both say what the layers are
exit 2
$ crease train -d blobs.csv --layers 5:relu,5
2> crease train: the last layer has 5 units; the target 'label' wants 1
exit 2
$ crease train -d blobs.csv --layers 5:rely,2
2> crease train: --layers: unknown activation "rely", did you mean "relu"?
exit 2
$ crease train -d blobs.csv --hidden 5,x
2> crease train: --hidden '5,x': expected widths such as 50 or 20,7,5
exit 2
$ crease train -d blobs.csv --act rely
2> crease train: --act: unknown activation "rely", did you mean "relu"?
exit 2
$ crease train -d blobs.csv --loss squarred
2> crease train: --loss: no loss 'squarred': expected bce, softmax, squared, absolute, huber or hinge
exit 2
$ crease train -d blobs.csv --task values --loss bce
2> crease train: --loss bce learns classes, the target is values; expected squared, absolute or huber, or --task classes
exit 2
$ crease train -d blobs.csv --task ranks
2> crease train: --task 'ranks': expected auto, classes, labels or values
exit 2
$ crease train -d blobs.csv --opt adma
2> crease train: --opt: no optimizer 'adma': expected one of sgd, momentum, nesterov, rmsprop, adam, adamw, adagrad, lbfgs
exit 2
$ crease train -d blobs.csv --opt adam:beta1=2
2> crease train: --opt: adam: beta1 is 2, expected 0 <= beta1 < 1
exit 2
$ crease train -d blobs.csv --schedule cosin
2> crease train: --schedule: no schedule 'cosin': expected one of constant, step, cosine, plateau, onecycle
exit 2
$ crease train -d blobs.csv --schedule step:every=0
2> crease train: --schedule: step: every is 0, expected 1e-06 <= every <= 1e+09
exit 2
$ crease train -d blobs.csv --init hee
2> crease train: --init: no initialisation 'hee': expected he, lecun, glorot, zeros, small or randn:SCALE
exit 2
$ crease train -d blobs.csv --dtype f16
2> crease train: no dtype 'f16'; expected f32 or f64
exit 2
$ crease train -d blobs.csv --scale log
2> crease train: --scale: no scaling 'log'; expected none, standard or minmax
exit 2
$ crease train -d blobs.csv --missing guess
2> crease train: --missing 'guess': expected refuse, drop, mean, median or zero
exit 2
$ crease train -d blobs.csv --epochs 0
2> crease train: --epochs: '0' is not a whole number from 1 to 1000000000
exit 2
$ crease train -d blobs.csv --lr -1
2> crease train: --lr: '-1' is not a number from 0 to 1e+06
exit 2
$ crease train -d blobs.csv --lr nan
2> crease train: --lr: 'nan' is not a number from 0 to 1e+06
exit 2
$ crease train -d blobs.csv --dropout 1
2> crease train: --dropout: '1' is not a number from 0 to 0.99
exit 2
$ crease train -d blobs.csv --opt lbfgs --batch 8
2> crease train: lbfgs takes all 60 samples at once, not batches of 8
exit 2
$ crease train -d blobs.csv --opt lbfgs --dropout 0.5
2> crease train: lbfgs wants the same net each time; layer 1 has dropout
exit 2
$ crease train -d blobs.csv --batchnorm --batch 1
2> crease train: batch normalisation needs batches of 2 samples or more
exit 2
$ crease train -d blobs.csv --shift 1
2> crease train: --shift 1: the data have 2 features; expected square pictures larger than that
exit 2
$ crease train -d blobs.csv --picture x.gif
2> crease train: x.gif: a picture ends in .svg, .png or .pdf
exit 2
$ crease train -d sum.csv --missing mean --class-weights balanced
2> crease train: --class-weights: the target is values, not one of classes
exit 2
$ crease train -d sum.csv --missing mean --loss softmax
2> crease train: --loss softmax learns classes, the target is values; expected squared, absolute or huber, or --task classes
exit 2
$ crease train -d blobs.csv --checkpont 5
2> crease train: no option '--checkpont', did you mean '--checkpoint'? (try `crease train --help`)
exit 2
$ ls
> a.run
> a.safetensors
> b.safetensors
> blobs.csv
> c.run
> c.safetensors
> d.run
> d.safetensors
> damaged
> e.safetensors
> new.csv
> no_label.csv
> p1
> p2
> said
> shown
> sum.csv
> sum.safetensors
> turned.csv

# Steps that are too long.
$ crease train -d sum.csv --missing zero --hidden 8 --lr 1e6 --scale none --no-run -q -o x.safetensors >shown
2> crease train: the cost is no number any more in epoch 1: the steps are too long; try --lr 1e+05, or --clip 1. No model was written.
exit 1
$ ls x*
2> ls: cannot access 'x*': No such file or directory
exit 2
