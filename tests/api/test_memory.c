/*
 * Every public call that allocates, with allocation 1, 2, 3, ... failing, alone or with all
 * after it, until none does: it answers CRS_ENOMEM in words, leaves nothing to release, and
 * works the next time; where it succeeds nevertheless, it has the same bits. (What it leaks is
 * seen by the address sanitizer's build.)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <crease/arrays.h>
#include <crease/data.h>
#include <crease/diagnose.h>
#include <crease/gradcheck.h>
#include <crease/net.h>
#include <crease/optim.h>
#include <crease/plot.h>
#include <crease/rule.h>
#include <crease/train.h>

#include "core/memory.h"
#include "golden/savez_files.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* More allocations than any of these calls makes: past it something never succeeds. */
#define TOO_MANY 10000

typedef crs_status attempt(crs_error *err);

/* What the last call came to, as a number (FNV-1a). */
static uint64_t digest;

static void take(const void *bytes, size_t n)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < n; i++)
        digest = (digest ^ at[i]) * UINT64_C(0x100000001b3);
}

static void take_text(const char *text)
{
    take(text, strlen(text));
}

static crs_status call_anew(attempt *call, crs_error *err)
{
    *err = (crs_error){CRS_OK, 0, 0, ""};
    digest = UINT64_C(0xcbf29ce484222325);
    return call(err);
}

/* Run `call` until it has got all the memory it wants; it must have wanted some. */
static void exhaust_how(attempt *call, void (*fail_at)(size_t n), uint64_t right)
{
    for (size_t n = 1; n < TOO_MANY; n++) {
        crs_error err;
        crs_status status;
        size_t left;
        fail_at(n);
        status = call_anew(call, &err);
        left = crs__alloc_fail_left();
        crs__alloc_fail_at(0);
        if (status == CRS_OK) {
            assert_int_equal(digest, right);
            if (left > 0) {
                assert_true(n > 1);
                return;
            }
            continue;
        }
        assert_int_equal(status, CRS_ENOMEM);
        assert_int_equal(err.status, CRS_ENOMEM);
        assert_true(err.text[0] != '\0');
    }
    fail_msg("never succeeds");
}

static void exhaust(attempt *call)
{
    crs_error err;
    uint64_t right;
    assert_int_equal(call_anew(call, &err), CRS_OK);
    right = digest;
    exhaust_how(call, crs__alloc_fail_at, right);
    exhaust_how(call, crs__alloc_fail_once_at, right);
}

/* A PDF says when it was made. */
static int is_dated;

static crs_status swallow(void *ctx, const void *bytes, size_t n)
{
    (void)ctx;
    if (!is_dated)
        take(bytes, n);
    return CRS_OK;
}

static const crs_sink nowhere = {swallow, NULL};

/* ---- data -------------------------------------------------------------------- */

static void take_dataset(const crs_dataset *data)
{
    take(data->x, data->n_samples * data->n_features * crs_dtype_size(data->dtype));
    take(data->y, data->n_samples * sizeof *data->y);
    take_text(data->name);
    take_text(data->description);
    for (size_t i = 0; data->class_names != NULL && i < data->n_classes; i++)
        take_text(data->class_names[i]);
    for (size_t i = 0; data->feature_names != NULL && i < data->n_features; i++)
        take_text(data->feature_names[i]);
}

static const char *generator;

static crs_status generate(crs_error *err)
{
    crs_dataset data;
    crs_status status = crs_data_generate(generator, NULL, err, &data);
    if (status != CRS_OK)
        assert_null(data.x);
    else
        take_dataset(&data);
    crs_dataset_release(&data);
    return status;
}

static void test_generate__every_generator(void **state)
{
    (void)state;
    for (size_t i = 0; crs_data_generator_at(i) != NULL; i++) {
        generator = crs_data_generator_at(i)->name;
        exhaust(generate);
    }
}

static char csv_path[] = "/tmp/crease-memory-XXXXXX";

static crs_status read_csv(crs_error *err)
{
    crs_dataset data;
    crs_data_read_options how;
    crs_status status;
    crs_data_read_options_init(&how);
    how.format = "csv";
    status = crs_data_read(csv_path, &how, err, &data);
    if (status != CRS_OK)
        assert_null(data.x);
    else
        take_dataset(&data);
    crs_dataset_release(&data);
    return status;
}

static void test_read__csv(void **state)
{
    static const char text[] = "height,width,kind\n1,2.5,cat\n3,4.5,dog\n5,6.5,cat\n";
    int fd = mkstemp(csv_path);
    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, sizeof text - 1), sizeof text - 1);
    assert_int_equal(close(fd), 0);
    exhaust(read_csv);
    assert_int_equal(unlink(csv_path), 0);
}

