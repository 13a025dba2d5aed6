/* What is no model, or one that lies: each is refused, with the line that says where. */
#include <math.h>

#include "unit/model/fixture.h"

/* The file of the small model with `from` in its header replaced by `to`: once, and it must be there. */
static memory edited(const char *from, const char *to)
{
    crs_model model = small_model(CRS_F32);
    memory m = written(&model), out = {0};
    size_t length = m.bytes[0] + 256u * m.bytes[1], at = 0, padded;
    unsigned char prefix[8] = {0};
    assert_true(m.bytes[2] == 0);
    while (at + strlen(from) <= length && memcmp(m.bytes + 8 + at, from, strlen(from)) != 0)
        at++;
    if (at + strlen(from) > length)
        fail_msg("not in the header: %s", from);
    padded = length - strlen(from) + strlen(to);
    prefix[0] = (unsigned char)(padded & 0xff);
    prefix[1] = (unsigned char)(padded >> 8);
    (void)into_memory(&out, prefix, 8);
    (void)into_memory(&out, m.bytes + 8, at);
    (void)into_memory(&out, to, strlen(to));
    at += strlen(from);
    (void)into_memory(&out, m.bytes + 8 + at, m.n - 8 - at);
    free(m.bytes);
    crs_model_release(&model);
    return out;
}

/* Read from a block of its own, so that a sanitizer sees a byte too many. */
static crs_status read_copy(size_t n, const void *bytes, crs_error *err, crs_model *out)
{
    void *copy = malloc(n > 0 ? n : 1);
    crs_status status;
    assert_non_null(copy);
    memcpy(copy, bytes, n);
    memset(err, 0, sizeof *err);
    status = crs_model_read_memory(n, copy, "m", err, out);
    free(copy);
    if (status != CRS_OK) {
        crs_model empty;
        memset(&empty, 0, sizeof empty);
        assert_memory_equal(out, &empty, sizeof empty);
        assert_int_equal(err->status, status);
        assert_true(err->text[0] != '\0' && strchr(err->text, '\n') == NULL);
    }
    return status;
}

static void refuse(const memory *file, crs_status expected, const char *text)
{
    crs_model model;
    crs_error err;
    crs_status status = read_copy(file->n, file->bytes, &err, &model);
    crs_model_release(&model);
    assert_string_equal(err.text, text);
    assert_int_equal(status, expected);
}

/* What is expected of a file: '#' is its size. */
static void with_size(const char *text, size_t size, char *out, size_t room)
{
    const char *mark = strchr(text, '#');
    if (mark == NULL)
        (void)snprintf(out, room, "%s", text);
    else
        (void)snprintf(out, room, "%.*s%zu%s", (int)(mark - text), text, size, mark + 1);
}

typedef struct broken {
    const char *from, *to; /* in the header; ' stands for \" */
    crs_status status;
    const char *text;
} broken;

static void escape(const char *text, char *out, size_t size)
{
    size_t n = 0;
    for (; *text != '\0'; text++) {
        assert_true(n + 3 < size);
        if (*text == '\'')
            out[n++] = '\\';
        out[n++] = *text == '\'' ? '"' : *text;
    }
    out[n] = '\0';
}

static void refuse_all(size_t n, const broken *cases)
{
    for (size_t i = 0; i < n; i++) {
        char from[512], to[512], text[512];
        memory file;
        escape(cases[i].from, from, sizeof from);
        escape(cases[i].to, to, sizeof to);
        file = edited(from, to);
        with_size(cases[i].text, file.n, text, sizeof text);
        refuse(&file, cases[i].status, text);
        free(file.bytes);
    }
}

