/*
 * Gradient checkers side by side, on nets whose gradient is right and on nets in which
 * a slip was planted: crease's check, and a plain central difference as courses teach it
 * (h = 1e-7 in double, 1e-3 in float; relative error of each derivative below 1e-7,
 * 1e-2 in float). With a folder as an argument the nets are written there as JSON lines,
 * for bench/gradcheck_torch.py.
 *
 * Usage: bench_gradcheck [NETS] [FILE]
 */
#include <crease/gradcheck.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_LAYERS = 4, MAX_WIDTH = 12, MAX_BATCH = 64, KINDS = 3 };
static const char *const kind_names[KINDS] = {"anywhere", "on kinks", "within 1e-12"};
static const char *const slip_names[] = {"right", "mask always true", "mask inverted",
                                         "slope of the left side", "off by 1/1000"};
enum { SLIPS = 5 };

typedef struct example {
    size_t widths[MAX_LAYERS + 1], n_layers, batch;
    crs_act act;
    crs_net *net;
    crs_workspace *work;
    double x[MAX_BATCH * MAX_WIDTH], y[MAX_BATCH * MAX_WIDTH];
} example;

static double uniform(crs_random *random)
{
    return crs_random_uniform(random, -1, 1);
}

static size_t below(crs_random *random, size_t n)
{
    return (size_t)crs_random_interval(random, n - 1);
}

/* Biases of layer 1 such that z of sample 0 is on the kink, or 1e-12 beside it. */
static void place(example *e, int kind, crs_random *random)
{
    size_t ld;
    double *params = crs_net_params(e->net);
    const double *z = crs_workspace_z(e->work, 1, &ld);
    crs_net_forward(e->net, e->work);
    for (size_t j = 0; j < e->widths[1] && e->n_layers > 1; j++) {
        double beside = kind == 1 ? 0 : 1e-12 * uniform(random);
        params[crs_net_bias_at(e->net, 1) + j] += beside - z[j * ld];
    }
}

static void make(example *e, int kind, crs_random *random)
{
    crs_act acts[MAX_LAYERS];
    crs_net_config config = {0};
    double *params, unit = kind == 1 ? 4 : 0; /* on a grid sums are exact, and z can be 0 */
    memset(e, 0, sizeof *e);
    e->n_layers = 2 + below(random, MAX_LAYERS - 1);
    for (size_t l = 0; l <= e->n_layers; l++)
        e->widths[l] = 1 + below(random, MAX_WIDTH);
    e->widths[e->n_layers] = 1;
    e->batch = 1 + below(random, MAX_BATCH);
    crs_act_get(below(random, 2) ? CRS_ACT_RELU : CRS_ACT_LEAKY_RELU, &e->act);
    for (size_t l = 0; l < MAX_LAYERS; l++)
        acts[l] = e->act;
    config = (crs_net_config){e->n_layers, e->widths, acts, CRS_LOSS_BCE, CRS_F64};
    if (crs_net_create(&config, NULL, &e->net) != CRS_OK ||
        crs_workspace_create(e->net, e->batch, NULL, NULL, &e->work) != CRS_OK)
        exit(3);
    params = crs_net_params(e->net);
    for (size_t i = 0; i < crs_net_n_params(e->net); i++)
        params[i] = unit > 0 ? nearbyint(unit * uniform(random)) / unit : uniform(random);
    for (size_t i = 0; i < e->batch * e->widths[0]; i++)
        e->x[i] = unit > 0 ? nearbyint(2 * unit * uniform(random)) / unit : 2 * uniform(random);
    for (size_t s = 0; s < e->batch; s++)
        e->y[s] = (double)below(random, 2);
    (void)crs_workspace_load(e->work, e->batch, e->x, e->y, NULL, NULL);
    if (kind > 0)
        place(e, kind, random);
}

static void release(example *e)
{
    crs_workspace_destroy(e->work);
    crs_net_destroy(e->net);
}

/* ---- slips -------------------------------------------------------------------------------- */

typedef struct slip_ctx {
    int slip;
    const crs_act *act;
} slip_ctx;

static void slipped(const void *ctx, size_t n, const double *z, const double *a, const double *da,
                    double *dz)
{
    const slip_ctx *c = ctx;
    for (size_t i = 0; i < n; i++) {
        double slope = crs_act_slope_f64(c->act, z[i]);
        if (c->slip == 1)
            slope = a[i] >= -INFINITY ? 1 : 0;
        else if (c->slip == 2)
            slope = crs_act_slope_f64(c->act, -z[i]);
        else if (c->slip == 3)
            slope = z[i] < 0 ? 0.2 : slope;
        else if (c->slip == 4)
            slope *= 1.001;
        dz[i] = da[i] * slope;
    }
}

/* ---- the plain check ------------------------------------------------------------------------ */

/* 1 if every derivative is within 1e-7 (relative) of a central difference with h = 1e-7. */
static int plain_passes(example *e, const double *gradient, double h, double tolerance)
{
    double *params = crs_net_params(e->net);
    for (size_t i = 0; i < crs_net_n_params(e->net); i++) {
        double kept = params[i], up, down, slope, size;
        params[i] = kept + h;
        crs_net_forward(e->net, e->work);
        up = crs_net_cost(e->net, e->work);
        params[i] = kept - h;
        crs_net_forward(e->net, e->work);
        down = crs_net_cost(e->net, e->work);
        params[i] = kept;
        slope = (up - down) / (2 * h);
        size = fabs(slope) + fabs(gradient[i]);
        if (size > 0 && fabs(slope - gradient[i]) / size > tolerance)
            return 0;
    }
    return 1;
}

