# What is in a file's names only shows: a terminal obeys none of it.
$ printf '\033[31mred,<script>&\047,"l\007b"\n1,2,\033]0;pwn\007\n3,4,\302\2332J\n5,6,\033]0;pwn\007\n7,8,\302\2332J\n' >esc.csv
$ crease train --data esc.csv --hidden 2 --epochs 1 --no-run -q -o m.st --picture p.svg >out; head -4 out; grep -c "$(printf '[\001-\011\013-\037\177]')" out p.svg; grep -o 'pwn[^<]*<' p.svg | head -1
> data      esc.csv: CSV: 4 samples of 2 features, with a header, target field 3
>           ('l\x07b'), 2 classes
> samples   4 samples to train on; 2 features, standardised
> target    l\x07b: 2 classes (\x1b]0;pwn\x07, \u009b2J)
> out:0
> p.svg:0
> pwn\x07<
$ crease info m.st | grep -v '^training'
> m.st: a net that learns classes
> inputs           2
>   layer 1        2 x 2, relu, g'(0) = 0
>   layer 2        1 x 2
> parameters       9 of f32
> loss             bce
> scaling          standard
> classes          \x1b]0;pwn\x07, \u009b2J
> features         \x1b[31mred, <script>&'
> targets          l\x07b
$ crease info --json m.st | sed -n '/^  "classes"/,/^  "targets"/p'
>   "classes": [
>     "\u001B]0;pwn\u0007",
>     "\u009b2J"
>   ],
>   "features": [
>     "\u001B[31mred",
>     "<script>&'"
>   ],
>   "targets": [
$ crease eval m.st --data esc.csv --json | grep '"name"'
>         "name": "\u001B]0;pwn\u0007",
>         "name": "\u009b2J",
$ crease predict m.st --data esc.csv --json | grep -A3 '"classes"'
>   "task": "classes",
>   "classes": [
>     "\u001B]0;pwn\u0007",
>     "\u001B]0;pwn\u0007",
>     "\u009b2J",
$ crease train --data esc.csv --columns "$(printf 'no\033[1m\nsuch\302\205')" --no-run -o x.st
2> crease train: esc.csv:1: no column 'no\x1b[1m\nsuch\u0085'; expected a name of this line or 1 to 3
exit 2
$ crease train --data "$(printf 'a\033[1mb')" --no-run -o x.st
2> crease train: a\x1b[1mb: no such file, and no data set crease makes (planar, circles, moons, blobs, quantiles, spiral, xor, uniform)
exit 2
$ crease check rule "$(printf 'dz = \033[1m')"
2> crease check rule: rule 'dz = \x1b[1m', column 6: a character that is not plain ASCII (byte 0x1b): expected a name, a number or an operator such as > >= * -
exit 2
# Control characters of any kind, marks of direction, and what has no width are escapes; letters are not.
$ printf 'gr\303\266\303\237e,\346\227\245\346\234\254,a\342\200\256b\342\200\213c\342\200\250d,y\n1,2,3,u\n2,1,3,v\n' >uni.csv; crease train --data uni.csv --hidden 2 --epochs 1 --no-run -q -o u.st >/dev/null; crease info u.st | grep ^features; crease info --json u.st | grep -A4 '^  "features"'
> features         größe, 日本, a\u202eb\u200bc\u2028d
>   "features": [
>     "größe",
>     "日本",
>     "a\u202eb\u200bc\u2028d"
>   ],
# A run folder's pages.
$ crease train --data esc.csv --hidden 2 --epochs 1 --run r -q -o m.st >/dev/null; ls r; grep -l "$(printf '[\001-\011\013-\037\177]')" r/*.html r/*.json r/*.svg; grep -c '<script>' r/report.html
> checkpoint.safetensors
> curves.csv
> curves.jsonl
> pictures.svg
> report.html
> result.json
> settings.json
> 0
exit 1
# Exported C: a name ends no comment, begins no line, is no trigraph.
$ printf '*/ system("x"); /*,"??/",a\\,y\n1,2,3,0\n2,1,3,1\n' >c.csv; crease train --data c.csv --hidden 2 --epochs 1 --no-run -q -o c.st >/dev/null; crease export c.st --c c.c -q; grep 'x\[' c.c | head -4; grep -c '??' c.c
>  *     float x[3] = {0}, out[1];
>  *   x[0]  __ system("x"); __
>  *   x[1]  ___
>  *   x[2]  a_
> 0
exit 1
