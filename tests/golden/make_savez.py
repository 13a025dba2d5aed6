"""Makes savez_files.h: two files as np.savez and np.savez_compressed write them.

numpy/lib/npyio.py, _savez: a zipfile.ZipFile whose entries are opened for writing with
force_zip64=True; numpy/lib/format.py, write_array: the header is padded to a multiple of
64 bytes. Python's standard library is enough to do the same; dates are fixed.

    python3 tests/golden/make_savez.py > tests/golden/savez_files.h
"""
import io
import struct
import zipfile


def npy(descr, fortran_order, shape, data):
    text = "{'descr': %r, 'fortran_order': %r, 'shape': %r, }" % (descr, fortran_order, shape)
    padding = -(10 + len(text) + 1) % 64
    header = text.encode() + b" " * padding + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + data


ENTRIES = {
    "W1": npy("<f8", False, (2, 3), struct.pack("<6d", 1, 2, 3, 4, 5, 6.5)),
    "b1": npy("<f4", True, (2, 1), struct.pack("<2f", 0.5, -0.25)),
    "Y": npy("<i8", False, (4,), struct.pack("<4q", 0, 1, 1, -7)),
    "D1": npy("|b1", False, (2,), b"\x01\x00"),
    "lr": npy("<f8", False, (), struct.pack("<d", 1.2)),
}


def savez(compression):
    file = io.BytesIO()
    with zipfile.ZipFile(file, mode="w", compression=compression, allowZip64=True) as archive:
        for name, data in ENTRIES.items():
            info = zipfile.ZipInfo(name + ".npy", date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = compression
            with archive.open(info, "w", force_zip64=True) as entry:
                entry.write(data)
    return file.getvalue()


def print_bytes(name, data):
    print("static const unsigned char %s[%d] = {" % (name, len(data)))
    for at in range(0, len(data), 20):
        print("    " + " ".join("%d," % byte for byte in data[at:at + 20]))
    print("};")


print("/* Made by tests/golden/make_savez.py, which says what from. */")
print("/* clang-format off */")
print_bytes("savez_stored", savez(zipfile.ZIP_STORED))
print_bytes("savez_deflated", savez(zipfile.ZIP_DEFLATED))
print("/* clang-format on */")
