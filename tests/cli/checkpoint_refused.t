# A training goes on from a checkpoint of its own, and from no other: each is a line with the file
# and what is wrong, status 2; the checkpoint stays as it is, and no model is written.
$ crease data xor -n 40 -q -o xor.csv
$ echo 'cp $1 c.run/checkpoint.safetensors; shift; rm -f c.st; find . >../before; crease train -d xor.csv -q --hidden 3 --epochs 2 -o c.st --resume "$@" >../shown 2>../said; s=$?; sed "s/\\(sum\\|chosen\\) [0-9a-f]*/\\1 S/g" ../said >&2; find . | diff ../before -; exit $s' >try
$ crease train -d xor.csv -q --hidden 3 --epochs 2 -o c.st >/dev/null; cp c.run/checkpoint.safetensors k; ls c.run
> checkpoint.safetensors
> curves.csv
> curves.jsonl
> pictures.svg
> report.html
> result.json
> settings.json
$ : >empty; sh try empty
2> crease train: c.run/checkpoint.safetensors ends after 0 bytes; expected a header
exit 2
$ head -c 7 k >seven; sh try seven
2> crease train: c.run/checkpoint.safetensors ends after 7 bytes; expected a header
exit 2
$ (printf '\0\20\0\0\0\0\0\0'; tail -c 92 k) >header; sh try header
2> crease train: c.run/checkpoint.safetensors: is no checkpoint of crease
exit 2
$ head -c -1 k >byte; sh try byte
2> crease train: c.run/checkpoint.safetensors: tensor 'alive' claims bytes 2844 to 2847, but the file has 2846 behind its header
exit 2
$ (cat k; echo) >more; sh try more
2> crease train: c.run/checkpoint.safetensors: 1 bytes behind the header belong to no tensor
exit 2
$ sed 's/"crease_checkpoint":"1"/"crease_checkpoint":"2"/' k >newer; sh try newer
2> crease train: c.run/checkpoint.safetensors: is a checkpoint of version 2; this crease reads up to 1
exit 2
$ sed 's/"crease_checkpoint":"1"/"crease_checkpoint":"x"/' k >version; sh try version
2> crease train: c.run/checkpoint.safetensors: 'crease_checkpoint' is 'x'; expected a version number
exit 2
$ sh try xor.csv
2> crease train: c.run/checkpoint.safetensors: is no checkpoint of crease
exit 2
$ crease train -d xor.csv -q --hidden 3 --epochs 2 -o m.st --no-run >/dev/null; sh try m.st
2> crease train: c.run/checkpoint.safetensors: is no checkpoint of crease; expected the metadata 'crease_checkpoint'
exit 2
$ sed 's/"params"/"parasm"/' k >params; sh try params
2> crease train: c.run/checkpoint.safetensors: the tensor 'params' is missing
exit 2
$ sed 's/"training":/"trainign":/' k >training; sh try training
2> crease train: c.run/checkpoint.safetensors: the metadata 'training' is missing
exit 2
$ sed 's/"F32"/"Q32"/' k >type; sh try type
2> crease train: c.run/checkpoint.safetensors: tensor 'params' has dtype 'Q32'; expected F64, F32, F16, BF16, I64 ... U8 or BOOL
exit 2

# Of another training.
$ sh try k --hidden 4
2> crease train: c.run/checkpoint.safetensors: is of another training: there 'net=f32 2-3:relu@0-1', here 'net=f32 2-4:relu@0-1'
exit 2
$ sh try k --act elu
2> crease train: c.run/checkpoint.safetensors: is of another training: there 'net=f32 2-3:relu@0-1', here 'net=f32 2-3:elu:1-1'
exit 2
$ sh try k --opt adam
2> crease train: c.run/checkpoint.safetensors: is of another training: there 'optimizer=sgd', here 'optimizer=adam'
exit 2
$ sh try k --lr 0.5
2> crease train: c.run/checkpoint.safetensors: is of another training: there 'step size=0.1', here 'step size=0.5'
exit 2
$ sh try k --batch 8
2> crease train: c.run/checkpoint.safetensors: is of another training: there 'batch=32', here 'batch=8'
exit 2
$ sh try k --seed 2
2> crease train: c.run/checkpoint.safetensors: is of another training: there 'seed=1', here 'seed=2'
exit 2
$ sh try k --l2 0.1
2> crease train: c.run/checkpoint.safetensors: is of another training: there 'l2=0', here 'l2=0.1'
exit 2
$ sh try k --valid 0.1
2> crease train: c.run/checkpoint.safetensors: is of other data: there 'training=40 samples of 40 with 2 features, sum S', here 'training=36 samples of 40 with 2 features, sum S, chosen S'
exit 2
$ sh try k --dtype f64
2> crease train: c.run/checkpoint.safetensors: is of another training: there 'net=f32 2-3:relu@0-1', here 'net=f64 2-3:relu@0-1'
exit 2
$ sh try k --schedule cosine
2> crease train: c.run/checkpoint.safetensors: is of another training: there 'schedule=constant', here 'schedule=cosine'
exit 2
$ sh try k --epochs 1
2> crease train: c.run/checkpoint.safetensors: is from after epoch 2; only 1 epochs are wanted here
exit 2
$ cp xor.csv old.csv; sed -i '3s/,[01]$/,1/; 4s/,[01]$/,0/' xor.csv; sh try k; mv old.csv xor.csv
2> crease train: c.run/checkpoint.safetensors: is of other data: there 'training=40 samples of 40 with 2 features, sum S', here 'training=40 samples of 40 with 2 features, sum S'

# And from its own, which is at its end.
$ crease train -d xor.csv --hidden 3 --epochs 2 -o c.st --resume 2>&1 >/dev/null | sed 's/steps.*/steps/'; cmp c.st m.st
> going on from step 4 of 4
> wrote c.st and the folder c.run (4 steps

# Where there is no folder to be had.
$ crease train -d xor.csv --resume --no-run
2> crease train: --resume wants the run's folder; not --no-run
exit 2
$ crease train -d xor.csv --run xor.csv
2> crease train: cannot make the folder xor.csv: a file has that name
exit 2
$ crease train -d xor.csv --run xor.csv/run
2> crease train: cannot make the folder xor.csv/run: Not a directory
exit 2
$ crease train -d xor.csv --run nowhere/run
2> crease train: cannot make the folder nowhere/run: No such file or directory
exit 2
$ crease train -d xor.csv -o nowhere/m.st
2> crease train: cannot write nowhere/m.st: no such folder
exit 2
$ crease train -d xor.csv -o nowhere/m.st --no-run
2> crease train: cannot write nowhere/m.st: no such folder
exit 2
$ crease train -d xor.csv -o . --no-run
2> crease train: cannot write .: Is a directory
exit 2
$ mkdir full.run; crease train -d xor.csv -o full.run --run other
2> crease train: cannot write full.run: Is a directory
exit 2
$ mkdir -p d.run/checkpoint.safetensors; crease train -d xor.csv -o d.st --resume >/dev/null
2> crease train: the folder d.run has files, and is not a run of crease; expected a new or empty folder, or a run (--run FOLDER, or --no-run)
exit 2
$ ls
> byte
> c.run
> c.st
> d.run
> empty
> full.run
> header
> k
> m.st
> more
> newer
> params
> seven
> training
> try
> type
> version
> xor.csv
