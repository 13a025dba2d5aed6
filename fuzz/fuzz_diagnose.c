/*
 * The diagnosis of any arrays: names that mean something, shapes that fit each other or not,
 * values of every kind. The input is a list of arrays, a few bytes each.
 */
#include <crease/diagnose.h>

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
    "X",         "Y",        "W1",       "b1",        "Z1",
    "A1",        "dZ1",      "dA1",      "dW1",       "db1",
    "W2",        "b2",       "Z2",       "A2",        "dZ2",
    "dA2",       "dW2",      "db2",      "W3",        "b3",
    "Z3",        "A3",       "dZ3",      "dW3",       "db3",
    "cost",      "D1",       "D2",       "keep_prob", "lambd",
    "lr",        "W1_new",   "b1_new",   "W2_new",    "vdW1",
    "sdW1",      "vdW1_new", "beta",     "beta1",     "beta2",
    "t",         "gamma1",   "dgamma1",  "Zhat1",     "ZN1",
    "dZN1",      "mu1",      "var1",     "dW1_prev",  "pool_x",
    "dpool_out", "dpool_x",  "0.weight", "0.bias",    "0.weight.grad",
    "AL",        "dX",       "epsilon",  "dbeta1",    "w1",
    "a1",        "strange",  "W_4",      "y_hat"};

#define N_NAMES (sizeof names / sizeof *names)

static const double values[] = {0, 1, -1, 0.5, -0.25, 2, 3, -0.0, 1e-3, 1e300, 1e-320, 0.125};

#define N_VALUES (sizeof values / sizeof *values)

static void must(int truth)
{
    if (!truth)
        abort();
}

/* The next byte, 0 past the end. */
static unsigned next(const uint8_t **bytes, size_t *n)
{
    if (*n == 0)
        return 0;
    (*n)--;
    return *(*bytes)++;
}

static double value(const uint8_t **bytes, size_t *n)
{
    unsigned byte = next(bytes, n);
    if (byte == 255)
        return NAN;
    if (byte == 254)
        return INFINITY;
    return byte < N_VALUES ? values[byte] : ((double)byte - 128) / 64;
}

static void add(crs_arrays *to, const uint8_t **bytes, size_t *n)
{
    const char *name = names[next(bytes, n) % N_NAMES];
    unsigned shape = next(bytes, n);
    size_t n_dims = shape % 5, dims[4] = {1, 1, 1, 1}, count = 1;
    double buffer[256];
    for (size_t i = 0; i < n_dims; i++) {
        dims[i] = (shape >> (3 + i)) % 4 + (next(bytes, n) % 8 == 0 ? 0 : 1);
        count *= dims[i];
    }
    if (count > sizeof buffer / sizeof *buffer)
        return;
    for (size_t i = 0; i < count; i++)
        buffer[i] = value(bytes, n);
    (void)crs_arrays_add(to, name, CRS_F64, n_dims, dims, buffer, NULL);
}

static void look_at(const crs_diagnosis *found)
{
    for (size_t i = 0; i < found->n_arrays; i++) {
        must(found->arrays[i].name[0] != '\0');
        must(found->arrays[i].n_wrong <= found->arrays[i].n);
        must(found->arrays[i].error >= 0 || isnan(found->arrays[i].error));
    }
    for (size_t i = 0; i < found->n_bugs; i++) {
        must(found->bugs[i].id[0] != '\0' && found->bugs[i].sentence[0] != '\0');
        must(strchr(found->bugs[i].sentence, '{') == NULL);
        must(found->bugs[i].n_also <= CRS_DIAGNOSE_MAX_ALSO);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    crs_arrays arrays = {0};
    crs_diagnosis found;
    crs_error err = {CRS_OK, 0, 0, ""};
    while (n > 2)
        add(&arrays, &bytes, &n);
    if (crs_diagnose_run(&arrays, NULL, &err, &found) == CRS_OK) {
        look_at(&found);
    } else {
        must(found.arrays == NULL && err.text[0] != '\0');
        must(strchr(err.text, '\n') == NULL);
    }
    crs_diagnosis_release(&found);
    crs_arrays_release(&arrays);
    return 0;
}
