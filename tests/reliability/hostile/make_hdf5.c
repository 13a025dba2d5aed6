/*
 * Usage: make_hostile_hdf5 FOLDER
 *
 * HDF5 and MATLAB files into FOLDER that claim, link and repeat more than they hold; and
 * whole.h5, pictures.h5 and twice.h5, in which nothing is wrong.
 */
#include <hdf5.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define F64 H5T_IEEE_F64LE
#define DOUBLES H5T_NATIVE_DOUBLE
#define BYTES H5T_NATIVE_UCHAR

static int failed;

static hid_t must(hid_t id)
{
    failed |= id < 0;
    return id;
}

static hid_t create(const char *name)
{
    return must(H5Fcreate(name, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
}

/* A data set, to be closed; `values` of type `memory`, or NULL: nothing is written. */
static hid_t put(hid_t file, const char *name, int rank, const hsize_t *dims, hid_t type,
                 hid_t memory, const void *values, hid_t plist)
{
    hid_t space = must(H5Screate_simple(rank, dims, NULL));
    hid_t set = must(H5Dcreate2(file, name, type, space, H5P_DEFAULT, plist, H5P_DEFAULT));
    if (values != NULL)
        failed |= H5Dwrite(set, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0;
    (void)H5Sclose(space);
    return set;
}

static void put_doubles(hid_t file, const char *name, int rank, const hsize_t *dims,
                        const double *values)
{
    (void)H5Dclose(put(file, name, rank, dims, F64, DOUBLES, values, H5P_DEFAULT));
}

static hid_t chunked(int rank, const hsize_t *chunk)
{
    hid_t plist = must(H5Pcreate(H5P_DATASET_CREATE));
    failed |= H5Pset_chunk(plist, rank, chunk) < 0 || H5Pset_deflate(plist, 9) < 0;
    return plist;
}

static void put_labels(hid_t file, hsize_t n)
{
    double *y = calloc(n, sizeof *y);
    failed |= y == NULL;
    for (hsize_t i = 0; y != NULL && i < n; i++)
        y[i] = (double)(i % 2);
    put_doubles(file, "set_y", 1, &n, y);
    free(y);
}

/* ---- MATLAB ----------------------------------------------------------------------------------- */

static void put_attribute(hid_t object, const char *name, hid_t type, const void *value)
{
    hid_t space = must(H5Screate(H5S_SCALAR));
    hid_t attribute = must(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT));
    failed |= H5Awrite(attribute, type, value) < 0;
    (void)H5Aclose(attribute);
    (void)H5Sclose(space);
}

/* W1, called empty, with these values as its shape. */
static void make_empty(const char *name, hsize_t n, const double *shape)
{
    static const unsigned char one = 1;
    hid_t file = create(name), text = H5Tcopy(H5T_C_S1);
    hid_t set = put(file, "W1", 1, &n, F64, DOUBLES, shape, H5P_DEFAULT);
    (void)H5Tset_size(text, 6);
    put_attribute(set, "MATLAB_class", text, "double");
    put_attribute(set, "MATLAB_empty", BYTES, &one);
    (void)H5Tclose(text);
    (void)H5Dclose(set);
    (void)H5Fclose(file);
}

/* ---- bombs ---------------------------------------------------------------------------------------- */

/* `n` links to one data set of 4,000,000 zeros in 4 kB. */
static void make_links(const char *name, int n)
{
    const hsize_t size = 4000000;
    unsigned char *zeros = calloc(size, 1);
    hid_t file = create(name), plist = chunked(1, &size);
    failed |= zeros == NULL;
    (void)H5Dclose(put(file, "W1", 1, &size, H5T_STD_U8LE, BYTES, zeros, plist));
    for (int i = 2; i <= n; i++) {
        char link[32];
        (void)snprintf(link, sizeof link, "W%d", i);
        failed |= H5Lcreate_hard(file, "W1", file, link, H5P_DEFAULT, H5P_DEFAULT) < 0;
    }
    (void)H5Pclose(plist);
    (void)H5Fclose(file);
    free(zeros);
}

/* 100 samples of 1,000,000 zeros, deflated. */
static void make_deflated(const char *name)
{
    const hsize_t dims[2] = {100, 1000000}, chunk[2] = {1, 1000000};
    unsigned char *zeros = calloc(dims[0], dims[1]);
    hid_t file = create(name), plist = chunked(2, chunk);
    failed |= zeros == NULL;
    (void)H5Dclose(put(file, "set_x", 2, dims, H5T_STD_U8LE, BYTES, zeros, plist));
    put_labels(file, dims[0]);
    (void)H5Pclose(plist);
    (void)H5Fclose(file);
    free(zeros);
}

/* 2000 samples of 1,000,000 bytes, of which one is stored. */
static void make_sparse(const char *name)
{
    const hsize_t dims[2] = {2000, 1000000}, one[2] = {1, 1000000}, start[2] = {0, 0};
    unsigned char *noise = malloc(one[1]);
    hid_t file = create(name), plist = chunked(2, one);
    hid_t set = put(file, "set_x", 2, dims, H5T_STD_U8LE, BYTES, NULL, plist);
    hid_t space = H5Dget_space(set), memory = H5Screate_simple(2, one, NULL);
    failed |= noise == NULL;
    for (unsigned i = 0, seed = 1; noise != NULL && i < one[1]; i++) {
        seed = seed * 1664525U + 1013904223U;
        noise[i] = (unsigned char)(seed >> 24);
    }
    failed |= H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, one, NULL) < 0 ||
              H5Dwrite(set, BYTES, memory, space, H5P_DEFAULT, noise) < 0;
    (void)H5Sclose(memory);
    (void)H5Sclose(space);
    (void)H5Dclose(set);
    put_labels(file, dims[0]);
    (void)H5Pclose(plist);
    (void)H5Fclose(file);
    free(noise);
}

/* Six rows in a chunk of 1 GB, which HDF5 would unpack as a whole. */
static void make_chunk(const char *name)
{
    const hsize_t dims[2] = {6, 2}, most[2] = {H5S_UNLIMITED, 2}, chunk[2] = {60000000, 2};
    const hsize_t corner[2] = {0, 0};
    static const char packed[1000000]; /* no deflated chunk: it is not looked at */
    hid_t file = create(name), plist = chunked(2, chunk);
    hid_t space = must(H5Screate_simple(2, dims, most));
    hid_t set = must(H5Dcreate2(file, "set_x", F64, space, H5P_DEFAULT, plist, H5P_DEFAULT));
    failed |= H5Dwrite_chunk(set, H5P_DEFAULT, 0, corner, sizeof packed, packed) < 0;
    (void)H5Dclose(set);
    (void)H5Sclose(space);
    put_labels(file, dims[0]);
    (void)H5Pclose(plist);
    (void)H5Fclose(file);
}

static void make_claim(const char *name)
{
    const hsize_t dims[2] = {1000000, 1000000};
    hid_t file = create(name);
    (void)H5Dclose(put(file, "set_x", 2, dims, F64, DOUBLES, NULL, H5P_DEFAULT));
    put_labels(file, 6);
    (void)H5Fclose(file);
}

/* Groups in groups, 3000 deep; circles of links. */
static void make_deep(const char *name)
{
    hid_t file = create(name), at = file;
    for (int i = 0; i < 3000; i++) {
        hid_t next = must(H5Gcreate2(at, "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
        if (at != file)
            (void)H5Gclose(at);
        at = next;
    }
    failed |= H5Lcreate_hard(file, "/", at, "up", H5P_DEFAULT, H5P_DEFAULT) < 0 ||
              H5Lcreate_soft("/b", file, "a", H5P_DEFAULT, H5P_DEFAULT) < 0 ||
              H5Lcreate_soft("/a", file, "b", H5P_DEFAULT, H5P_DEFAULT) < 0;
    (void)H5Gclose(at);
    (void)H5Fclose(file);
}

/* ---- other files ------------------------------------------------------------------------------------- */

static const double some[12] = {0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1};
static const hsize_t some_dims[2] = {6, 2};

static void make_linked(void)
{
    hid_t file = create("secret.h5"), plist, space;
    put_doubles(file, "set_x", 2, some_dims, some);
    (void)H5Fclose(file);
    file = create("external.h5");
    failed |=
        H5Lcreate_external("secret.h5", "/set_x", file, "set_x", H5P_DEFAULT, H5P_DEFAULT) < 0;
    put_labels(file, 6);
    (void)H5Fclose(file);
    file = create("soft_external.h5");
    failed |= H5Lcreate_external("secret.h5", "/", file, "ext", H5P_DEFAULT, H5P_DEFAULT) < 0 ||
              H5Lcreate_soft("/ext/set_x", file, "set_x", H5P_DEFAULT, H5P_DEFAULT) < 0;
    put_labels(file, 6);
    (void)H5Fclose(file);
    file = create("virtual.h5");
    plist = must(H5Pcreate(H5P_DATASET_CREATE));
    space = must(H5Screate_simple(2, some_dims, NULL));
    failed |= H5Pset_virtual(plist, space, "secret.h5", "set_x", space) < 0;
    (void)H5Dclose(put(file, "set_x", 2, some_dims, F64, DOUBLES, NULL, plist));
    (void)H5Sclose(space);
    (void)H5Pclose(plist);
    put_labels(file, 6);
    (void)H5Fclose(file);
    file = create("stored_elsewhere.h5");
    plist = must(H5Pcreate(H5P_DATASET_CREATE));
    failed |= H5Pset_external(plist, "secret.h5", 0, sizeof some) < 0;
    (void)H5Dclose(put(file, "set_x", 2, some_dims, F64, DOUBLES, NULL, plist));
    (void)H5Pclose(plist);
    put_labels(file, 6);
    (void)H5Fclose(file);
}

/* ---- nothing is wrong --------------------------------------------------------------------------------- */

static void make_whole(void)
{
    const hsize_t chunk[2] = {4, 2};
    hid_t file = create("whole.h5"), plist = chunked(2, chunk), group;
    (void)H5Dclose(put(file, "set_x", 2, some_dims, H5T_IEEE_F32LE, DOUBLES, some, plist));
    put_labels(file, 6);
    group = must(H5Gcreate2(file, "grads", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    put_doubles(group, "dW1", 2, some_dims, some);
    put_attribute(group, "seed", DOUBLES, some);
    (void)H5Gclose(group);
    (void)H5Pclose(plist);
    (void)H5Fclose(file);
    file = create("twice.h5"); /* one data set of two names */
    put_doubles(file, "set_x", 2, some_dims, some);
    put_labels(file, 6);
    failed |= H5Lcreate_hard(file, "set_x", file, "again", H5P_DEFAULT, H5P_DEFAULT) < 0;
    (void)H5Fclose(file);
}

/* 2000 pictures of 64 x 64 x 3 bytes, of which most are 0: 24 MB in about 1. */
static void make_pictures(void)
{
    const hsize_t dims[4] = {2000, 64, 64, 3}, chunk[4] = {64, 64, 64, 3};
    const size_t n = (size_t)2000 * 64 * 64 * 3;
    unsigned char *pixels = calloc(n, 1);
    unsigned seed = 1;
    hid_t file = create("pictures.h5"), plist = chunked(4, chunk);
    failed |= pixels == NULL;
    for (size_t i = 0; pixels != NULL && i < n; i += 40) {
        seed = seed * 1664525U + 1013904223U;
        pixels[i] = (unsigned char)(seed >> 24);
    }
    (void)H5Dclose(put(file, "train_set_x", 4, dims, H5T_STD_U8LE, BYTES, pixels, plist));
    put_labels(file, dims[0]);
    failed |= H5Lmove(file, "set_y", file, "train_set_y", H5P_DEFAULT, H5P_DEFAULT) < 0;
    (void)H5Pclose(plist);
    (void)H5Fclose(file);
    free(pixels);
}

int main(int argc, char **argv)
{
    const double ones[8] = {1, 1, 1, 1, 1, 1, 1, 1}, huge[2] = {40000, 10000}, few[2] = {3, 3};
    if (argc != 2 || chdir(argv[1]) != 0)
        return 2;
    make_empty("mat_overflow.mat", 8, ones);
    make_empty("mat_huge.mat", 2, huge);
    make_empty("mat_short.mat", 2, few);
    make_links("links.h5", 100);
    make_links("fewer_links.h5", 10);
    make_deflated("deflated.h5");
    make_sparse("sparse.h5");
    make_chunk("chunk.h5");
    make_claim("claim.h5");
    make_deep("deep.h5");
    make_linked();
    make_whole();
    make_pictures();
    return failed;
}
