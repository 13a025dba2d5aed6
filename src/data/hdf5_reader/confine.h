/*
 * data/hdf5_reader/confine.h - what the reading process may still do once it reads.
 */
#ifndef DATA_HDF5_READER_CONFINE_H
#define DATA_HDF5_READER_CONFINE_H

/*
 * From now on this process may read the descriptor `file`, send and receive on `line`, take and
 * give back memory, and end; every other call of the system fails with EPERM: nothing is opened,
 * started, connected, or made executable. Not to be undone. Returns 0 where the system (or this
 * build, for its processor) has no such filter.
 */
int crs__hdf5_confine(int file, int line);

#endif
