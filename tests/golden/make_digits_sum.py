#!/usr/bin/env python3
"""Prints the sum of all bytes of the digits' pictures, for tests/unit/data/test_samples.c.

    tests/golden/make_digits_sum.py FOLDER_OF_THE_DIGITS
"""
import gzip
import sys

with gzip.open(sys.argv[1] + "/train-images-idx3-ubyte.gz") as images:
    print(sum(images.read()[16:]))
