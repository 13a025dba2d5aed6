/*
 * Any bytes are read as a model, whole, or refused; what is read can be written and read again to
 * the same bytes, exported, and asked for predictions.
 */
#include <crease/model.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "safetensors.h"

/* Larger nets are read and written, but not run. */
#define MAX_WIDTH 1000

static void predict(const crs_model *model)
{
    size_t n_in = crs_net_width(model->net, 0);
    size_t n_out = crs_net_width(model->net, crs_net_layers(model->net));
    double *x = calloc(3 * n_in, sizeof *x), *out = calloc(3 * n_out, sizeof *out);
    crs_error err;
    crs_status status;
    must(x != NULL && out != NULL);
    for (size_t i = 0; i < n_in; i++) {
        x[n_in + i] = (double)i - 1.5;
        x[2 * n_in + i] = i == 0 ? NAN : 1e6;
    }
    status = crs_model_predict(model, 3, x, out, &err);
    if (status != CRS_OK)
        fuzz_check_error(&err, status, 0);
    for (size_t i = 0; i < 3 && status == CRS_OK && model->task == CRS_TASK_CLASSES; i++)
        must(crs_model_class(model, out + i * n_out) < (n_out == 1 ? 2 : n_out));
    free(x);
    free(out);
}

static void export(const crs_model *model)
{
    fuzz_memory c = {0}, onnx = {0};
    crs_sink to_c = fuzz_sink(&c), to_onnx = fuzz_sink(&onnx);
    crs_error err;
    crs_status status;
    status = crs_model_export_c(model, "m", &to_c, &err);
    if (status == CRS_OK)
        must(c.n > 0 && memchr(c.bytes, '\0', c.n) == NULL);
    else /* a number that is not finite */
        fuzz_check_error(&err, status, 0);
    status = crs_model_export_onnx(model, &to_onnx, &err);
    if (status == CRS_OK)
        must(onnx.n > 0);
    else
        fuzz_check_error(&err, status, 0);
    free(c.bytes);
    free(onnx.bytes);
}

static void write_and_reread(const crs_model *model)
{
    fuzz_memory once = {0}, twice = {0};
    crs_sink first = fuzz_sink(&once), second = fuzz_sink(&twice);
    crs_model again;
    crs_error err;
    must(crs_model_write(model, &first, &err) == CRS_OK);
    must(crs_model_read_memory(once.n, once.bytes, "m", &err, &again) == CRS_OK);
    must(crs_model_write(&again, &second, &err) == CRS_OK);
    must(once.n == twice.n && memcmp(once.bytes, twice.bytes, once.n) == 0);
    crs_model_release(&again);
    free(once.bytes);
    free(twice.bytes);
}

static crs_status try_reading(void *ctx)
{
    const fuzz_input *in = ctx;
    crs_model model;
    crs_error err;
    crs_status status = crs_model_read_memory(in->left, in->at, "m", &err, &model);
    if (status != CRS_OK)
        fuzz_check_zero(&model, sizeof model);
    crs_model_release(&model);
    return status;
}

static crs_status try_using(void *ctx)
{
    fuzz_memory out = {0};
    crs_sink sink = fuzz_sink(&out);
    crs_model *model = ctx;
    crs_error err;
    size_t n_out = crs_net_width(model->net, crs_net_layers(model->net));
    double *x = calloc(crs_net_width(model->net, 0), sizeof *x), *y = calloc(n_out, sizeof *y);
    crs_status status = crs_model_write(model, &sink, &err);
    must(x != NULL && y != NULL);
    if (status == CRS_OK)
        status = crs_model_export_c(model, "m", &sink, &err);
    if (status == CRS_OK)
        status = crs_model_export_onnx(model, &sink, &err);
    if (status == CRS_OK || status == CRS_EUNSUPPORTED) /* what ONNX has no place for */
        status = crs_model_predict(model, 1, x, y, &err);
    free(x);
    free(y);
    free(out.bytes);
    return status;
}

int fuzz_one(const uint8_t *bytes, size_t n)
{
    crs_model model;
    crs_error err;
    crs_status status = crs_model_read_memory(n, bytes, "m", &err, &model);
    fuzz_input in = {bytes, n};
    fuzz_rest();
    fuzz_starve(status, fuzz_allocations(), try_reading, &in);
    if (status != CRS_OK) {
        fuzz_check_zero(&model, sizeof model);
        fuzz_check_error(&err, status, n);
        return 0;
    }
    write_and_reread(&model);
    export(&model);
    if (crs_net_n_params(model.net) < MAX_WIDTH * MAX_WIDTH)
        predict(&model);
    if (crs_net_n_params(model.net) < MAX_WIDTH)
        fuzz_starve(try_using(&model), 200, try_using, &model);
    crs_model_release(&model);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t n, size_t room, unsigned seed)
{
    return fuzz_mutate_safetensors(0, bytes, n, room, seed);
}
