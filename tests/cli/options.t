# What is wrong with an option is said in one line, with status 2.
$ crease info --jsn
2> crease info: no option '--jsn', did you mean '--json'? (try `crease info --help`)
exit 2
$ crease info --quux
2> crease info: no option '--quux' (try `crease info --help`)
exit 2
$ crease info -z
2> crease info: no option '-z' (try `crease info --help`)
exit 2
$ crease info -qz
2> crease info: no option '-z' (try `crease info --help`)
exit 2
$ crease info --json=yes
2> crease info: '--json' takes no value (try `crease info --help`)
exit 2
$ crease info --seed
2> crease info: '--seed' needs a value, N (try `crease info --help`)
exit 2
$ crease info --seed= 
2> crease info: --seed: '' is not a whole number from 0 to 4294967295
exit 2
$ crease info --seed=-1
2> crease info: --seed: '-1' is not a whole number from 0 to 4294967295
exit 2
$ crease info --seed=1e3
2> crease info: --seed: '1e3' is not a whole number from 0 to 4294967295
exit 2
$ crease info --seed=4294967296
2> crease info: --seed: '4294967296' is not a whole number from 0 to 4294967295
exit 2
$ crease info --threads 0
2> crease info: --threads: '0' is not a whole number from 1 to 1024
exit 2
$ crease info extra more
2> crease info: unexpected argument 'more' (try `crease info --help`)
exit 2
$ crease data one two
2> crease data: unexpected argument 'two' (try `crease data --help`)
exit 2
# A prefix of a name will do, unless it could be two.
$ crease info --thr 99999
2> crease info: --threads: '99999' is not a whole number from 1 to 1024
exit 2
$ crease data --sam 0
2> crease data: --samples: '0' is not a whole number from 1 to 100000000
exit 2
$ crease data --c 3
2> crease data: the option could be '--classes' or '--centers' (try `crease data --help`)
exit 2
# Options may follow the argument, and -- ends them.
$ crease data uniform -n 2 --output - --quiet
> x1,x2,label
> 0.417022004702574,0.7203244934421581,0
> 0.00011437481734488664,0.30233257263183977,0
$ crease data -n 2 -o - -- uniform
> x1,x2,label
> 0.417022004702574,0.7203244934421581,0
> 0.00011437481734488664,0.30233257263183977,0
$ crease data -- --seed
2> crease data: where to? -o FILE writes a file, -o - to standard output
exit 2
# What a file may take while it is read.
$ printf 'a,b,c\n1,2,0\n2,1,1\n' >few.csv; crease train -q --no-run -o m.st --data few.csv --max-memory 100
2> crease train: few.csv: needs 0.3 KB of memory, more than the 0.1 KB that --max-memory allows; --max-memory 1M allows it
exit 2
$ crease train -q --no-run -o m.st --data few.csv --max-memory 1m --epochs 1 --hidden 1 >shown; rm m.st
$ crease train --data few.csv --max-memory 12Q
2> crease train: --max-memory: '12Q' is not a number of bytes such as 500M or 7G
exit 2
$ crease train --data few.csv --max-memory 0
2> crease train: --max-memory: '0' is not a number of bytes such as 500M or 7G
exit 2
$ crease train --data few.csv --max-memory 99999999999999999G
2> crease train: --max-memory: '99999999999999999G' is not a number of bytes such as 500M or 7G
exit 2
