#include "kernels/ops_libm.h"

#include <crease/act.h>

#include <math.h>

#define UNARY(entry, name)                                                                     \
    void crs__op_##name##_f32(size_t n, const void *x, const void *y, const void *w, double c, \
                              void *out)                                                       \
    {                                                                                          \
        const float *from = x;                                                                 \
        float *to = out;                                                                       \
        (void)y;                                                                               \
        (void)w;                                                                               \
        (void)c;                                                                               \
        for (size_t i = 0; i < n; i++)                                                         \
            to[i] = name##f(from[i]);                                                          \
    }                                                                                          \
    void crs__op_##name##_f64(size_t n, const void *x, const void *y, const void *w, double c, \
                              void *out)                                                       \
    {                                                                                          \
        const double *from = x;                                                                \
        double *to = out;                                                                      \
        (void)y;                                                                               \
        (void)w;                                                                               \
        (void)c;                                                                               \
        for (size_t i = 0; i < n; i++)                                                         \
            to[i] = name(from[i]);                                                             \
    }
CRS__OPS_LIBM_UNARY(UNARY)

void crs__op_pow_f32(size_t n, const void *x, const void *y, const void *w, double c, void *out)
{
    const float *base = x, *exponent = y;
    float *to = out;
    (void)w;
    (void)c;
    for (size_t i = 0; i < n; i++)
        to[i] = powf(base[i], exponent[i]);
}

void crs__op_pow_f64(size_t n, const void *x, const void *y, const void *w, double c, void *out)
{
    const double *base = x, *exponent = y;
    double *to = out;
    (void)w;
    (void)c;
    for (size_t i = 0; i < n; i++)
        to[i] = pow(base[i], exponent[i]);
}

void crs__op_act_f32(size_t n, const void *x, const void *y, const void *w, double c, void *out)
{
    const float *from = x;
    float *to = out;
    (void)w;
    (void)c;
    for (size_t i = 0; i < n; i++)
        to[i] = crs_act_value_f32(y, from[i]);
}

void crs__op_act_f64(size_t n, const void *x, const void *y, const void *w, double c, void *out)
{
    const double *from = x;
    double *to = out;
    (void)w;
    (void)c;
    for (size_t i = 0; i < n; i++)
        to[i] = crs_act_value_f64(y, from[i]);
}