static void test_broken__descriptions(void **state)
{
    static const broken cases[] = {
        {"\"crease\":\"{", "\"creased\":\"{", CRS_EFORMAT,
         "m: is no model of crease: its metadata lack 'crease', which says what the layers are; "
         "expected a file that crease wrote"},
        {"{'version':1", "['version':1", CRS_EFORMAT,
         "m: the description is no JSON: expected ',' or ']', at its byte 10"},
        {"'version':1", "'version':2", CRS_EUNSUPPORTED,
         "m: is of version 2, written by crease " CRS_VERSION "; this is crease " CRS_VERSION
         ", which reads up to version 1"},
        {"'version':1", "'version':0", CRS_EFORMAT,
         "m: description, version: expected a whole number of at least 1"},
        {"'version':1", "'versions':1", CRS_EFORMAT,
         "m: description, version: is not there; expected a whole number of at least 1"},
        {"'version':1", "'version':1,'version':1", CRS_EFORMAT,
         "m: the description is no JSON: expected another name: this one is there already, at its "
         "byte 13"},
        {"'task':'classes'", "'task':'ranks'", CRS_EFORMAT,
         "m: description, task: expected classes, labels or values"},
        {"'task':'classes'", "'task':'values'", CRS_EFORMAT,
         "m: 3 classes, but a net of 3 outputs that learns values has 0"},
        {"'dtype':'f32'", "'dtype':'f16'", CRS_EFORMAT,
         "m: description, dtype: no dtype 'f16'; expected f32 or f64"},
        {"'dtype':'f32'", "'dtype':32", CRS_EFORMAT, "m: description, dtype: expected a text"},
        {"'loss':'softmax'", "'loss':'hardmax'", CRS_EFORMAT,
         "m: description, loss: no loss 'hardmax': expected bce, softmax, squared, absolute, huber "
         "or hinge"},
        {"'huber_delta':1", "'huber_delta':-1", CRS_EFORMAT,
         "m: huber's delta is -1, expected a number above 0"},
        {"'version':1", "'version':1e999", CRS_EFORMAT,
         "m: the description is no JSON: expected a number within float64's range, at its byte 11"},
        {"'label_smoothing':0", "'label_smoothing':1", CRS_EFORMAT,
         "m: label smoothing is 1, expected 0 or more, less than 1"},
        {"'inputs':2", "'inputs':0", CRS_EFORMAT,
         "m: description, inputs: expected a whole number of at least 1"},
        {"'inputs':2", "'inputs':3", CRS_EFORMAT,
         "m: description, scaler.shift: expected a list of 3 numbers"},
        {"'inputs':2", "'inputs':4611686018427387903", CRS_EFORMAT,
         "m: description, scaler.shift: expected as many numbers as there are inputs or outputs"},
        {"'layers':[{", "'layers':{},'was':[{", CRS_EFORMAT,
         "m: description, layers: expected a list of layers"},
        {"'layers':[{", "'layers':[],'was':[{", CRS_EFORMAT,
         "m: description, layers: expected a list of layers"},
        {"'layers':[{", "'layers':[5,{", CRS_EFORMAT,
         "m: description, layers[0].units: is not there; expected a whole number of at least 1"},
        {"'units':4", "'units':-4", CRS_EFORMAT,
         "m: description, layers[0].units: expected a whole number of at least 1"},
        {"'units':4", "'units':4.0", CRS_EFORMAT,
         "m: description, layers[0].units: expected a whole number of at least 1"},
        {"'units':4", "'units':4000", CRS_EFORMAT,
         "m: description, layers[0]: 4000 units of 2 inputs are more than the file's # bytes "
         "hold"},
        {"'units':4", "'units':4611686018427387903", CRS_EFORMAT,
         "m: description, layers[0]: 4611686018427387903 units of 2 inputs are more than the "
         "file's # bytes hold"},
        {"'units':4", "'units':5", CRS_EFORMAT, "m: tensor '0.weight' is [4, 2]; expected [5, 2]"},
        {"'act':'leaky_relu:0.1'", "'act':'leaky_relu:x'", CRS_EFORMAT,
         "m: description, layers[0].act: parameter \"x\" of leaky_relu is no finite number, "
         "expected one as in \"leaky_relu:0.1\""},
        {"'act':'relu6'", "'act':'step'", CRS_EFORMAT,
         "m: description, layers[1].act: activation \"step\" is not supported: g itself jumps at "
         "0, so there is no finite slope there and the slope is 0 everywhere else"},
        {"'kinks':[0,0.5]", "'kinks':[0]", CRS_EFORMAT,
         "m: description, layers[1].kinks: expected a list of 2 numbers"},
        {"'kinks':[0,0.5]", "'kinks':[0,null]", CRS_EFORMAT,
         "m: description, layers[1].kinks: expected a list of 2 numbers"},
        {"'batchnorm':null", "'batchnorm':1", CRS_EFORMAT,
         "m: description, layers[0].batchnorm: expected an object or null"},
        {"'batchnorm':null", "'batchnorm':{'eps':1}", CRS_EFORMAT,
         "m: description, layers[0].batchnorm.momentum: is not there; expected a number"},
        {"'batchnorm':null", "'batchnorm':{'momentum':0.1,'eps':1e-05}", CRS_EFORMAT,
         "m: has no tensor '1.weight', which layer 1 needs"},
        {"'dropout':0", "'dropout':'no'", CRS_EFORMAT,
         "m: description, layers[0].dropout: expected a number"},
        {"'dropout':0", "'dropout':1", CRS_EFORMAT,
         "m: layer 1 drops a share of 1, expected 0 or more, less than 1"},
        {"'dropout':0", "'dropout':0.5", CRS_EFORMAT,
         "m: has no tensor '3.weight', which layer 2 needs"},
        {"'skip':0", "'skip':2", CRS_EFORMAT, "m: layer 1 skips 2 layers, but only 1 are below it"},
        {"'skip':0", "'skip':1", CRS_EFORMAT,
         "m: layer 1 has 4 units, and its skip comes from layer 0 with 2: expected as many"},
        {"'scaling':'standard'", "'scaling':'log'", CRS_EFORMAT,
         "m: description, scaler.scaling: no scaling 'log'; expected none, standard or minmax"},
        {"'shift':[0.1,1e-300]", "'shift':[0.1]", CRS_EFORMAT,
         "m: description, scaler.shift: expected a list of 2 numbers"},
        {"'fill':[0.5,-0.7]", "'fill':[0.5,'x']", CRS_EFORMAT,
         "m: description, scaler.fill: expected a list of 2 numbers"},
        {"'target':null", "'target':{'scaling':'none','shift':[0,0,0],'scale':[1,1,1],'fill':null}",
         CRS_EFORMAT, "m: a scaler of targets, but classes are not scaled"},
        {"'n_classes':3", "'n_classes':4", CRS_EFORMAT,
         "m: description, classes: expected null or a list of 4 texts"},
        {"'classes':['setosa'", "'classes':[1", CRS_EFORMAT,
         "m: description, classes: expected null or a list of 3 texts"},
        {"'n_targets':1", "'n_targets':2", CRS_EFORMAT,
         "m: 2 targets, but a net of 3 outputs that learns classes has 1"},
        {"'scale_bytes':true", "'scale_bytes':1", CRS_EFORMAT,
         "m: description, scale_bytes: expected true or false"},
        {"'training':{", "'training':[],'was':{", CRS_EFORMAT,
         "m: description, training: expected an object or null"},
    };
    (void)state;
    refuse_all(sizeof cases / sizeof cases[0], cases);
}