/* ---- arrays ------------------------------------------------------------------- */

static char arrays_path[] = "/tmp/crease-memory-XXXXXX";

static crs_status add_arrays(crs_error *err, crs_arrays *arrays)
{
    static const double w[6] = {1, 2, 3, 4, 5, 6};
    static const size_t dims[2] = {2, 3};
    crs_status status;
    memset(arrays, 0, sizeof *arrays);
    status = crs_arrays_add(arrays, "W1", CRS_F64, 2, dims, w, err);
    if (status == CRS_OK)
        status = crs_arrays_add(arrays, "lr", CRS_F64, 0, NULL, w, err);
    return status;
}

static crs_status write_arrays(crs_error *err)
{
    crs_arrays arrays;
    crs_status status = add_arrays(err, &arrays);
    if (status == CRS_OK)
        status = crs_arrays_write_npz(&arrays, &nowhere, err);
    crs_arrays_release(&arrays);
    return status;
}

static crs_status read_arrays(crs_error *err)
{
    crs_arrays arrays;
    crs_status status = crs_arrays_read(arrays_path, err, &arrays);
    if (status != CRS_OK)
        assert_true(arrays.array == NULL && arrays.name == NULL);
    for (size_t i = 0; i < arrays.n; i++) {
        take_text(arrays.array[i].name);
        take(arrays.array[i].values, arrays.array[i].n * sizeof *arrays.array[i].values);
    }
    crs_arrays_release(&arrays);
    return status;
}

static void read_file_of(const void *bytes, size_t n)
{
    int fd = open(arrays_path, O_WRONLY | O_TRUNC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, n), n);
    assert_int_equal(close(fd), 0);
    exhaust(read_arrays);
}

static void test_arrays__reading_and_writing(void **state)
{
    int fd = mkstemp(arrays_path);
    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(close(fd), 0);
    read_file_of("\x93NUMPY\1\0\x34\0{'descr':'|u1','fortran_order':True,'shape':(2,2)}  "
                 "\1\2\3\4",
                 10 + 52 + 4);
    if (crs_arrays_format_at(0)->package == NULL) {
        exhaust(write_arrays);
        read_file_of(savez_deflated, sizeof savez_deflated);
    }
    if (crs_arrays_format_at(3)->package == NULL)
        read_file_of("\x3a\0\0\0\0\0\0\0"
                     "{\"t\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}     "
                     "\1\2",
                     8 + 58 + 2);
    assert_int_equal(unlink(arrays_path), 0);
}

/* ---- rules ------------------------------------------------------------------- */

static crs_status parse_rule(crs_error *err)
{
    crs_rule *rule;
    crs_status status = crs_rule_parse("dZ = np.array(dA, copy=True); dZ[Z <= 0] = 0", err, &rule);
    if (status != CRS_OK)
        assert_null(rule);
    else
        take_text(crs_rule_read_as(rule));
    crs_rule_destroy(rule);
    return status;
}

static void test_rule_parse(void **state)
{
    (void)state;
    exhaust(parse_rule);
}

/* ---- nets -------------------------------------------------------------------- */

static crs_dataset training;
static int with_options, with_rule;

static crs_status make_net(crs_error *err, crs_net **out)
{
    static const size_t widths[] = {2, 3, 1};
    static const crs_init how = {CRS_INIT_HE, 0};
    static const crs_layer_options options = {.batchnorm = 1, .dropout = 0.2};
    crs_act relu;
    crs_random random;
    crs_net_config config = {2, widths, &relu, CRS_LOSS_BCE, CRS_F64};
    config.options = with_options ? &options : NULL;
    crs_status status;
    crs_act_get(CRS_ACT_RELU, &relu);
    crs_random_seed(&random, 1);
    status = crs_net_create(&config, err, out);
    if (status == CRS_OK)
        crs_net_init(*out, &how, &random);
    return status;
}

static crs_status create_net(crs_error *err)
{
    crs_net *net;
    crs_status status = make_net(err, &net);
    if (status != CRS_OK)
        assert_null(net);
    crs_net_destroy(net);
    return status;
}

