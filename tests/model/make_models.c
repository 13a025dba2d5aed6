/*
 * make_models FOLDER FIRST N: models FIRST ... FIRST + N - 1 as files for the other programs of
 * these tests: m7.safetensors, m7.onnx, m7.json (rows, what crs_model_predict says of them and
 * how far another evaluation may be from that), and, for the C compiler, m7.c and cases.h with
 * all rows. The seed of a model is its number.
 */
#include "model/random_model.h"

#define ROWS 20

static const char *folder;

static FILE *create(const char *name, uint32_t i, const char *extension)
{
    char path[512];
    FILE *file;
    (void)snprintf(path, sizeof path, name[0] == 'm' ? "%s/%s%u%s" : "%s/%s", folder, name, i,
                   extension);
    file = fopen(path, "wb");
    must(file != NULL, path);
    return file;
}

static crs_status into_file(void *ctx, const void *bytes, size_t n)
{
    return fwrite(bytes, 1, n, ctx) == n ? CRS_OK : CRS_EIO;
}

typedef crs_status exporter(const crs_model *model, const char *name, const crs_sink *sink,
                            crs_error *err);

static crs_status as_safetensors(const crs_model *model, const char *name, const crs_sink *sink,
                                 crs_error *err)
{
    (void)name;
    return crs_model_write(model, sink, err);
}

static crs_status as_onnx(const crs_model *model, const char *name, const crs_sink *sink,
                          crs_error *err)
{
    (void)name;
    return crs_model_export_onnx(model, sink, err);
}

static void write_with(exporter *export, const crs_model *model, uint32_t i, const char *extension)
{
    char name[32];
    crs_error err;
    FILE *file = create("m", i, extension);
    (void)snprintf(name, sizeof name, "m%u", i);
    must(export(model, name, &(crs_sink){into_file, file}, &err) == CRS_OK, err.text);
    must(fclose(file) == 0, extension);
}

/* NaN is null in JSON, NAN in C. */
static void put_rows(FILE *file, int is_c, const char *missing, size_t rows, size_t n,
                     const double *values, const char *open, const char *close)
{
    for (size_t s = 0; s < rows; s++) {
        (void)fprintf(file, "%s%s", s == 0 ? "" : ",\n", open);
        for (size_t i = 0; i < n; i++) {
            (void)fputs(i == 0 ? "" : ", ", file);
            if (isnan(values[s * n + i]))
                (void)fputs(missing, file);
            else
                (void)fprintf(file, is_c ? "%a" : "%.17g", values[s * n + i]);
        }
        (void)fputs(close, file);
    }
}

typedef struct rows {
    size_t n_in, n_out;
    double *x, *y, *bound; /* [ROWS, n_in], [ROWS, n_out] twice */
} rows;

static rows make_rows(const crs_model *model, uint32_t seed)
{
    rows r = {.n_in = crs_net_width(model->net, 0),
              .n_out = crs_net_width(model->net, crs_net_layers(model->net))};
    crs_error err;
    r.x = random_rows(model, seed, ROWS);
    r.y = malloc(2 * ROWS * r.n_out * sizeof *r.y);
    must(r.y != NULL, "memory");
    r.bound = r.y + ROWS * r.n_out;
    must(crs_model_predict(model, ROWS, r.x, r.y, &err) == CRS_OK, err.text);
    for (size_t s = 0; s < ROWS; s++) {
        bound_outputs(model, r.x + s * r.n_in, r.bound + s * r.n_out);
        for (size_t j = 0; j < r.n_out; j++)
            r.bound[s * r.n_out + j] *= 2; /* ours and the other's */
    }
    return r;
}

static void write_json(const rows *r, uint32_t i)
{
    FILE *file = create("m", i, ".json");
    (void)fputs("{\"x\": [", file);
    put_rows(file, 0, "null", ROWS, r->n_in, r->x, "[", "]");
    (void)fputs("],\n\"y\": [", file);
    put_rows(file, 0, "null", ROWS, r->n_out, r->y, "[", "]");
    (void)fputs("],\n\"bound\": [", file);
    put_rows(file, 0, "null", ROWS, r->n_out, r->bound, "[", "]");
    (void)fputs("]}\n", file);
    must(fclose(file) == 0, "json");
}

static void write_cases(FILE *cases, const rows *r, crs_dtype dtype, uint32_t i)
{
    const char *type = dtype == CRS_F32 ? "float" : "double";
    (void)fprintf(cases, "static const %s x%u[] = {", type, i);
    put_rows(cases, 1, "NAN", ROWS, r->n_in, r->x, "", "");
    (void)fprintf(cases, "};\nstatic const double y%u[] = {", i);
    put_rows(cases, 1, "NAN", ROWS, r->n_out, r->y, "", "");
    (void)fprintf(cases, "};\nstatic const double bound%u[] = {", i);
    put_rows(cases, 1, "NAN", ROWS, r->n_out, r->bound, "", "");
    (void)fprintf(cases, "};\nstatic int run%u(void)\n{\n    CHECK(%u, %d, %zu, %zu, %s)\n}\n", i,
                  i, ROWS, r->n_in, r->n_out, type);
}

int main(int argc, char **argv)
{
    uint32_t first, n;
    FILE *cases, *all;
    must(argc == 4, "Usage: make_models FOLDER FIRST N");
    folder = argv[1];
    first = (uint32_t)strtoul(argv[2], NULL, 10);
    n = (uint32_t)strtoul(argv[3], NULL, 10);
    cases = create("cases.h", 0, "");
    all = create("all.c", 0, "");
    for (uint32_t i = first; i < first + n; i++) {
        crs_model model = random_model(i);
        rows r = make_rows(&model, i);
        write_with(as_safetensors, &model, i, ".safetensors");
        write_with(as_onnx, &model, i, ".onnx");
        write_with(crs_model_export_c, &model, i, ".c");
        write_json(&r, i);
        write_cases(cases, &r, crs_net_dtype(model.net), i);
        (void)fprintf(all, "#include \"m%u.c\"\n", i);
        free(r.x);
        free(r.y);
        crs_model_release(&model);
    }
    (void)fputs("#define RUN_ALL", cases);
    for (uint32_t i = first; i < first + n; i++)
        (void)fprintf(cases, " + run%u()", i);
    (void)fputs("\n", cases);
    must(fclose(cases) == 0 && fclose(all) == 0, "cases.h, all.c");
    return 0;
}
