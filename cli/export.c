/* crease export: a trained model as C or ONNX. */
#include "command.h"
#include "json.h"
#include "message.h"
#include "model.h"
#include "options.h"
#include "output.h"
#include "say.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define NAME "export"

typedef struct export_values {
    const char *c, *onnx, *name;
} export_values;

#define FIELD(name) offsetof(export_values, name)

static const cli_option options[] = {
    {OPTION_OUTPUT, 'c', "c", "FILE", "write one file of C99 that needs libm alone", FIELD(c), 0,
     0},
    {OPTION_OUTPUT, 0, "onnx", "FILE", "write ONNX (opset 13)", FIELD(onnx), 0, 0},
    {OPTION_TEXT, 0, "name", "NAME", "C: NAME_predict() (default: the model file's name)",
     FIELD(name), 0, 0},
    {OPTION_END, 0, NULL, NULL, NULL, 0, 0, 0},
};

/* The file's name without folder and extension, as an identifier of C. */
static void name_of(const char *path, char *out, size_t size)
{
    const char *slash = strrchr(path, '/');
    size_t n = 0;
    path = slash == NULL ? path : slash + 1;
    if (isdigit((unsigned char)path[0]))
        out[n++] = 'm';
    for (; *path != '\0' && *path != '.' && n + 1 < size; path++)
        out[n++] = isalnum((unsigned char)*path) && (unsigned char)*path < 0x80 ? *path : '_';
    out[n] = '\0';
    if (n == 0)
        (void)snprintf(out, size, "model");
}

/* Both are written before either takes its place. */
static exit_status write_all(const crs_model *model, const export_values *v, const char *name)
{
    output_set set = {0};
    cli_output *file;
    crs_error err = {.status = CRS_OK};
    exit_status status = EXIT_DONE;
    if (v->c != NULL)
        status = output_open(NAME, v->c, &file);
    if (v->c != NULL && status == EXIT_DONE)
        status =
            output_end(file, crs_model_export_c(model, name, output_sink(file), &err), &err, &set);
    if (status == EXIT_DONE && v->onnx != NULL)
        status = output_open(NAME, v->onnx, &file);
    if (status == EXIT_DONE && v->onnx != NULL)
        status =
            output_end(file, crs_model_export_onnx(model, output_sink(file), &err), &err, &set);
    return status == EXIT_DONE ? output_set_keep_back(&set) : output_set_abandon(&set, status);
}

static exit_status export_model(const char *path, const export_values *v,
                                const common_options *common)
{
    char name[64];
    crs_model model;
    exit_status status = model_load(NAME, path, &model);
    if (status != EXIT_DONE)
        return status;
    name_of(path, name, sizeof name);
    if (v->name != NULL && strlen(v->name) < sizeof name)
        (void)snprintf(name, sizeof name, "%s", v->name);
    status = write_all(&model, v, v->name != NULL ? v->name : name);
    if (status == EXIT_DONE && common->json)
        status = json_print(
            NAME, json_pack("{s:o, s:o, s:o, s:o, s:I, s:I, s:I}", "model", json_text(path), "c",
                            json_text(v->c), "onnx", json_text(v->onnx), "name",
                            json_text(v->c == NULL ? NULL : name), "inputs",
                            (json_int_t)crs_net_width(model.net, 0), "outputs",
                            (json_int_t)crs_net_width(model.net, crs_net_layers(model.net)),
                            "parameters", (json_int_t)crs_net_n_params(model.net)));
    else if (status == EXIT_DONE && !common->quiet && v->c != NULL && strcmp(v->c, "-") != 0)
        say_to(stderr, "%s: void %s_predict(const %s x[%zu], %s out[%zu])\n",
               printable(v->c, (char[PRINTABLE_BYTES]){0}), name,
               crs_net_dtype(model.net) == CRS_F32 ? "float" : "double",
               crs_net_width(model.net, 0),
               crs_net_dtype(model.net) == CRS_F32 ? "float" : "double",
               crs_net_width(model.net, crs_net_layers(model.net)));
    crs_model_release(&model);
    return status;
}

exit_status command_export(int argc, char **argv)
{
    export_values v = {0};
    const command_line line = {
        .name = NAME,
        .arguments = "MODEL",
        .arguments_are_inputs = true,
        .min_arguments = 1,
        .max_arguments = 1,
        .missing = "which model? a file that `crease train` wrote",
        .intro = "Write a trained model as C, for programs and microcontrollers, or as ONNX, for "
                 "other tools. Scaling of the features and what the outputs mean go with it.",
        .options = options,
    };
    common_options common;
    size_t n_arguments;
    char **arguments;
    options_result result = options_read(&line, argc, argv, &common, &v, &n_arguments, &arguments);
    if (result != OPTIONS_RUN)
        return options_exit(result);
    if (v.c == NULL && v.onnx == NULL)
        return fail(EXIT_INPUT, NAME, "as what? --c FILE, --onnx FILE, or both");
    if (common.json &&
        ((v.c != NULL && strcmp(v.c, "-") == 0) || (v.onnx != NULL && strcmp(v.onnx, "-") == 0)))
        return fail(EXIT_INPUT, NAME, "--json and a file both want standard output");
    return export_model(arguments[0], &v, &common);
}
