/*
 * The diagnosis of any arrays: names that mean something, shapes that fit each other or not,
 * values of every kind. The input is a list of arrays, a few bytes each.
 */
#include <crease/diagnose.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

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

static double value(fuzz_input *in)
{
    unsigned byte = fuzz_byte(in);
    if (byte == 255)
        return NAN;
    if (byte == 254)
        return INFINITY;
    return byte < N_VALUES ? values[byte] : ((double)byte - 128) / 64;
}

static void add(crs_arrays *to, fuzz_input *in)
{
    unsigned which = fuzz_byte(in);
    char *own = which >= 250 ? fuzz_text(in) : NULL;
    const char *name = own != NULL ? own : names[which % N_NAMES];
    unsigned shape = fuzz_byte(in);
    size_t n_dims = shape % 5, dims[4] = {1, 1, 1, 1}, count = 1;
    double buffer[256];
    for (size_t i = 0; i < n_dims; i++) {
        dims[i] = (shape >> (3 + i)) % 4 + (fuzz_byte(in) % 8 == 0 ? 0 : 1);
        count *= dims[i];
    }
    if (count <= sizeof buffer / sizeof *buffer) {
        for (size_t i = 0; i < count; i++)
            buffer[i] = value(in);
        (void)crs_arrays_add(to, name, CRS_F64, n_dims, dims, buffer, NULL);
    }
    free(own);
}

static void look_at(const crs_diagnosis *found)
{
    fuzz_check_line(found->read_as);
    for (size_t i = 0; i < found->n_arrays; i++) {
        must(found->arrays[i].name[0] != '\0');
        must(found->arrays[i].n_wrong <= found->arrays[i].n);
        must(found->arrays[i].error >= 0 || isnan(found->arrays[i].error));
        if (found->arrays[i].reason[0] != '\0')
            fuzz_check_line(found->arrays[i].reason);
    }
    for (size_t i = 0; i < found->n_bugs; i++) {
        must(found->bugs[i].id[0] != '\0');
        fuzz_check_line(found->bugs[i].sentence);
        must(strchr(found->bugs[i].sentence, '{') == NULL);
        must(found->bugs[i].n_also <= CRS_DIAGNOSE_MAX_ALSO);
        for (size_t k = 0; k < found->bugs[i].n_also; k++)
            fuzz_check_line(found->bugs[i].also[k].why);
        if (found->bugs[i].has_counterexample)
            fuzz_check_line(found->bugs[i].counterexample.text);
    }
    for (size_t i = 0; i < found->n_findings; i++)
        fuzz_check_line(found->findings[i].sentence);
}

/* What is known beforehand, from three bytes. */
static void take_options(fuzz_input *in, crs_act *act, crs_diagnose_options *out)
{
    unsigned how = fuzz_byte(in), what = fuzz_byte(in);
    memset(out, 0, sizeof *out);
    if (how & 128) {
        crs_act_get((crs_act_id)(fuzz_byte(in) % CRS_ACT_COUNT), act);
        out->acts = act;
        out->n_acts = 1;
    }
    out->samples = (crs_samples)(how % 3);
    out->output = (crs_output)(what % 5);
    out->cost = (crs_cost)(what / 8 % 4);
}

int fuzz_one(const uint8_t *bytes, size_t n)
{
    fuzz_input in = {bytes, n};
    crs_arrays arrays = {0};
    crs_diagnose_options options;
    crs_diagnosis found;
    crs_error err;
    crs_status status;
    crs_act act;
    int has_options = fuzz_byte(&in) & 1;
    if (has_options)
        take_options(&in, &act, &options);
    while (in.left > 2)
        add(&arrays, &in);
    status = crs_diagnose_run(&arrays, has_options ? &options : NULL, &err, &found);
    if (status == CRS_OK) {
        look_at(&found);
    } else {
        fuzz_check_zero(&found, sizeof found);
        fuzz_check_error(&err, status, 0);
    }
    crs_diagnosis_release(&found);
    crs_arrays_release(&arrays);
    return 0;
}
