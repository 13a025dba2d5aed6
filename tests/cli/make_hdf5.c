/*
 * Usage: make_hdf5 BUG FILE.h5
 *
 * For transcripts: 6 samples of 2 features in set_x, classes in set_y. BUG: right, no_y (set_x alone), few_y
 * (a class less), nan (one in set_x), flat (set_x of one axis), text (set_y of text).
 */
#include <hdf5.h>
#include <math.h>
#include <string.h>

enum { N = 6, FEATURES = 2 };

static int put(hid_t file, const char *name, int n_dims, const hsize_t *dims, hid_t type,
               const void *values)
{
    hid_t space = H5Screate_simple(n_dims, dims, NULL);
    hid_t set = H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    int failed = H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0;
    (void)H5Dclose(set);
    (void)H5Sclose(space);
    return failed;
}

int main(int argc, char **argv)
{
    static const char letters[N] = {'a', 'b', 'a', 'b', 'a', 'b'};
    double x[N * FEATURES], y[N];
    const char *bug = argc == 3 ? argv[1] : "";
    int is_text = strcmp(bug, "text") == 0, failed = 0;
    hsize_t x_dims[2] = {N, FEATURES}, y_dims[1] = {N};
    hid_t type = H5Tcopy(H5T_C_S1), file;
    if (argc != 3)
        return 2;
    for (int i = 0; i < N * FEATURES; i++)
        x[i] = i % 5;
    for (int i = 0; i < N; i++)
        y[i] = i % 2;
    if (strcmp(bug, "nan") == 0)
        x[7] = NAN;
    if (strcmp(bug, "few_y") == 0)
        y_dims[0]--;
    file = H5Fcreate(argv[2], H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    failed |= put(file, "set_x", strcmp(bug, "flat") == 0 ? 1 : 2, x_dims, H5T_NATIVE_DOUBLE, x);
    if (strcmp(bug, "no_y") != 0)
        failed |= put(file, "set_y", 1, y_dims, is_text ? type : H5T_NATIVE_DOUBLE,
                      is_text ? (const void *)letters : y);
    (void)H5Tclose(type);
    return failed || H5Fclose(file) < 0;
}