static crs_status train_net(crs_error *err)
{
    crs_train_config config = {.lr = 0.1, .iterations = 3, .batch = 32};
    crs_score score;
    crs_rule *rule = NULL;
    crs_net *net;
    crs_backward_rule backward;
    crs_status status = make_net(err, &net);
    if (status == CRS_OK && with_rule)
        status = crs_rule_parse("A >= 0", err, &rule);
    if (status == CRS_OK && with_rule) {
        crs_rule_backward(rule, &backward);
        config.rule = &backward;
    }
    if (status == CRS_OK)
        status = crs_train(net, &training, &config, err);
    if (status == CRS_OK)
        status = crs_evaluate(net, &training, NULL, err, &score);
    for (size_t i = 0; status == CRS_OK && i < crs_net_n_params(net); i++) {
        double param = crs_net_param(net, i);
        take(&param, sizeof param);
    }
    crs_net_destroy(net);
    crs_rule_destroy(rule);
    return status;
}

static void test_net_create(void **state)
{
    (void)state;
    exhaust(create_net);
    with_options = 1;
    exhaust(create_net);
    with_options = 0;
}

static void test_train_and_evaluate(void **state)
{
    crs_error err;
    (void)state;
    assert_int_equal(crs_data_generate("moons", NULL, &err, &training), CRS_OK);
    exhaust(train_net);
    with_rule = 1;
    exhaust(train_net);
    with_rule = 0;
    with_options = 1;
    exhaust(train_net);
    with_options = 0;
    crs_dataset_release(&training);
}

/* ---- optimizers ---------------------------------------------------------------- */

static crs_status create_adam(crs_error *err)
{
    crs_optim adam;
    crs_optimizer *optimizer;
    crs_status status;
    crs_optim_get(CRS_OPTIM_ADAM, &adam);
    status = crs_optimizer_create(&adam, CRS_F32, 3, NULL, err, &optimizer);
    if (status != CRS_OK)
        assert_null(optimizer);
    crs_optimizer_destroy(optimizer);
    return status;
}

static crs_status create_lbfgs(crs_error *err)
{
    crs_lbfgs *lbfgs;
    crs_status status = crs_lbfgs_create(3, 2, err, &lbfgs);
    if (status != CRS_OK)
        assert_null(lbfgs);
    crs_lbfgs_destroy(lbfgs);
    return status;
}

static void test_optimizers(void **state)
{
    (void)state;
    exhaust(create_adam);
    exhaust(create_lbfgs);
}

/* ---- gradient checks ----------------------------------------------------------- */

static crs_net *checked;
static crs_workspace *checked_on;

static crs_status check_net(crs_error *err)
{
    crs_gradcheck *check;
    crs_status status = crs_gradcheck_net(checked, checked_on, NULL, err, &check);
    if (status != CRS_OK)
        assert_null(check);
    crs_gradcheck_destroy(check);
    return status;
}

static double square(void *ctx, size_t n, const double *x)
{
    (void)ctx, (void)n;
    return x[0] * x[0];
}

static void square_gradient(void *ctx, size_t n, const double *x, double *gradient)
{
    (void)ctx, (void)n;
    gradient[0] = 2 * x[0];
}

static crs_status check_function(crs_error *err)
{
    const double x = 3;
    crs_gradcheck *check;
    crs_status status = crs_gradcheck_function(square, square_gradient, NULL, 1, &x, err, &check);
    if (status != CRS_OK)
        assert_null(check);
    crs_gradcheck_destroy(check);
    return status;
}

/* ---- diagnosis ------------------------------------------------------------------ */

static const crs_arrays *diagnosed;

static crs_status diagnose(crs_error *err)
{
    crs_diagnosis found;
    crs_status status = crs_diagnose_run(diagnosed, NULL, err, &found);
    if (status != CRS_OK)
        assert_null(found.arrays);
    for (size_t i = 0; i < found.n_arrays; i++) {
        take_text(crs_array_verdict_name(found.arrays[i].verdict));
        take(&found.arrays[i].error, sizeof found.arrays[i].error);
    }
    for (size_t i = 0; i < found.n_bugs; i++)
        take_text(found.bugs[i].sentence);
    crs_diagnosis_release(&found);
    return status;
}

