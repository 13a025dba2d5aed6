# The first words.
$ crease --version
> crease 0.1.0
$ crease --help
> Usage: crease COMMAND [OPTION...] [ARGUMENT...]
> crease trains ReLU networks, and proves that their derivatives are right.
> 
>   compare   train one net once under each of several derivative rules
>   check     is a derivative right? of a rule, a net, saved arrays
>   train     train a net on a table or pictures, and write a model
>   eval      how good a trained model is, on data
>   predict   what a trained model says of new samples
>   export    a trained model as C or ONNX
>   data      make a data set in two dimensions: planar, circles, moons, ...
>   plot      draw a data set, or an activation and its derivative
>   bench     what this machine can do, and how near to it crease comes
>   info      what this build has, and what it uses on this machine
> 
> `crease COMMAND --help` tells all about one; `crease --version` prints the version.
> Results go to stdout, everything else to stderr. Exit status: 0 done and right;
> 1 done, and the check found something wrong; 2 bad usage or input; 3 the system
> failed (disk, memory).
$ crease -h | head -1
> Usage: crease COMMAND [OPTION...] [ARGUMENT...]
$ crease
2> crease: which command? (try `crease --help`)
exit 2
$ crease inof
2> crease: no command 'inof', did you mean 'info'? (try `crease --help`)
exit 2
$ crease quux
2> crease: no command 'quux' (try `crease --help`)
exit 2
$ crease "$(printf 'two\nlines')"
2> crease: no command 'two\nlines' (try `crease --help`)
exit 2
$ crease --json
2> crease: no command '--json' (try `crease --help`)
exit 2

# Every command answers --help on stdout.
$ crease data --help
> Usage: crease data [OPTION...] NAME
> Make a data set with two features and write it as CSV, a sample a line. The
> random numbers are NumPy's: from the same seed the same data.
> 
>   -l, --list                 print names and defaults, make nothing
>   -o, --output=FILE          write there, as CSV; - is standard output
> 
>  What to make (a data set takes those it has a use for):
>       --centers=N            blobs: how many
>       --classes=N            how many classes
>       --factor=X             circles: radius of the inner one over that of the
>                              outer one
>       --noise=X              standard deviation of what is added to each
>                              coordinate
>   -n, --samples=N            how many samples
>       --variance=X           quantiles: of each coordinate
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
>   planar    a flower, petals of two classes in turn (the course's data)
>   circles   a circle inside another, as scikit-learn's make_circles
>   moons     two half circles that hook into each other, as make_moons
>   blobs     round clouds dealt to the classes in turn, as make_blobs
>   quantiles one round cloud cut into rings, as make_gaussian_quantiles
>   spiral    interleaved spiral arms, a class each
>   xor       four quadrants, opposite ones of one class
>   uniform   no structure: labels that have nothing to do with the points
$ crease plot --help
> Usage: crease plot [OPTION...] DATA
>   or:  crease plot [OPTION...] MODEL --data FILE
>   or:  crease plot [OPTION...] --act ACT [--rule RULE]...
> Draw a data set with two features, the boundary between the classes of a
> trained model that has two, or an activation and its derivative: on the
> terminal (not with --quiet), and to the files that are named.
> 
>       --pdf=FILE             write the figure as PDF
>       --png=FILE             write the figure as PNG
>       --svg=FILE             write the figure as SVG
>   -t, --target=NAME          the column (CSV) or data set (HDF5) that holds the
>                              labels
> 
>  To draw a trained model:
>       --columns=COLUMNS      the columns the net learned from (default: those
>                              of its names)
>   -d, --data=FILE            the samples, in any format that `crease train`
>                              reads
>       --features=NAME        the array of samples in a file of several
>       --header               the first line of a text table names its columns
>       --ignore=COLUMNS       columns to leave out
>       --no-header            the first line of a text table is data
> 
>  To draw an activation:
>   -a, --act=ACT              which: relu, leaky_relu:0.1, gelu, ...
>       --from=Z               left end (default: 3 left of the kinks)
>       --kink=X               the derivative's value at the kinks
>   -r, --rule=RULE            draw this rule beside the derivative: 'A >= 0'
>       --to=Z                 right end (default: 3 right of the kinks)
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
> DATA is a file (.csv, .h5) or one of planar, circles, moons, blobs, quantiles,
> spiral, xor, uniform. MODEL is a file that `crease train` wrote.
$ crease info --help
> Usage: crease info [OPTION...] [MODEL]
> Say what this build has, and what it uses on this machine; or what is in a
> trained model's file.
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
> The environment variable CREASE_CPU (scalar, avx2, avx512; on ARM scalar, neon)
> lowers the CPU level;
> CREASE_GEMM (built-in, openblas, onednn) names what multiplies large matrices.