static void test_broken__tensors(void **state)
{
    static const broken cases[] = {
        {"\"0.weight\"", "\"0.weights\"", CRS_EFORMAT,
         "m: has no tensor '0.weight', which layer 1 needs"},
        {"\"4.bias\":{\"dtype\":\"F32\",\"shape\":[3]",
         "\"4.bias\":{\"dtype\":\"F32\",\"shape\":[3,1]", CRS_EFORMAT,
         "m: tensor '4.bias' is [3, 1]; expected [3]"},
        {"\"4.bias\":{\"dtype\":\"F32\",\"shape\":[3]",
         "\"4.bias\":{\"dtype\":\"I32\",\"shape\":[3]", CRS_EFORMAT,
         "m: tensor '4.bias' is int32; expected float32"},
        {"\"2.weight\":{\"dtype\":\"F32\",\"shape\":[4,4]",
         "\"2.weight\":{\"dtype\":\"F32\",\"shape\":[2,8]", CRS_EFORMAT,
         "m: tensor '2.weight' is [2, 8]; expected [4, 4]"},
        {"\"0.bias\":",
         "\"6.bias\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]},\"0.bias\":",
         CRS_EFORMAT, "m: tensor '6.bias' belongs to no layer"},
        {"\"4.bias\"", "\"4.biAs\"", CRS_EFORMAT, "m: has no tensor '4.bias', which layer 3 needs"},
        {"\"format\":\"pt\"", "\"format\":5", CRS_EFORMAT, "m: its metadata 'format' is no text"},
    };
    (void)state;
    refuse_all(sizeof cases / sizeof cases[0], cases);
}

