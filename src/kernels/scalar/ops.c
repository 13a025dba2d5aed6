/* The specification of a rule's operations: eight elements at a time, plain C. */
#include "kernels/ops_levels.h"

/* As many elements as there are bits in a byte of a mask. */
#define W 8

typedef struct eight_f32 {
    float lane[8];
} eight_f32;

typedef struct eight_f64 {
    double lane[8];
} eight_f64;

/* Eight lanes of one type: load, fill, compare, choose. */
#define EIGHT(type, T)                                               \
    OPS_INLINE eight_##type load_##type(const T *p)                  \
    {                                                                \
        eight_##type v;                                              \
        memcpy(v.lane, p, sizeof v.lane);                            \
        return v;                                                    \
    }                                                                \
    OPS_INLINE eight_##type set1_##type(T c)                         \
    {                                                                \
        eight_##type v;                                              \
        for (int k = 0; k < 8; k++)                                  \
            v.lane[k] = c;                                           \
        return v;                                                    \
    }                                                                \
    OPS_INLINE unsigned less_##type(eight_##type x, eight_##type y)  \
    {                                                                \
        unsigned bits = 0;                                           \
        for (int k = 0; k < 8; k++)                                  \
            bits |= (unsigned)(x.lane[k] < y.lane[k]) << k;          \
        return bits;                                                 \
    }                                                                \
    OPS_INLINE unsigned equal_##type(eight_##type x, eight_##type y) \
    {                                                                \
        unsigned bits = 0;                                           \
        for (int k = 0; k < 8; k++)                                  \
            bits |= (unsigned)(x.lane[k] == y.lane[k]) << k;         \
        return bits;                                                 \
    }                                                                \
    OPS_INLINE eight_##type blend_##type(unsigned bits, eight_##type x, eight_##type y) \
    {                                                                \
        for (int k = 0; k < 8; k++)                                  \
            y.lane[k] = bits >> k & 1 ? x.lane[k] : y.lane[k];       \
        return y;                                                    \
    }                                                                \
    OPS_INLINE eight_##type count_up_##type(uint32_t first)          \
    {                                                                \
        eight_##type v;                                              \
        for (uint32_t k = 0; k < 8; k++) {                           \
            uint32_t bits = first + k;                               \
            float value;                                             \
            memcpy(&value, &bits, sizeof value);                     \
            v.lane[k] = value;                                       \
        }                                                            \
        return v;                                                    \
    }
EIGHT(f32, float)
EIGHT(f64, double)

#define T float
#define FN(name) name##_f32
#define WORD uint8_t
#define V eight_f32
#define LOAD(p) load_f32(p)
#define STORE(p, v) memcpy(p, (v).lane, sizeof(v).lane)
#define SET1(c) set1_f32(c)
#define BITS_LT(x, y) less_f32(x, y)
#define BITS_LE(x, y) (less_f32(x, y) | equal_f32(x, y))
#define BITS_EQ(x, y) equal_f32(x, y)
#define BITS_NAN(x) (~equal_f32(x, x))
#define BLEND(bits, x, y) blend_f32(bits, x, y)
#define COUNT_UP(first) count_up_f32(first)
#define SQRT(x) sqrtf(x)
#define FABS(x) fabsf(x)
#define HUGEST ((float)INFINITY)
#include "kernels/ops_template.h"

#define W 8
#define T double
#define FN(name) name##_f64
#define WORD uint8_t
#define V eight_f64
#define LOAD(p) load_f64(p)
#define STORE(p, v) memcpy(p, (v).lane, sizeof(v).lane)
#define SET1(c) set1_f64(c)
#define BITS_LT(x, y) less_f64(x, y)
#define BITS_LE(x, y) (less_f64(x, y) | equal_f64(x, y))
#define BITS_EQ(x, y) equal_f64(x, y)
#define BITS_NAN(x) (~equal_f64(x, x))
#define BLEND(bits, x, y) blend_f64(bits, x, y)
#define COUNT_UP(first) count_up_f64(first)
#define SQRT(x) sqrt(x)
#define FABS(x) fabs(x)
#define HUGEST ((double)INFINITY)
#include "kernels/ops_template.h"

/* The functions of the intervals: the C library, one element at a time. */
#define NAME(name) scalar_##name
#define FUNCTION(name)                                                  \
    static void NAME(name)(size_t n, const double *x, double *out)      \
    {                                                                   \
        for (size_t i = 0; i < n; i++)                                  \
            out[i] = name(x[i]);                                        \
    }
FUNCTION(exp)
FUNCTION(expm1)
FUNCTION(log)
FUNCTION(log1p)
FUNCTION(tanh)
FUNCTION(sinh)
FUNCTION(cosh)
FUNCTION(erf)
FUNCTION(erfc)

static void NAME(pow)(size_t n, const double *x, const double *y, double *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = pow(x[i], y[i]);
}
#include "kernels/interval_template.h"

/* the bits of a word, summed in fields of 2, 4 and 8 and then by a product */
OPS_INLINE size_t count_bits(uint64_t word)
{
    word -= word >> 1 & 0x5555555555555555u;
    word = (word & 0x3333333333333333u) + (word >> 2 & 0x3333333333333333u);
    word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0fu;
    return (size_t)(word * 0x0101010101010101u >> 56);
}
#define POPCOUNT(word) count_bits(word)
#define OPS_TABLE crs__scalar_ops
#include "kernels/ops_table.h"
