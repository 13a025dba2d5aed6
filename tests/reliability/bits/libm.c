/*
 * The functions of the C library that round, each result moved by one unit in the last place:
 * LIBM_MOVES=up or down. What stays the same does not depend on how a version of that library
 * rounds. Loaded by LD_PRELOAD; see bits.py.
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static double direction(void)
{
    static double kept;
    if (kept == 0) {
        const char *moves = getenv("LIBM_MOVES");
        kept = moves != NULL && strcmp(moves, "down") == 0 ? -INFINITY : INFINITY;
    }
    return kept;
}

static void find(const char *name, void *function)
{
    void *found = dlsym(RTLD_NEXT, name);
    memcpy(function, &found, sizeof found);
}

/* what is exact stays: 0, 1 and the infinities */
#define MOVED(r, next, type) \
    ((r) == 0 || (r) == 1 || !isfinite(r) ? (r) : next(r, (type)direction()))

#define ONE(name)                           \
    double name(double x)                   \
    {                                       \
        static double (*real)(double);      \
        double r;                           \
        if (real == NULL)                   \
            find(#name, &real);             \
        r = real(x);                        \
        return MOVED(r, nextafter, double); \
    }                                       \
    float name##f(float x)                  \
    {                                       \
        static float (*real)(float);        \
        float r;                            \
        if (real == NULL)                   \
            find(#name "f", &real);         \
        r = real(x);                        \
        return MOVED(r, nextafterf, float); \
    }
ONE(exp)
ONE(exp2)
ONE(expm1)
ONE(log)
ONE(log2)
ONE(log10)
ONE(log1p)
ONE(sin)
ONE(cos)
ONE(tan)
ONE(sinh)
ONE(cosh)
ONE(tanh)
ONE(erf)
ONE(erfc)
ONE(cbrt)

double pow(double x, double y)
{
    static double (*real)(double, double);
    double r;
    if (real == NULL)
        find("pow", &real);
    r = real(x, y);
    return MOVED(r, nextafter, double);
}

float powf(float x, float y)
{
    static float (*real)(float, float);
    float r;
    if (real == NULL)
        find("powf", &real);
    r = real(x, y);
    return MOVED(r, nextafterf, float);
}