static void test_broken__weights_that_are_no_numbers(void **state)
{
    const float bad[] = {NAN, INFINITY, -INFINITY};
    crs_model model = small_model(CRS_F32);
    memory file = written(&model), none = {0};
    crs_error err;
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        memcpy(file.bytes + file.n - sizeof bad[i], &bad[i], sizeof bad[i]);
        refuse(&file, CRS_ENONFINITE, "m: tensor '4.weight' has a number that is not finite");
    }
    /* and none is written */
    ((float *)crs_net_params(model.net))[0] = NAN;
    assert_int_equal(crs_model_write(&model, &(crs_sink){into_memory, &none}, &err),
                     CRS_ENONFINITE);
    assert_string_equal(err.text, "weight of layer 1 has a number that is not finite: no model");
    assert_int_equal(none.n, 0);
    free(file.bytes);
    crs_model_release(&model);
}

/* Weights alone, as PyTorch's users save them. */
static void test_broken__no_model_of_crease(void **state)
{
    static const char header[] =
        "{\"__metadata__\":{\"format\":\"pt\"},\"0.bias\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
    memory file = {0};
    unsigned char prefix[8] = {sizeof header - 1};
    (void)state;
    (void)into_memory(&file, prefix, 8);
    (void)into_memory(&file, header, sizeof header - 1);
    (void)into_memory(&file, "\0\0\0\0", 4);
    refuse(&file, CRS_EFORMAT,
           "m: is no model of crease: its metadata lack 'crease', which says what the layers are; "
           "expected a file that crease wrote");
    file.n = 0;
    (void)into_memory(&file, "#\0\0\0\0\0\0\0{\"__metadata__\":{\"crease\":\"[1,2]\"}}", 8 + '#');
    refuse(&file, CRS_EFORMAT, "m: the description is no JSON object");
    file.n = 0;
    (void)into_memory(&file, "x1,x2,label\n1,2,0\n", 18);
    refuse(&file, CRS_EFORMAT, "m: is no safetensors file; expected a model that crease wrote");
    file.n = 0;
    refuse(&file, CRS_EFORMAT, "m ends after 0 bytes; expected a header");
    free(file.bytes);
}

static void test_broken__torn_at_every_byte(void **state)
{
    crs_model model = small_model(CRS_F32), got;
    memory file = written(&model);
    crs_error err;
    (void)state;
    for (size_t n = 0; n < file.n; n++)
        assert_int_equal(read_copy(n, file.bytes, &err, &got), CRS_EFORMAT);
    assert_int_equal(read_copy(file.n, file.bytes, &err, &got), CRS_OK);
    crs_model_release(&got);
    free(file.bytes);
    crs_model_release(&model);
}

