requires ! crease info | grep -q "zlib.*missing"
# A column of weights is no feature, wherever it stands; text is no hindrance, dropped samples neither.
$ printf 'a,w,kind,b\n1,1,x,2\n1,2,y,\n2,1,x,1\n3,1,y,3\n' >w.csv; printf '1\n2\n1\n1\n' >weights.csv
$ crease train --data w.csv --target kind --weights w --missing drop --no-run --epochs 1 -q | sed -n 3,5p
> samples   3 samples to train on; 2 features, standardised
> target    kind: 2 classes (x, y)
> net       2-50-1, relu, 201 parameters (f32), loss bce
$ crease train --data w.csv --target kind --weights w --ignore w --missing mean --no-run --epochs 1 -q | sed -n 3,6p
> samples   4 samples to train on; 2 features, standardised, missing values filled
>           with mean
> target    kind: 2 classes (x, y)
> net       2-50-1, relu, 201 parameters (f32), loss bce
$ crease train --data w.csv --target kind --weights weights.csv --ignore w --missing drop --no-run --epochs 1 -q | sed -n 3,5p
> samples   3 samples to train on; 2 features, standardised
> target    kind: 2 classes (x, y)
> net       2-50-1, relu, 201 parameters (f32), loss bce
# They count: a sample of weight 0 is as one that is not there.
$ printf 'a,b,w,y\n1,2,1,0\n9,9,0,1\n2,1,1,1\n3,2,1,0\n' >zero.csv; grep -v ,0, zero.csv >without.csv
$ for data in zero without; do crease train --data $data.csv --weights w --scale none --batch 0 --dtype f64 --no-run -q -o $data.m >/dev/null; crease predict $data.m --data without.csv | cut -c 1-8; done
> class,p_
> 0,0.0111
> 0,0.2403
> 0,0.0411
> class,p_
> 0,0.0111
> 0,0.2403
> 0,0.0411
# The test's columns are found by their names; it needs neither weights nor what was ignored.
$ printf 'y,b,a\n0,2,1\n1,1,2\n' >test.csv
$ crease train --data zero.csv --weights w --test test.csv --no-run --epochs 1 -q | sed -n 3,4p
> samples   4 samples to train on, 2 to test with; 2 features, standardised
> target    y: 2 classes (0, 1)
# A packed table is scaled like any; the report has standard output.
$ printf 'a,y\n1,0\n2,1\n' | gzip >one.csv.gz
$ crease train --data one.csv.gz --no-run --epochs 1 -q | sed -n 1,5p
> data      one.csv.gz: CSV: 2 samples of 1 feature, with a header, target field 2
>           ('y'), 2 classes
> samples   2 samples to train on; 1 feature, standardised
> target    y: 2 classes (0, 1)
> net       1-50-1, relu, 151 parameters (f32), loss bce
$ crease train --data w.csv --output -
2> crease train: --output -: standard output has the report; expected a file for the model
exit 2
$ printf 'a,y\n1,0.5\n' >single.csv; crease train --data single.csv --batchnorm --no-run
2> crease train: batch normalisation needs batches of 2 samples or more
exit 2
