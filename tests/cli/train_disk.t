# A disk that is full before the run is written, or the model: status 3, and nothing half written.
requires test "$(id -u)" = 0 && mkdir disk && mount -t tmpfs -o size=64k tmpfs disk && umount disk
$ crease data xor -n 40 -q -o xor.csv
# 90 kB of parameters do not fit: the first checkpoint fails, the run's other files are whole.
$ mkdir -p disk; mount -t tmpfs -o size=64k tmpfs disk
$ crease train -d xor.csv --hidden 150,150 --epochs 2 -q -o disk/m.st >shown
2> crease train: cannot write disk/m.run/checkpoint.safetensors: No space left on device
exit 3
$ find disk | sort
> disk
> disk/m.run
> disk/m.run/curves.csv
> disk/m.run/curves.jsonl
> disk/m.run/settings.json
# What was there stays.
$ rm -rf disk/*; echo old >disk/m.st; crease train -d xor.csv --hidden 150,150 --epochs 2 -q -o disk/m.st --no-run >shown
2> crease train: cannot write disk/m.st: No space left on device
exit 3
$ cat disk/m.st; ls disk
> old
> m.st
# The run fits, the model does not, and the other way round.
$ crease train -d xor.csv --hidden 150,150 --epochs 2 -q -o disk/m.st --run run >shown
2> crease train: cannot write disk/m.st: No space left on device
exit 3
$ cat disk/m.st; ls disk
> old
> m.st
$ crease train -d xor.csv --hidden 150,150 --epochs 2 -q -o m.st --run disk/run >shown
2> crease train: cannot write disk/run/checkpoint.safetensors: No space left on device
exit 3
$ ls disk/run; ls m.st
> curves.csv
> curves.jsonl
> settings.json
2> ls: cannot access 'm.st': No such file or directory
exit 2
# Going on where there is room again ends well.
$ crease train -d xor.csv --hidden 150,150 --epochs 2 -q -o m.st --run run --resume >shown; ls m.st
> m.st
$ rm -rf disk/*; mount -o remount,ro disk
$ crease train -d xor.csv --epochs 2 -q -o disk/m.st
2> crease train: cannot write disk/m.st: Read-only file system
exit 3
$ crease train -d xor.csv --epochs 2 -q -o m.st --run disk/run
2> crease train: cannot make the folder disk/run: Read-only file system
exit 3
$ umount disk
