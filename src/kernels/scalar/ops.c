/* The specification of a rule's operations: one element at a time, plain C. */
#include "core/cpu.h"
#include "kernels/ops_levels.h"

OPS_INLINE float float_of(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

#define OPS_UNROLL

#define T float
#define FN(name) name##_f32
#define LANES 1
#define WORD uint8_t
#define GROUP 8
#define V float
#define LOAD(p) (*(p))
#define STORE(p, v) (*(p) = (v))
#define SET1(c) ((float)(c))
#define BITS_LT(x, y) ((unsigned)((x) < (y)))
#define BITS_LE(x, y) ((unsigned)((x) <= (y)))
#define BITS_EQ(x, y) ((unsigned)((x) == (y)))
#define BITS_NAN(x) ((unsigned)((x) != (x)))
#define BLEND(bits, x, y) ((bits)&1 ? (x) : (y))
#define COUNT_UP(first) float_of(first)
#define ADD(x, y) ((x) + (y))
#define SUB(x, y) ((x) - (y))
#define MUL(x, y) ((x) * (y))
#define DIV(x, y) ((x) / (y))
#define NEG(x) (-(x))
#define ABS(x) fabsf(x)
#define SQRT(x) sqrtf(x)
#define HUGEST ((float)INFINITY)
#include "kernels/ops_template.h"
#include "kernels/ops_undef.h"

#define T double
#define FN(name) name##_f64
#define LANES 1
#define WORD uint8_t
#define GROUP 8
#define V double
#define LOAD(p) (*(p))
#define STORE(p, v) (*(p) = (v))
#define SET1(c) ((double)(c))
#define BITS_LT(x, y) ((unsigned)((x) < (y)))
#define BITS_LE(x, y) ((unsigned)((x) <= (y)))
#define BITS_EQ(x, y) ((unsigned)((x) == (y)))
#define BITS_NAN(x) ((unsigned)((x) != (x)))
#define BLEND(bits, x, y) ((bits)&1 ? (x) : (y))
#define COUNT_UP(first) ((double)float_of(first))
#define ADD(x, y) ((x) + (y))
#define SUB(x, y) ((x) - (y))
#define MUL(x, y) ((x) * (y))
#define DIV(x, y) ((x) / (y))
#define NEG(x) (-(x))
#define ABS(x) fabs(x)
#define SQRT(x) sqrt(x)
#define HUGEST ((double)INFINITY)
#include "kernels/ops_template.h"

/*
 * The functions of the intervals, one element at a time: the same as at the levels above, of
 * which SLEEF has a version for one number; the C library where SLEEF is absent, or on a CPU
 * that cannot run that version (none of the levels above runs there either).
 */
#define NAME(name) scalar_##name
#if CRS_HAVE_SLEEF && (defined(__x86_64__) || defined(__aarch64__))
/* the header has their prototypes only for code that is compiled for such a CPU alone */
#define VALUE(name, ulp) (fused ? Sleef_finz_##name##d1_u##ulp##purecfma : name)
#define DECLARE(name, ulp, ...) double Sleef_finz_##name##d1_u##ulp##purecfma(__VA_ARGS__)
#else
#define VALUE(name, ulp) ((void)fused, name)
#define DECLARE(name, ulp, ...) struct NAME(no_##name)
#endif

#define FUNCTION(name, ulp)                                        \
    DECLARE(name, ulp, double);                                    \
    static void NAME(name)(size_t n, const double *x, double *out) \
    {                                                              \
        const int fused = crs__cpu_fuses();                        \
        for (size_t i = 0; i < n; i++)                             \
            out[i] = VALUE(name, ulp)(x[i]);                       \
    }
FUNCTION(exp, 10)
FUNCTION(expm1, 10)
FUNCTION(log, 10)
FUNCTION(log1p, 10)
FUNCTION(tanh, 10)
FUNCTION(sinh, 10)
FUNCTION(cosh, 10)
FUNCTION(erf, 10)
FUNCTION(erfc, 15)

DECLARE(pow, 10, double, double);
static void NAME(pow)(size_t n, const double *x, const double *y, double *out)
{
    const int fused = crs__cpu_fuses();
    for (size_t i = 0; i < n; i++)
        out[i] = VALUE(pow, 10)(x[i], y[i]);
}
#include "kernels/interval_template.h"
#include "kernels/ops_undef.h"

/* Is any bit of 64 bytes set? */
OPS_INLINE int any_of_64(const uint8_t *mask)
{
    uint64_t words[8];
    memcpy(words, mask, sizeof words);
    return ((words[0] | words[1] | words[2] | words[3]) |
            (words[4] | words[5] | words[6] | words[7])) != 0;
}

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