/* The course's: the norm of the difference over the sum of the norms. */
static int norm_passes(example *e, const double *gradient, double h, double tolerance)
{
    double *params = crs_net_params(e->net), off = 0, a = 0, b = 0;
    for (size_t i = 0; i < crs_net_n_params(e->net); i++) {
        double kept = params[i], up, slope;
        params[i] = kept + h;
        crs_net_forward(e->net, e->work);
        up = crs_net_cost(e->net, e->work);
        params[i] = kept - h;
        crs_net_forward(e->net, e->work);
        slope = (up - crs_net_cost(e->net, e->work)) / (2 * h);
        params[i] = kept;
        off += (slope - gradient[i]) * (slope - gradient[i]);
        a += slope * slope;
        b += gradient[i] * gradient[i];
    }
    return a + b == 0 || sqrt(off) / (sqrt(a) + sqrt(b)) <= tolerance;
}

/* ---- files for other checkers ------------------------------------------------------------------ */

static void write_numbers(FILE *file, const char *name, size_t n, const double *x)
{
    (void)fprintf(file, "\"%s\":[", name);
    for (size_t i = 0; i < n; i++)
        (void)fprintf(file, "%s%.17g", i == 0 ? "" : ",", x[i]);
    (void)fprintf(file, "],");
}

static void write_example(FILE *file, example *e, int kind, int slip)
{
    (void)fprintf(file, "{\"widths\":[");
    for (size_t l = 0; l <= e->n_layers; l++)
        (void)fprintf(file, "%s%zu", l == 0 ? "" : ",", e->widths[l]);
    (void)fprintf(file, "],\"act\":\"%s\",\"kind\":%d,\"slip\":%d,\"batch\":%zu,",
                  crs_act_name(e->act.id), kind, slip, e->batch);
    write_numbers(file, "params", crs_net_n_params(e->net), crs_net_params(e->net));
    write_numbers(file, "x", e->batch * e->widths[0], e->x);
    write_numbers(file, "y", e->batch, e->y);
    (void)fprintf(file, "\"end\":0}\n");
}

/* ---- the comparison ------------------------------------------------------------------------------- */

typedef struct tally {
    size_t nets, crease, each, norm; /* how many each fails */
    size_t traced; /* gradients that differ from the right one by more than 1e-9 of the largest */
    double seconds[3];
} tally;

static double now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int leaves_a_trace(size_t n, const double *right, const double *wrong)
{
    double most = 0, off = 0;
    for (size_t i = 0; i < n; i++) {
        most = fmax(most, fabs(right[i]));
        off = fmax(off, fabs(right[i] - wrong[i]));
    }
    return off > 1e-9 * most;
}

static void compare(example *e, int kind, int slip, FILE *file, tally *t)
{
    size_t n = crs_net_n_params(e->net);
    double *right = malloc(n * sizeof *right), *claimed = malloc(n * sizeof *claimed), start;
    slip_ctx ctx = {slip, &e->act};
    const crs_backward_rule rule = {NULL, slipped, &ctx, NULL};
    crs_gradcheck *check;
    if (right == NULL || claimed == NULL)
        exit(3);
    crs_workspace_set_rule(e->work, 0, NULL);
    crs_net_forward(e->net, e->work);
    crs_net_backward(e->net, e->work);
    memcpy(right, crs_workspace_gradient(e->work), n * sizeof *right);
    crs_workspace_set_rule(e->work, 0, slip == 0 ? NULL : &rule);
    crs_net_backward(e->net, e->work);
    memcpy(claimed, crs_workspace_gradient(e->work), n * sizeof *claimed);
    if (slip == 0 || leaves_a_trace(n, right, claimed)) {
        t->traced++;
        start = now();
        if (crs_gradcheck_net(e->net, e->work, NULL, NULL, &check) != CRS_OK)
            exit(3);
        t->crease += !check->passed;
        crs_gradcheck_destroy(check);
        t->seconds[0] += now() - start;
        start = now();
        t->each += !plain_passes(e, claimed, 1e-7, 1e-7);
        t->seconds[1] += now() - start;
        start = now();
        t->norm += !norm_passes(e, claimed, 1e-7, 1e-7);
        t->seconds[2] += now() - start;
        if (file != NULL)
            write_example(file, e, kind, slip);
    }
    free(right);
    free(claimed);
}

int main(int argc, char **argv)
{
    size_t nets = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000;
    FILE *file = argc > 2 ? fopen(argv[2], "w") : NULL;
    (void)printf("%-14s %-23s %6s | %8s %10s %10s  fail (right: false alarms; else: found)\n", "z",
                 "gradient", "nets", "crease", "each<1e-7", "norm<1e-7");
    for (int kind = 0; kind < KINDS; kind++) {
        for (int slip = 0; slip < SLIPS; slip++) {
            tally t = {0};
            crs_random random;
            crs_random_seed(&random, (uint32_t)(100 + kind));
            for (size_t i = 0; i < nets; i++) {
                example e;
                make(&e, kind, &random);
                compare(&e, kind, slip, i < 200 ? file : NULL, &t);
                release(&e);
            }
            (void)printf("%-14s %-23s %6zu | %8zu %10zu %10zu  (%.0f, %.0f, %.0f us a net)\n",
                         kind_names[kind], slip_names[slip], t.traced, t.crease, t.each, t.norm,
                         1e6 * t.seconds[0] / (double)t.traced,
                         1e6 * t.seconds[1] / (double)t.traced,
                         1e6 * t.seconds[2] / (double)t.traced);
        }
    }
    return file != NULL && fclose(file) != 0 ? 3 : 0;
}
