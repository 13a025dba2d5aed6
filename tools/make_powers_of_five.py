#!/usr/bin/env python3
"""Writes src/data/powers_of_five.h: the powers that eisel_lemire.c multiplies by.

Of 5^q the first 128 bits: cut off for q >= 0, the reciprocal rounded up for q < 0
(D. Lemire, "Number parsing at a gigabyte per second", Software: Practice and Experience
51 (2021), sections 5 and 8; the case q < -27 as in his script).

    tools/make_powers_of_five.py >src/data/powers_of_five.h
"""
FIRST, LAST = -60, 60


def bits128(q):
    if q >= 0:
        power = 5 ** q
        return power << 128 - power.bit_length() if power.bit_length() <= 128 else power >> power.bit_length() - 128
    power = 5 ** -q
    z = (power - 1).bit_length()
    c = 2 ** (z + 127 if q >= -27 else 2 * z + 128) // power + 1
    return c >> max(0, c.bit_length() - 128)


print("/* Written by tools/make_powers_of_five.py. */")
print("#ifndef DATA_POWERS_OF_FIVE_H\n#define DATA_POWERS_OF_FIVE_H\n\n#include <stdint.h>\n")
print("#define CRS__POWER_FIRST (%d)\n#define CRS__POWER_LAST %d\n" % (FIRST, LAST))
print("/* The first 128 bits of 5^q, upper and lower half, from q = CRS__POWER_FIRST on. */")
print("static const uint64_t crs__powers_of_five[][2] = {")
for q in range(FIRST, LAST + 1):
    c = bits128(q)
    assert c.bit_length() == 128
    print("    {UINT64_C(0x%016x), UINT64_C(0x%016x)}, /* %d */" % (c >> 64, c & (1 << 64) - 1, q))
print("};\n\n#endif")
