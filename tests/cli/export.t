# What is no model is refused in one line, and nothing is written.
$ printf 'x1,x2,label\n1,2,0\n' > m.csv; crease export m.csv --c m.c
>! crease export: m.csv: is no safetensors file; expected a model that crease wrote
? 2
$ crease export nowhere.safetensors --c m.c
>! crease export: nowhere.safetensors: cannot be read: no such file
? 2
$ crease export m.csv
>! crease export: as what? --c FILE, --onnx FILE, or both
? 2
$ ls
> m.csv
$ crease info m.csv
>! crease info: m.csv: is no safetensors file; expected a model that crease wrote
? 2
