#!/usr/bin/python3
"""Print the figures of the cat pictures that tests/unit/data/test_hdf5.c holds
the HDF5 reader to: first and last pixel, sums of pixels and labels.

    /usr/bin/python3 tests/golden/make_cats_figures.py FOLDER

FOLDER holds train_catvnoncat.h5 and test_catvnoncat.h5. Run once, with NumPy
1.24.2 and h5py 3.7.0 (Debian 12).
"""
import sys

import h5py

for part in ("train", "test"):
    with h5py.File(f"{sys.argv[1]}/{part}_catvnoncat.h5", "r") as f:
        x, y = f[f"{part}_set_x"][:], f[f"{part}_set_y"][:]
        flat = x.reshape(len(x), -1)
        print(part, flat.shape, "first", flat[0, :3].tolist(), "last", flat[-1, -3:].tolist(),
              "sums", int(flat.sum(dtype="uint64")), int(y.sum()))
