# HDF5, where the build reads it.
requires crease info | grep -q 'HDF5 .*present'
$ printf 'no HDF5' >bad.h5; crease compare --data bad.h5
2> crease compare: bad.h5: cannot be opened as an HDF5 file (HDF5: file signature not found)
exit 2
