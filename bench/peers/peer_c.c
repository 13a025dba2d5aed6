/*
 * Plain C, compiled with -O3 -march=native -ffast-math: loops (peer_c loops), or products
 * by OpenBLAS with as many threads as are asked for (peer_c blas).
 */
#include "peer.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int use_blas;

#define T float
#define N(x) x##_f32
#define GEMM cblas_sgemm
#define EXP expf
#include "peer_c_net.h"

#define T double
#define N(x) x##_f64
#define GEMM cblas_dgemm
#define EXP exp
#include "peer_c_net.h"

static struct {
    int wide;
    size_t n;
    net_f32 *f32; /* [n] */
    net_f64 *f64;
    float *x32;
    workload made_for;
} s;

static void drop(void)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.wide)
            drop_f64(&s.made_for, &s.f64[i]);
        else
            drop_f32(&s.made_for, &s.f32[i]);
    }
    free(s.f32), free(s.f64), free(s.x32);
    memset(&s, 0, sizeof s);
}

static const char *load(const workload *w)
{
    if (use_blas && w->nets > 1)
        return "a product of each small net alone";
    drop();
    s.made_for = *w;
    s.wide = strcmp(w->dtype, "f64") == 0;
    s.f32 = peer_alloc(w->nets, sizeof *s.f32);
    s.f64 = peer_alloc(w->nets, sizeof *s.f64);
    s.x32 = peer_alloc(w->samples * w->widths[0], sizeof *s.x32);
    for (size_t i = 0; i < w->samples * w->widths[0]; i++)
        s.x32[i] = (float)w->x[i];
    for (s.n = 0; s.n < w->nets; s.n++) {
        if (s.wide)
            make_f64(w, &s.f64[s.n], w->w + s.n * w->n_params);
        else
            make_f32(w, &s.f32[s.n], w->w + s.n * w->n_params);
    }
    if (use_blas)
        openblas_set_num_threads(w->threads);
    return NULL;
}

static void run(const workload *w)
{
    int alone = strcmp(w->kind, "forward") == 0;
#pragma omp parallel for schedule(dynamic, 1) num_threads(w->threads) if (w->nets > 1)
    for (size_t i = 0; i < w->nets; i++) {
        if (alone && s.wide)
            passes_f64(w, &s.f64[i], w->x);
        else if (alone)
            passes_f32(w, &s.f32[i], s.x32);
        else if (s.wide)
            train_f64(w, &s.f64[i], w->x);
        else
            train_f32(w, &s.f32[i], s.x32);
    }
}

static double number(const float *narrow, const double *wide, size_t i)
{
    return s.wide ? wide[i] : (double)narrow[i];
}

static size_t save(const workload *w, double *out)
{
    size_t n_out = w->widths[w->n_layers];
    if (strcmp(w->kind, "forward") == 0) {
        for (size_t j = 0; j < n_out; j++)
            out[j] = number(s.f32[0].a[w->n_layers], s.f64[0].a[w->n_layers],
                            j * w->batch + w->batch - 1);
        return n_out;
    }
    for (size_t i = 0; i < w->nets; i++)
        for (size_t k = 0; k < w->n_params; k++)
            out[i * w->n_params + k] = number(s.f32[i].p, s.f64[i].p, k);
    return w->nets * w->n_params;
}

int main(int argc, char **argv)
{
    const peer p = {load, run, save};
    use_blas = argc > 1 && strcmp(argv[1], "blas") == 0;
    return peer_main(&p);
}
