# Without HDF5, the package that brings it is named.
requires crease info | grep -q 'HDF5 .*missing'
$ printf 'no HDF5' >bad.h5; crease compare --data bad.h5
2> crease compare: bad.h5: this build cannot read HDF5; install libhdf5-dev and build again
exit 2
