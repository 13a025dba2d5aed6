#include "data/element.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

static const crs__element elements[] = {
    {"float64", "f8", "F64", CRS__ELEMENT_FLOAT, 8, 0x1p-53},
    {"float32", "f4", "F32", CRS__ELEMENT_FLOAT, 4, 0x1p-24},
    {"float16", "f2", "F16", CRS__ELEMENT_FLOAT, 2, 0x1p-11},
    {"bfloat16", NULL, "BF16", CRS__ELEMENT_BFLOAT, 2, 0x1p-8},
    {"int64", "i8", "I64", CRS__ELEMENT_SIGNED, 8, 0},
    {"int32", "i4", "I32", CRS__ELEMENT_SIGNED, 4, 0},
    {"int16", "i2", "I16", CRS__ELEMENT_SIGNED, 2, 0},
    {"int8", "i1", "I8", CRS__ELEMENT_SIGNED, 1, 0},
    {"uint64", "u8", "U64", CRS__ELEMENT_UNSIGNED, 8, 0},
    {"uint32", "u4", "U32", CRS__ELEMENT_UNSIGNED, 4, 0},
    {"uint16", "u2", "U16", CRS__ELEMENT_UNSIGNED, 2, 0},
    {"uint8", "u1", "U8", CRS__ELEMENT_UNSIGNED, 1, 0},
    {"bool", "b1", "BOOL", CRS__ELEMENT_BOOL, 1, 0},
};
#define N_ELEMENTS (sizeof elements / sizeof elements[0])

const crs__element *crs__element_find(crs__element_notation notation, const char *code)
{
    for (size_t i = 0; i < N_ELEMENTS; i++) {
        const char *name = notation == CRS__ELEMENT_NPY ? elements[i].npy : elements[i].safetensors;
        if (name != NULL && strcmp(name, code) == 0)
            return &elements[i];
    }
    return NULL;
}

const crs__element *crs__element_of(crs__element_kind kind, size_t size)
{
    for (size_t i = 0; i < N_ELEMENTS; i++) {
        if (elements[i].kind == kind && elements[i].size == size)
            return &elements[i];
    }
    return NULL;
}

static double from_half(uint64_t bits)
{
    int exponent = (int)(bits >> 10 & 0x1f);
    double fraction = (double)(bits & 0x3ff);
    double size = exponent == 0x1f ? (fraction == 0 ? INFINITY : NAN)
                  : exponent == 0  ? ldexp(fraction, -24)
                                   : ldexp(1024 + fraction, exponent - 25);
    return bits & 0x8000 ? -size : size;
}

static double from_float(uint64_t bits, size_t size)
{
    uint32_t narrow = (uint32_t)bits;
    float single;
    double wide;
    if (size == 2)
        return from_half(bits);
    if (size == sizeof single) {
        memcpy(&single, &narrow, sizeof single);
        return (double)single;
    }
    memcpy(&wide, &bits, sizeof wide);
    return wide;
}

/* Whether a double has room for its digits: 53 from the first that is set to the last. */
static int is_exact(uint64_t magnitude)
{
    while (magnitude >> 53 != 0 && (magnitude & 1) == 0)
        magnitude >>= 1;
    return magnitude >> 53 == 0;
}

static int64_t sign_extended(uint64_t bits, size_t size)
{
    return size == 1   ? (int8_t)bits
           : size == 2 ? (int16_t)bits
           : size == 4 ? (int32_t)bits
                       : (int64_t)bits;
}

/* 0 where no double is the number. */
static int decode_one(const crs__element *type, uint64_t bits, double *out)
{
    int64_t whole;
    switch (type->kind) {
    case CRS__ELEMENT_FLOAT:
        *out = from_float(bits, type->size);
        return 1;
    case CRS__ELEMENT_BFLOAT:
        *out = from_float(bits << 16, 4);
        return 1;
    case CRS__ELEMENT_BOOL:
        *out = bits != 0;
        return 1;
    case CRS__ELEMENT_SIGNED:
        whole = sign_extended(bits, type->size);
        *out = (double)whole;
        return is_exact(whole < 0 ? 0 - (uint64_t)whole : (uint64_t)whole);
    case CRS__ELEMENT_UNSIGNED:
        break;
    }
    *out = (double)bits;
    return is_exact(bits);
}

/* What is most of what is read, without a look at each byte; 0: other types. */
static int decode_plain(const crs__element *type, const unsigned char *bytes, size_t n, double *out)
{
    if (type->kind == CRS__ELEMENT_UNSIGNED && type->size == 1) {
        for (size_t i = 0; i < n; i++)
            out[i] = bytes[i];
    } else if (type->kind == CRS__ELEMENT_FLOAT && type->size == sizeof(float)) {
        for (size_t i = 0; i < n; i++) {
            float single;
            memcpy(&single, bytes + i * sizeof single, sizeof single);
            out[i] = (double)single;
        }
    } else if (type->kind == CRS__ELEMENT_FLOAT && type->size == sizeof(double)) {
        memcpy(out, bytes, n * sizeof *out);
    } else {
        return 0;
    }
    return 1;
}

size_t crs__element_decode(const crs__element *type, int big_endian, const unsigned char *bytes,
                           size_t n, double *out)
{
    static const uint16_t one = 1;
    size_t size = type->size;
    int is_host = big_endian != *(const unsigned char *)&one; /* as this machine has them */
    if ((is_host || size == 1) && decode_plain(type, bytes, n, out))
        return n;
    for (size_t i = 0; i < n; i++, bytes += size) {
        uint64_t bits = 0;
        for (size_t j = 0; j < size; j++)
            bits |= (uint64_t)bytes[j] << 8 * (big_endian ? size - 1 - j : j);
        if (!decode_one(type, bits, &out[i]))
            return i;
    }
    return n;
}
