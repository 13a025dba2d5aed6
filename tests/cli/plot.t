# A data set in the terminal, without colour: this is no terminal.
$ crease plot xor --seed 1
> xor
> 200 samples, 2 classes
>                  o
>       x     x x o   o
>     x   x x  xxo  o   ooo o
>    xx  xxx x x   o ooo o o
>    x xxxxxx x o o ooooo   o
>      xx x   x xo o   o ooo
>     x xxx x xxxx  ooo o o o
>  x  ooo xo    o xxx  xo o o
>    o  ooo     o x   x  xx
>    o oo oo  o  o  x  xx x
>     o   o oo o xxx xx  xxx
>     o  ooo oo   x x  x  x
>     oo o  o oo ox xx  xx
>         o o
> 
> o class 0   x class 1
$ crease plot --act relu --rule 'A >= 0'
> g(z)
> max(0, z)
> 3 ┤                                            ⢀
>   │                                          ⢀⡔⠁
>   │                                        ⢀●⠋
>   │                                      ⢀⡴⠋
> 2 ┤                                     ⡠⠊
>   │                                   ⣠⠞⠁
>   │                                 ●⠞⠁
>   │                               ⢠⠜⠁
> 1 ┤                             ⢀⡴⠃
>   │                           ⢀⡴⠋
>   │                         ⢀●⠋
>   │                        ⣠⠎
> 0 ┤⣀⣀⣀●⣀⣀⣀⣀⣀⣀⣀●⣀⣀⣀⣀⣀⣀●⣀⣀⣀⣠⠞⠁
>          -2              0              2
> 
> g'(z) and the rule
>   1 ┤⣀⣀⣀⣀⣀▲⣀⣀⣀⣀⣀⣀▲⣀⣀⣀⣀⣀⣀⣀▲○⣀⣀●⣀▲⣀⣀⣀⣀⣀●⣀▲⣀⣀⣀⣀●⣀▲⣀
>     │
>     │
> 0.8 ┤
>     │
> 0.6 ┤
>     │
>     │
> 0.4 ┤
>     │
> 0.2 ┤
>     │
>   0 ┤⣀⣀⣀●⣀⣀⣀⣀⣀⣀●⣀⣀⣀⣀⣀⣀⣀●⣀⣀●
>            -2             0             2
> ● g'(z)
> ▲ A >= 0
> 
> kink at z = 0: slope 0 from the left, 1 from the right, g'(0) = 0
> 'A >= 0' read as: (A >= 0) * upstream
$ crease plot --act leaky_relu:0.1 --kink 0.5 --rule 'Z > 0' --json
> {
>   "act": "leaky_relu:0.1",
>   "formula": "z where z >= 0, slope z where z < 0",
>   "kinks": [
>     {
>       "z": 0.0,
>       "left": 0.10000000000000001,
>       "right": 1.0,
>       "value": 0.5
>     }
>   ],
>   "rules": [
>     {
>       "rule": "Z > 0",
>       "read_as": "(Z > 0) * upstream"
>     }
>   ]
> }
$ crease plot moons --json
> {
>   "name": "moons",
>   "description": "moons: 200 samples, seed 1, noise 0.2",
>   "samples": 200,
>   "features": 2,
>   "classes": 2
> }
# A terminal has colours, unless NO_COLOR says otherwise.
requires script -qec true /dev/null
$ script -qec 'TERM=xterm-256color crease plot moons' /dev/null | grep -c "$(printf '\033')\["
> 16
$ script -qec 'TERM=xterm-256color NO_COLOR=1 crease plot moons' /dev/null | grep -c "$(printf '\033')\["
> 0
exit 1

# Files.
$ crease plot moons --quiet --svg moons.svg; head -c 4 moons.svg
> <svg
$ rm moons.svg

# A data set from a file.
$ printf 'a,b,class\n0,0,no\n1,0,yes\n0,1,yes\n1,1,no\n' >xor.csv; crease plot xor.csv
> xor.csv
> 4 samples, 2 classes
> x                         o
> 
> 
> 
> 
> 
> 
> 
> 
> 
> 
> 
> 
> o                         x
> 
> o no   x yes
$ printf 'class,a,b\nno,0,0\nyes,1,0\n' >first.csv; crease plot first.csv --target class --json
> {
>   "name": "first.csv",
>   "description": "CSV: 2 samples of 2 features, with a header, target field 1 ('class'), 2 classes",
>   "samples": 2,
>   "features": 2,
>   "classes": 2
> }
$ printf '1,2,3,0\n4,5,6,1\n' >three.csv; crease plot three.csv
2> crease plot: three.csv: a picture needs two features, this has 3
exit 2
$ printf '1,2,0\n4,five,1\n' >torn.csv; crease plot torn.csv
2> crease plot: torn.csv:2:3: field 2: 'five' is not a number
exit 2

# What cannot be drawn.
$ crease plot
2> crease plot: draw what? a file, one of planar, circles, moons, blobs, quantiles, spiral, xor, uniform, or --act ACT
exit 2
$ crease plot planr
2> crease plot: planr: no such file or data set, did you mean 'planar'?
exit 2
$ crease plot nowhere.csv
2> crease plot: nowhere.csv: no such file, and no data set crease makes (planar, circles, moons, blobs, quantiles, spiral, xor, uniform)
exit 2
$ crease plot .
2> crease plot: .: is a folder, expected a file
exit 2
$ printf 'a,b,y,z\n1,2,0,1\n3,4,1,0\n' >two.csv; crease plot two.csv --target y,z
2> crease plot: two.csv: has 2 targets a sample, expected one
exit 2
$ rm two.csv
$ crease plot moons --act relu
2> crease plot: 'moons' or --act relu: one picture at a time
exit 2
$ crease plot --rule 'A > 0'
2> crease plot: --rule needs the activation it is for, as in --act relu
exit 2
$ crease plot --act rellu
2> crease plot: unknown activation "rellu", did you mean "relu"?
exit 2
$ crease plot --act relu --rule 'A >='
2> crease plot: rule 'A >=', column 5: the line ends: expected a value such as Z, A, dA or 0
exit 2
$ crease plot --act relu --from 2 --to 1
2> crease plot: --from 2 is not left of --to 1
exit 2
$ crease plot moons -q --svg nowhere/x.svg
2> crease plot: cannot write nowhere/x.svg: no such folder
exit 2
$ crease plot moons -q --svg /dev/full
2> crease plot: cannot write /dev/full: No space left on device
exit 3
$ ls
> first.csv
> three.csv
> torn.csv
> xor.csv
