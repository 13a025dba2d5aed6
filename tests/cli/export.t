# What is no model is refused in one line, and nothing is written.
$ printf 'x1,x2,label\n1,2,0\n' > m.csv; crease export m.csv --c m.c
2> crease export: m.csv: is no safetensors file; expected a model that crease wrote
exit 2
$ crease export nowhere.safetensors --c m.c
2> crease export: nowhere.safetensors: cannot be read: no such file
exit 2
$ crease export m.csv
2> crease export: as what? --c FILE, --onnx FILE, or both
exit 2
$ ls
> m.csv
$ crease info m.csv
2> crease info: m.csv: is no safetensors file; expected a model that crease wrote
exit 2
