# The points of the course, from NumPy's random numbers.
$ crease data planar -o planar.csv
2> wrote planar.csv: planar: 400 samples, seed 1, noise 0.2
$ head -4 planar.csv; wc -l <planar.csv
> x1,x2,label
> 1.204442292254319,3.5761141481288448,0
> 0.15870990398255372,-1.4821709003683443,0
> 0.095247196045020521,-1.2799553276531797,0
> 401
$ crease data planar --quiet -o again.csv; cmp planar.csv again.csv
$ crease data planar --seed 2 -o - | head -2
> x1,x2,label
> 0.12815081963352554,-1.5339112103140649,0
$ crease data xor -n 2 -o -
> x1,x2,label
> -0.21877316582119757,0.33335212466869912,1
> -0.91323048743284241,-0.62548872442434877,0
$ crease data moons -n 4 --noise 0 -o -
> x1,x2,label
> 2,0.49999999999999989,1
> 0,0.5,1
> 1,0,0
> -1,1.2246467991473532e-16,0
$ crease data blobs -n 3 --centers 3 --json -o blobs.csv
> {
>   "name": "blobs",
>   "description": "blobs: 3 samples, seed 5, noise 1, 3 centers, 2 classes",
>   "samples": 3,
>   "features": 2,
>   "classes": 2,
>   "seed": 5,
>   "file": "blobs.csv"
> }
$ crease data --list
> planar     a flower, petals of two classes in turn (the course's data)
>            400 samples, 2 classes, seed 1, noise 0.2
> circles    a circle inside another, as scikit-learn's make_circles
>            200 samples, 2 classes, seed 1, noise 0.3, factor 0.5
> moons      two half circles that hook into each other, as make_moons
>            200 samples, 2 classes, seed 1, noise 0.2
> blobs      round clouds dealt to the classes in turn, as make_blobs
>            200 samples, 2 classes, seed 5, noise 1, centers 6
> quantiles  one round cloud cut into rings, as make_gaussian_quantiles
>            200 samples, 2 classes, seed 1, variance 0.5
> spiral     interleaved spiral arms, a class each
>            300 samples, 3 classes, seed 1, noise 0.2
> xor        four quadrants, opposite ones of one class
>            200 samples, 2 classes, seed 1, noise 0.1
> uniform    no structure: labels that have nothing to do with the points
>            200 samples, 2 classes, seed 1
$ crease data --list --json | head -9
> {
>   "data": [
>     {
>       "name": "planar",
>       "summary": "a flower, petals of two classes in turn (the course's data)",
>       "samples": 400,
>       "seed": 1,
>       "noise": 0.20000000000000001,
>       "classes": 2

# What cannot be made.
$ crease data
2> crease data: which data set? planar, circles, moons, blobs, quantiles, spiral, xor, uniform
exit 2
$ crease data planar
2> crease data: where to? -o FILE writes a file, -o - to standard output
exit 2
$ crease data planr -o x.csv
2> crease data: no data set 'planr'; expected one of planar, circles, moons, blobs, quantiles, spiral, xor, uniform
exit 2
$ crease data planar --factor 0.5 -o x.csv
2> crease data: planar has no use for --factor (`crease data --list` tells what has)
exit 2
$ crease data planar -n 0 -o x.csv
2> crease data: --samples: '0' is not a whole number from 1 to 100000000
exit 2
$ crease data planar -n 1.5 -o x.csv
2> crease data: --samples: '1.5' is not a whole number from 1 to 100000000
exit 2
$ crease data planar --noise -1 -o x.csv
2> crease data: planar: noise is not a number from 0 up
exit 2
$ crease data planar --noise nan -o x.csv
2> crease data: --noise: 'nan' is not a finite number
exit 2
$ crease data circles --factor 2 -o x.csv
2> crease data: circles: factor is not in [0, 1)
exit 2
$ crease data planar --json -o -
2> crease data: --json and -o - cannot both have standard output
exit 2
$ ls
> again.csv
> blobs.csv
> planar.csv
