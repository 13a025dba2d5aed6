# What would be told after the training, or not at all, is told before it.
$ crease train --data planar --no-run --picture curve.bmp
2> crease train: curve.bmp: a picture ends in .svg, .png or .pdf
exit 2
$ crease train --data planar --no-run --picture nowhere/curve.svg
2> crease train: cannot write nowhere/curve.svg: no such folder
exit 2
$ crease train --data planar --no-run --lr 0
2> crease train: --lr 0: nothing would be learned; expected more
exit 2
$ crease train --data planar --no-run --act tanh --kink 0.5
2> crease train: --kink 0.5: tanh has no kink
exit 2
$ crease train --data planar --no-run --huber-delta 2
2> crease train: --huber-delta 2: expected the loss to be huber
exit 2
$ crease train --data planar --no-run --target x1
2> crease train: --data planar is made, no file: its columns are as they are; `crease data planar -o FILE` makes one
exit 2
$ crease data moons --quiet -o moons.csv
$ crease train --data moons.csv --no-run --target x1 --loss huber --huber-delta 0
2> crease train: --huber-delta 0: expected more than 0
exit 2
$ printf '\0\0\10\3\0\0\0\2\0\0\0\1\0\0\0\1\1\2' >images-idx3-ubyte; printf '\0\0\10\1\0\0\0\2\0\1' >labels-idx1-ubyte
$ crease train --data images-idx3-ubyte --target labels-idx3-ubyte --no-run
2> crease train: --target labels-idx3-ubyte: no such file
exit 2
$ crease train --data images-idx3-ubyte --target labels-idx1-ubyte --no-run --epochs 1 -q | head -n 2
> data      images-idx3-ubyte: IDX: 2 samples of 1x1 (uint8, divided by 255),
>           target from labels-idx1-ubyte, 2 classes
$ ls
> crease-model.safetensors
> images-idx3-ubyte
> labels-idx1-ubyte
> moons.csv
