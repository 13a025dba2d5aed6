# HDF5, where the build reads it.
requires crease info | grep -q 'HDF5 .*present'
$ printf 'no HDF5' >bad.h5; crease compare --data bad.h5
2> crease compare: bad.h5: cannot be opened as an HDF5 file (HDF5: file signature not found)
exit 2
# To train on it. `sh try FILE ...` trains, and tells if a file has come or gone.
$ echo 'find . >../before; crease train -q --epochs 1 --hidden 2 --data "$@"; s=$?; find . | diff ../before -; exit $s' >try
$ sh try bad.h5
2> crease train: bad.h5: cannot be opened as an HDF5 file (HDF5: file signature not found)
exit 2
$ make_hdf5 right right.h5; crease train -q --no-run -o m.st -d right.h5 >shown; sed -n 1,2p shown
> data      right.h5: HDF5: 6 samples of 2 features from 'set_x', target 'set_y',
>           2 classes
$ rm m.st; sh try right.h5 --target sety
2> crease train: right.h5: no data set 'sety'; expected one of those there: set_x, set_y
exit 2
$ sh try right.h5 --features X
2> crease train: right.h5: no data set 'X'; expected one of those there: set_x, set_y
exit 2
$ head -c 1000 right.h5 >torn.h5; sh try torn.h5 2>&1 | sed "s| (HDF5: .*||"
> crease train: torn.h5: cannot be opened as an HDF5 file
$ make_hdf5 no_y no_y.h5; sh try no_y.h5
2> crease train: no_y.h5: no data set '..._y'; expected one of those there: set_x
exit 2
$ make_hdf5 few_y few_y.h5; sh try few_y.h5
2> crease train: few_y.h5: 'set_y' has 5 labels, but 'set_x' has 6 samples; expected as many
exit 2
$ make_hdf5 nan nan.h5; sh try nan.h5
2> crease train: nan.h5: 'set_x' has NaN at sample 3, feature 1 (from 0); expected finite f32; --missing drop leaves out what lacks a value, --missing mean fills it
exit 2
$ make_hdf5 flat flat.h5; sh try flat.h5
2> crease train: flat.h5: data set 'set_x' has 1 axis; expected samples by features
exit 2
$ make_hdf5 text text.h5; sh try text.h5
2> crease train: text.h5: data set 'set_y' holds no numbers
exit 2
