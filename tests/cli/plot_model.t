# A trained model with two features: its boundary, and the samples.
$ crease data planar -q -o flower.csv; crease train -q --data flower.csv --hidden 4 --epochs 3 --no-run -o m.safetensors >out
$ crease plot m.safetensors --data flower.csv -q --json
> {
>   "model": "m.safetensors",
>   "name": "flower.csv",
>   "samples": 400,
>   "right": 216,
>   "classes": 2
> }
$ crease plot m.safetensors --data flower.csv -q --svg m.svg; grep -o 'boundary: [a-z]* [0-9.]*\|creases: z of a hidden unit on its kink\|probability of class 1' m.svg
> boundary: probability 0.5
> creases: z of a hidden unit on its kink
> probability of class 1
$ crease plot m.safetensors --data flower.csv | head -3
> m.safetensors
> 216 of 400 samples right
> (54.0 %)
$ crease data spiral -q -o three.csv; crease train -q --data three.csv --hidden 4 --epochs 2 --no-run -o c.safetensors >out; crease plot c.safetensors --data three.csv | sed -n '2p;$p'
> 149 of 300 samples right
> o class 0   x class 1   v class 2   OX misclassified
$ crease train -q --data flower.csv --loss hinge --hidden 4 --batchnorm --epochs 2 --no-run -o h.safetensors >out; crease plot h.safetensors --data flower.csv -q --svg h.svg; grep -o 'boundary: score 0' h.svg
> boundary: score 0

# What has no such picture, or is half of a command.
$ crease plot m.safetensors
2> crease plot: m.safetensors is a model: on which data? (--data FILE)
exit 2
$ crease plot --data flower.csv
2> crease plot: --data is for a trained model: which one?
exit 2
$ crease plot m.safetensors --data spiral
2> crease plot: spiral: 3 classes; the model knows 2
exit 2
$ crease plot m.safetensors --data nowhere.csv
2> crease plot: nowhere.csv: no such file, and no data set crease makes (planar, circles, moons, blobs, quantiles, spiral, xor, uniform)
exit 2
$ crease plot flower.csv --data flower.csv
2> crease plot: flower.csv: is no safetensors file; expected a model that crease wrote
exit 2
$ crease plot moons --columns x1
2> crease plot: columns are chosen for a trained model's --data alone
exit 2
$ crease plot --act relu --data flower.csv
2> crease plot: --data flower.csv or --act relu: one picture at a time
exit 2
$ printf 'a,b,y\n1,2,300\n2,1,500\n3,5,100\n4,4,900\n' >values.csv; crease train -q --data values.csv --task values --hidden 3 --epochs 1 --no-run -o v.safetensors >out; crease plot v.safetensors --data values.csv
2> crease plot: v.safetensors: a picture shows classes, this model learns values
exit 2
$ printf 'a,b,c,y\n1,2,3,0\n2,1,4,1\n3,5,1,1\n4,4,2,0\n' >wide.csv; crease train -q --data wide.csv --hidden 3 --epochs 1 --no-run -o w.safetensors >out; crease plot w.safetensors --data wide.csv
2> crease plot: w.safetensors: a picture needs two features, this model takes 3
exit 2
