# A run's folder: nothing that crease has not made is removed or replaced, and an earlier run stays
# until there is something in its place.
$ crease data xor -n 40 -q -o d.part-1.csv; cp d.part-1.csv d.csv
# A folder that has files and is no run: refused before any work, as it was; so is the current one.
$ crease train -d d.part-1.csv -q --epochs 1 --run . -o m.st; ls
> d.csv
> d.part-1.csv
2> crease train: the folder . has files, and is not a run of crease; expected a new or empty folder, or a run (--run FOLDER, or --no-run)
$ mkdir other; echo '{"mine": 1}' >other/settings.json; echo mine >other/report.html; : >other/x.part-abcdef
$ crease train -d d.csv -q --epochs 1 --run other -o m.st; ls other; cat other/settings.json
> report.html
> settings.json
> x.part-abcdef
> {"mine": 1}
2> crease train: the folder other has files, and is not a run of crease; expected a new or empty folder, or a run (--run FOLDER, or --no-run)
$ crease train -d d.csv -q --epochs 1 --run other -o m.st --resume
2> crease train: the folder other has files, and is not a run of crease; expected a new or empty folder, or a run (--run FOLDER, or --no-run)
exit 2
$ mkdir hidden; : >hidden/.keep; crease train -d d.csv -q --epochs 1 --run hidden -o m.st; ls
> d.csv
> d.part-1.csv
> hidden
> other
2> crease train: the folder hidden has files, and is not a run of crease; expected a new or empty folder, or a run (--run FOLDER, or --no-run)
# The default folder too.
$ mv other m.run; crease train -d d.csv -q --epochs 1 -o m.st; ls m.run; mv m.run other
> report.html
> settings.json
> x.part-abcdef
2> crease train: the folder m.run has files, and is not a run of crease; expected a new or empty folder, or a run (--run FOLDER, or --no-run)
# An empty one is fine, and one with what a killed run had begun to write, which is removed.
$ mkdir m.run; crease train -d d.csv -q --epochs 1 -o m.st >/dev/null; ls m.run
> checkpoint.safetensors
> curves.csv
> curves.jsonl
> pictures.svg
> report.html
> result.json
> settings.json
$ mkdir n.run; : >n.run/settings.json.crease.part-0123456789ab; crease train -d d.csv -q --epochs 1 -o n.st >/dev/null; ls n.run
> checkpoint.safetensors
> curves.csv
> curves.jsonl
> pictures.svg
> report.html
> result.json
> settings.json
# In a run, only names of its own files with all of the mark are removed.
$ cd n.run; : >curves.csv.crease.part-0123456789ab; : >notes.txt; : >d.part-1.csv; : >mine.crease.part-0123456789ab; : >curves.csv.crease.part-012345; : >curves.csv.crease.part-0123456789aB
$ cd n.run; crease train -d ../d.csv -q --epochs 2 -o ../n.st >/dev/null; ls
> checkpoint.safetensors
> curves.csv
> curves.csv.crease.part-012345
> curves.csv.crease.part-0123456789aB
> curves.jsonl
> d.part-1.csv
> mine.crease.part-0123456789ab
> notes.txt
> pictures.svg
> report.html
> result.json
> settings.json
# The same command again: settings, curves and results are of the new run.
$ cp -r m.run before; crease train -d d.csv -q --epochs 2 -o m.st >/dev/null; wc -l <m.run/curves.csv; grep -c 'epochs 2' m.run/settings.json; ls m.run
> 3
> 1
> checkpoint.safetensors
> curves.csv
> curves.jsonl
> pictures.svg
> report.html
> result.json
> settings.json
# Where the new one comes to nothing the old run is as it was.
$ rm -r m.run; cp -r before m.run; crease train -d d.csv -q --epochs 9 --lr 1e6 --opt sgd -o m.st >/dev/null; diff -r before m.run && echo same
> same
2> crease train: the cost is no number any more in epoch 2: the steps are too long; try --lr 1e+05, or --clip 1. No model was written, the run before is as it was.
$ (ulimit -f 8; crease train -d d.csv -q --epochs 2 --hidden 50,50 -o m.st >/dev/null); diff -r before m.run && echo same
> same
2> crease train: cannot write m.run/checkpoint.safetensors: File too large
$ (crease train -d d.csv -q --epochs 2 --layers 3:nothing,1 -o m.st >/dev/null); diff -r before m.run && echo same
> same
2> crease train: --layers: unknown activation "nothing", expected one of: linear relu leaky_relu relu6 hardtanh abs hard_sigmoid hard_swish elu selu softplus sigmoid tanh gelu gelu_tanh silu mish
$ (crease train -d nowhere.csv -q -o m.st >/dev/null); diff -r before m.run && echo same
> same
2> crease train: nowhere.csv: no such file, and no data set crease makes (planar, circles, moons, blobs, quantiles, spiral, xor, uniform)
# Settings that are laid out in another way, and a checkpoint alone, tell a run.
$ tr -d '\n ' <before/settings.json >m.run/settings.json; crease train -d d.csv -q --epochs 1 -o m.st >/dev/null; echo $?
> 0
$ rm m.run/settings.json; crease train -d d.csv -q --epochs 1 -o m.st >/dev/null; echo $?
> 0
$ rm m.run/settings.json m.run/checkpoint.safetensors; crease train -d d.csv -q --epochs 1 -o m.st >/dev/null; echo $?
> 2
2> crease train: the folder m.run has files, and is not a run of crease; expected a new or empty folder, or a run (--run FOLDER, or --no-run)
# One training a folder.
$ crease train -d d.csv -q --epochs 10000000 -o long.st >/dev/null & while ! [ -e long.run/settings.json ]; do sleep 0.01; done; crease train -d d.csv -q -o long.st; echo $?; kill $!
> 2
2> crease train: another training is writing to the folder long.run; expected another (--run FOLDER)
# A link to a folder is one; a link that leads nowhere is not made into a folder.
$ mkdir there; ln -s there l.run; crease train -d d.csv -q --epochs 1 -o l.st >/dev/null; ls there | wc -l
> 7
$ ln -s nowhere k.run; crease train -d d.csv -q --epochs 1 -o k.st; ls
> before
> d.csv
> d.part-1.csv
> hidden
> k.run
> l.run
> l.st
> long.run
> m.run
> m.st
> n.run
> n.st
> other
> there
2> crease train: cannot make the folder k.run: No such file or directory
