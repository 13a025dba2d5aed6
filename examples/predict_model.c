/*
 * A trained model in a program of one's own: read what `crease train` wrote, predict from numbers
 * on the command line.
 *
 *     cc predict_model.c $(pkg-config --cflags --libs crease) -lm
 *     ./a.out crease-model.safetensors 5.1 3.5 1.4 0.2
 *
 * Scaling, filling of missing values (nan) and the names of classes are in the file. A program without
 * libcrease: embed/.
 */
#include <crease/model.h>

#include <stdio.h>
#include <stdlib.h>

static int read_numbers(size_t n, char **argv, double *x)
{
    for (size_t i = 0; i < n; i++) {
        char *end;
        x[i] = strtod(argv[i], &end);
        if (end == argv[i] || *end != '\0') {
            fprintf(stderr, "'%s' is not a number\n", argv[i]);
            return 0;
        }
    }
    return 1;
}

static void print(const crs_model *model, size_t n_out, const double *out)
{
    if (model->task == CRS_TASK_CLASSES) {
        size_t c = crs_model_class(model, out);
        if (model->class_names != NULL)
            printf("%s\n", model->class_names[c]);
        else
            printf("class %zu\n", c);
    }
    for (size_t i = 0; i < n_out; i++)
        printf("%s%.6g", i == 0 ? "outputs: " : " ", out[i]);
    putchar('\n');
}

int main(int argc, char **argv)
{
    crs_model model;
    crs_error err;
    int failed = 1;
    if (argc < 2) {
        fputs("usage: predict_model MODEL NUMBER...\n", stderr);
        return 2;
    }
    if (crs_model_read(argv[1], &err, &model) != CRS_OK) {
        fprintf(stderr, "%s\n", err.text);
        return 2;
    }
    size_t n_in = crs_net_width(model.net, 0);
    size_t n_out = crs_net_width(model.net, crs_net_layers(model.net));
    double *x = malloc(n_in * sizeof *x), *out = malloc(n_out * sizeof *out);
    if (x == NULL || out == NULL)
        fputs("out of memory\n", stderr);
    else if ((size_t)argc - 2 != n_in)
        fprintf(stderr, "%s wants %zu numbers, %d were given\n", argv[1], n_in, argc - 2);
    else if (read_numbers(n_in, argv + 2, x)) {
        if (crs_model_predict(&model, 1, x, out, &err) == CRS_OK) {
            print(&model, n_out, out);
            failed = 0;
        } else {
            fprintf(stderr, "%s\n", err.text);
        }
    }
    free(x);
    free(out);
    crs_model_release(&model);
    return failed ? 2 : 0;
}