/* A relu layer of four units with A >= 0, an L2 term, and one array that nobody understands. */
static void test_diagnose(void **state)
{
    static const double w[] = {1, -1, 0.5, 2}, x[] = {1, -2, 3, -0.5};
    crs_arrays arrays = {0};
    crs_error err;
    double z[16], a[16], dw[4] = {0}, lambd = 0.1;
    (void)state;
    for (size_t i = 0; i < 16; i++) {
        z[i] = w[i / 4] * x[i % 4];
        a[i] = z[i] > 0 ? z[i] : 0;
        dw[i / 4] += (double)i * x[i % 4] / 4 + lambd / 16 * w[i / 4];
    }
#define ADD(name, rows, cols, values) \
    assert_int_equal(                 \
        crs_arrays_add(&arrays, name, CRS_F64, 2, (size_t[]){rows, cols}, values, &err), CRS_OK)
    ADD("X", 1, 4, x);
    ADD("W1", 4, 1, w);
    ADD("Z1", 4, 4, z);
    ADD("A1", 4, 4, a);
    for (size_t i = 0; i < 16; i++)
        z[i] = (double)i;
    ADD("dA1", 4, 4, z);
    ADD("dZ1", 4, 4, z);
    ADD("dW1", 4, 1, dw);
    ADD("lambd", 1, 1, &lambd);
    ADD("weather", 1, 4, x);
#undef ADD
    diagnosed = &arrays;
    exhaust(diagnose);
    crs_arrays_release(&arrays);
}

static void test_gradcheck(void **state)
{
    crs_dataset data;
    crs_error err;
    (void)state;
    assert_int_equal(crs_data_generate("moons", NULL, &err, &data), CRS_OK);
    assert_int_equal(make_net(&err, &checked), CRS_OK);
    assert_int_equal(crs_workspace_create(checked, 32, NULL, &err, &checked_on), CRS_OK);
    assert_int_equal(crs_workspace_load(checked_on, 32, data.x, data.y, NULL, &err), CRS_OK);
    exhaust(check_net);
    exhaust(check_function);
    crs_workspace_destroy(checked_on);
    crs_net_destroy(checked);
    crs_dataset_release(&data);
}

/* ---- pictures ---------------------------------------------------------------- */

static crs_plot_format format;

static crs_status draw(crs_error *err, int in_terminal)
{
    static const double values[] = {0, 0.2, 0.7, 1};
    static const double xy[] = {0.1, 0.2, 0.8, 0.9};
    static const int label[] = {0, 1};
    static const double x[] = {0, 1, 2};
    static const double y[] = {0.7, 0.5, 0.4};
    static const double creases[] = {1, 1, -1};
    const crs_plot_axes plane = {.x_label = "x1", .y_label = "x2"};
    const crs_plot_field field = {.nx = 2, .ny = 2, .values = values, .x_max = 1, .y_max = 1};
    const crs_plot_contour half = {.field = &field, .level = 0.5, .name = "p = 0.5"};
    const crs_plot_points points = {.n = 2, .xy = xy, .label = label};
    const crs_plot_curve curves[] = {{.name = "A > 0", .n = 3, .x = x, .y = y},
                                     {.name = "Z > 0", .n = 3, .x = x, .y = y}};
    const crs_plot_panel panels[] = {{.axes = &plane,
                                      .title = "one",
                                      .fill = &field,
                                      .n_creases = 1,
                                      .creases = creases,
                                      .n_contours = 1,
                                      .contours = &half,
                                      .points = &points},
                                     {.row = 1, .title = "two", .n_curves = 2, .curves = curves}};
    const crs_plot_figure figure = {.title = "both", .n_panels = 2, .panels = panels};
    const crs_term_options screen = {.mode = CRS_TERM_TRUECOLOR};
    return in_terminal ? crs_plot_terminal(&figure, &screen, &nowhere, err)
                       : crs_plot_write(&figure, format, &nowhere, err);
}

static crs_status draw_file(crs_error *err)
{
    return draw(err, 0);
}

static crs_status prepare_file(crs_error *err)
{
    return crs_plot_prepare(format, err);
}

static crs_status draw_terminal(crs_error *err)
{
    return draw(err, 1);
}

static void test_plot__every_format(void **state)
{
    static const crs_plot_format formats[] = {CRS_PLOT_SVG, CRS_PLOT_PNG, CRS_PLOT_PDF};
    (void)state;
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        format = formats[i];
        is_dated = format == CRS_PLOT_PDF;
        if (crs_plot_can_write(format))
            exhaust(draw_file);
        if (crs_plot_can_write(format) && format != CRS_PLOT_SVG)
            exhaust(prepare_file);
    }
    is_dated = 0;
    exhaust(draw_terminal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_generate__every_generator),
        cmocka_unit_test(test_read__csv),
        cmocka_unit_test(test_arrays__reading_and_writing),
        cmocka_unit_test(test_rule_parse),
        cmocka_unit_test(test_net_create),
        cmocka_unit_test(test_train_and_evaluate),
        cmocka_unit_test(test_optimizers),
        cmocka_unit_test(test_diagnose),
        cmocka_unit_test(test_gradcheck),
        cmocka_unit_test(test_plot__every_format),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
