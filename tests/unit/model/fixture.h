/*
 * Models of every kind, made from a seed; and a sink that is memory.
 */
#ifndef TEST_MODEL_FIXTURE_H
#define TEST_MODEL_FIXTURE_H

#include <crease/model.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "core/memory.h"
#include "data/dataset.h"

/* ---- bytes that grow --------------------------------------------------------------------- */

typedef struct memory {
    size_t n, room;
    unsigned char *bytes;
} memory;

static inline crs_status into_memory(void *ctx, const void *bytes, size_t n)
{
    memory *m = ctx;
    if (m->n + n > m->room) {
        m->room = 2 * (m->n + n);
        m->bytes = realloc(m->bytes, m->room);
        assert_non_null(m->bytes);
    }
    if (n > 0)
        memcpy(m->bytes + m->n, bytes, n);
    m->n += n;
    return CRS_OK;
}

/* The file of a model; its bytes are free()d. */
static inline memory written(const crs_model *model)
{
    memory m = {0};
    crs_error err;
    if (crs_model_write(model, &(crs_sink){into_memory, &m}, &err) != CRS_OK)
        fail_msg("%s", err.text);
    return m;
}

/* ---- models ------------------------------------------------------------------------------- */

static inline char **names(size_t n, const char *const *from)
{
    char **copy = crs__dataset_copy_names(n, (char *const *)(uintptr_t)from);
    assert_non_null(copy);
    return copy;
}

static inline double *numbers(size_t n, const double *from)
{
    double *copy = crs__alloc(n, sizeof *copy);
    assert_non_null(copy);
    memcpy(copy, from, n * sizeof *copy);
    return copy;
}

/* Every parameter a number that no short text is. */
static inline void fill_net(crs_net *net, uint32_t seed)
{
    crs_random random;
    crs_random_seed(&random, seed);
    for (size_t i = 0; i < crs_net_n_params(net); i++) {
        double value = crs_random_uniform(&random, -0.5, 0.5);
        if (crs_net_dtype(net) == CRS_F32)
            ((float *)crs_net_params(net))[i] = (float)value;
        else
            ((double *)crs_net_params(net))[i] = value;
    }
}

/* 2-4-3, two activations with parameters and kink values of their own. */
static inline crs_model small_model(crs_dtype dtype)
{
    static const char *const classes[] = {"setosa", "versi\"color", "virg\xc3\xafnica"};
    static const char *const features[] = {"sepal length", "petal\\width"};
    static const double shift[] = {0.1, 1e-300}, scale[] = {3.0, 1.0 / 3}, fill[] = {0.5, -0.7};
    crs_model model = {.task = CRS_TASK_CLASSES, .n_classes = 3, .n_targets = 1, .scale_bytes = 1};
    crs_act acts[2];
    crs_error err;
    crs_net_config config = {.n_layers = 3,
                             .widths = (const size_t[]){2, 4, 4, 3},
                             .acts = acts,
                             .loss = CRS_LOSS_SOFTMAX,
                             .dtype = dtype};
    assert_int_equal(crs_act_parse("leaky_relu:0.1", &err, &acts[0]), CRS_OK);
    acts[0].kink[0].value = 1.0 / 3;
    crs_act_get(CRS_ACT_RELU6, &acts[1]);
    acts[1].kink[1].value = 0.5;
    assert_int_equal(crs_net_create(&config, &err, &model.net), CRS_OK);
    fill_net(model.net, 1);
    model.scaler =
        (crs_scaler){CRS_SCALE_STANDARD, 2, numbers(2, shift), numbers(2, scale), numbers(2, fill)};
    model.class_names = names(3, classes);
    model.feature_names = names(2, features);
    model.training = crs__strdup("{\"epochs\": 3, \"lr\": 0.1}");
    return model;
}

#endif
