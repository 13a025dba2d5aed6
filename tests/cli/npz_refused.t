# Arrays of NumPy's in one file, where the build reads them.
requires crease info | grep -q 'libzip .*present'
$ echo 'find . >../before; crease train -q --epochs 1 --hidden 2 --data "$@"; s=$?; find . | diff ../before -; exit $s' >try
$ make_arrays no_y no_y.npz; sh try no_y.npz
2> crease train: no_y.npz: no array '..._y'; expected one of those there: X
exit 2
$ make_arrays few_y few_y.npz; sh try few_y.npz
2> crease train: few_y.npz: 'y' has 29 labels, but 'X' has 30 samples; expected as many
exit 2
$ make_arrays rows rows.npz; sh try rows.npz --target labels
2> crease train: rows.npz: no array 'labels'; expected one of those there: X, y
exit 2
$ sh try rows.npz --features x
2> crease train: rows.npz: no array 'x'; expected one of those there: X, y
exit 2
$ sh try rows.npz --target y --features y
2> crease train: rows.npz: array 'y' has 1 axis; expected samples by features
exit 2
$ head -c 300 rows.npz >torn.npz; sh try torn.npz
2> crease train: torn.npz: is torn or damaged: its table of contents cannot be read (libzip: Not a zip archive)
exit 2
$ sed 's/X.npy/X.txt/g; s/y.npy/y.txt/g' rows.npz >other.npz; sh try other.npz
2> crease train: other.npz: entry 'X.txt': expected .npy arrays alone, as np.savez writes them
exit 2
$ (head -c 250 rows.npz; printf xxxxxxxx; tail -c +259 rows.npz) >sum.npz; sh try sum.npz
2> crease train: sum.npz: entry 'X.npy': is damaged (libzip: CRC error)
exit 2
$ sed "s/'<f8'/'|O8'/" rows.npz >object.npz; sh try object.npz
2> crease train: object.npz: entry 'X.npy' (dtype '|O8') holds Python objects (a dict?): to read them is to run code from the file, so save arrays of numbers alone, and a dict of them as **dict
exit 2
$ printf 'PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0' >empty.npz; sh try empty.npz
2> crease train: empty.npz: no array '..._x'; expected one of those there: none
exit 2
$ make_arrays nan nan.npz; sh try nan.npz --features X --target Y
2> crease train: nan.npz: 'Y' has 30 labels, but 'X' has 2 samples; expected as many
exit 2