/* Any byte of the header turned round: refused or read, and what is read can be written. */
static void test_broken__every_byte_of_the_header_flipped(void **state)
{
    crs_model model = small_model(CRS_F64), got;
    memory file = written(&model);
    size_t length = 8 + file.bytes[0] + 256u * file.bytes[1], refused = 0;
    crs_error err;
    (void)state;
    for (size_t i = 0; i < length; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            file.bytes[i] ^= (unsigned char)(1u << bit);
            if (read_copy(file.n, file.bytes, &err, &got) == CRS_OK) {
                memory again = written(&got);
                free(again.bytes);
                crs_model_release(&got);
            } else {
                refused++;
            }
            file.bytes[i] ^= (unsigned char)(1u << bit);
        }
    }
    assert_true(refused > length);
    free(file.bytes);
    crs_model_release(&model);
}

static void test_broken__no_memory(void **state)
{
    crs_model model = small_model(CRS_F32), got;
    memory file = written(&model);
    crs_error err;
    crs_status status = CRS_ENOMEM;
    size_t at = 1;
    (void)state;
    for (; status != CRS_OK; at++) {
        crs__alloc_fail_at(at);
        status = crs_model_read_memory(file.n, file.bytes, "m", &err, &got);
        crs__alloc_fail_at(0);
        assert_true(status == CRS_OK || status == CRS_ENOMEM);
        crs_model_release(&got);
    }
    assert_true(at > 10);
    status = CRS_ENOMEM;
    for (at = 1; status != CRS_OK; at++) {
        memory out = {0};
        crs__alloc_fail_at(at);
        status = crs_model_write(&model, &(crs_sink){into_memory, &out}, &err);
        crs__alloc_fail_at(0);
        assert_true(status == CRS_OK || (status == CRS_ENOMEM && out.n == 0));
        free(out.bytes);
    }
    assert_true(at > 5);
    free(file.bytes);
    crs_model_release(&model);
}

static void test_broken__files(void **state)
{
    crs_model got;
    crs_error err;
    (void)state;
    assert_int_equal(crs_model_read("/tmp/crease-no-such-file", &err, &got), CRS_ENOENT);
    assert_string_equal(err.text, "/tmp/crease-no-such-file: cannot be read: no such file");
    assert_int_equal(crs_model_read("/tmp", &err, &got), CRS_EIO);
    assert_string_equal(err.text, "/tmp: is a folder; expected a file");
}

/* What could not be read again is not written. */
static void test_broken__models_in_memory(void **state)
{
    crs_model model = small_model(CRS_F32);
    memory out = {0};
    crs_sink sink = {into_memory, &out};
    crs_error err;
    (void)state;
    model.n_classes = 2;
    assert_int_equal(crs_model_write(&model, &sink, &err), CRS_EINVAL);
    assert_string_equal(err.text, "2 classes, but a net of 3 outputs that learns classes has 3");
    model.n_classes = 3;
    model.scaler.scale[1] = INFINITY;
    assert_int_equal(crs_model_write(&model, &sink, &err), CRS_EINVAL);
    assert_string_equal(err.text, "number 1 (from 0) of the scaler is not finite");
    model.scaler.scale[1] = 1;
    strcpy(model.training, "[1]");
    assert_int_equal(crs_model_write(&model, &sink, &err), CRS_EINVAL);
    assert_string_equal(err.text, "the model's `training` is no JSON object");
    assert_int_equal(out.n, 0);
    crs_model_release(&model);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_broken__descriptions),
        cmocka_unit_test(test_broken__tensors),
        cmocka_unit_test(test_broken__weights_that_are_no_numbers),
        cmocka_unit_test(test_broken__no_model_of_crease),
        cmocka_unit_test(test_broken__torn_at_every_byte),
        cmocka_unit_test(test_broken__every_byte_of_the_header_flipped),
        cmocka_unit_test(test_broken__no_memory),
        cmocka_unit_test(test_broken__files),
        cmocka_unit_test(test_broken__models_in_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
