/*
 * An HDF5 or MATLAB file that the HDF5 library makes in memory from the input: groups, data sets
 * of many types, shapes and layouts, links, MATLAB's attributes; then some bytes changed. Read as
 * arrays and as samples.
 */
#include "reading.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if CRS_HAVE_HDF5
#include <hdf5.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "data/arrays_reader.h"
#include "data/hdf5_child.h"
#include "data/hdf5_reader/serve.h"

#define MAX_OBJECTS 6
#define MAX_RANK 10
#define MAX_BYTES 16384

static const char *const names[] = {"set_x",  "set_y",       "X",           "y",  "W1",
                                    "a",      "b",           "g",           "x1", "list_classes",
                                    "#refs#", "train_set_x", "train_set_y", "dW1"};

/* A name of the table or of the input, below a group now and then. */
static char *take_name(fuzz_input *in)
{
    unsigned which = fuzz_byte(in);
    char *text;
    if (which >= 224)
        return fuzz_text(in);
    text = malloc(64);
    must(text != NULL);
    (void)snprintf(text, 64, "%s%s", which >= 160 ? "g/" : "",
                   names[which % (sizeof names / sizeof *names)]);
    return text;
}

static hid_t text_type(size_t size)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    (void)H5Tset_size(type, size);
    return type;
}

static hid_t bool_type(void)
{
    hid_t type = H5Tenum_create(H5T_NATIVE_INT8);
    int8_t no = 0, yes = 1;
    (void)H5Tenum_insert(type, "FALSE", &no);
    (void)H5Tenum_insert(type, "TRUE", &yes);
    return type;
}

static hid_t pair_type(hid_t of)
{
    hid_t type = H5Tcreate(H5T_COMPOUND, 2 * H5Tget_size(of));
    (void)H5Tinsert(type, "real", 0, of);
    (void)H5Tinsert(type, "imag", H5Tget_size(of), of);
    return type;
}

static hid_t take_type(unsigned which)
{
    switch (which % 24) {
    case 0:
    case 1:
    case 2:
        return H5Tcopy(H5T_IEEE_F64LE);
    case 3:
        return H5Tcopy(H5T_IEEE_F32LE);
    case 4:
        return H5Tcopy(H5T_IEEE_F64BE);
    case 5:
        return H5Tcopy(H5T_STD_U8LE);
    case 6:
        return H5Tcopy(H5T_STD_I64LE);
    case 7:
        return H5Tcopy(H5T_STD_U64BE);
    case 8:
        return H5Tcopy(H5T_STD_I16BE);
    case 9:
        return H5Tcopy(H5T_STD_I32LE);
    case 10:
        return bool_type();
    case 11:
        return text_type(4);
    case 12:
        return text_type(H5T_VARIABLE);
    case 13:
        return pair_type(H5T_IEEE_F32LE);
    case 14:
        return H5Tcopy(H5T_STD_B16LE);
    case 15:
        return H5Tcopy(H5T_NATIVE_LDOUBLE);
    case 16:
        return H5Tcopy(H5T_STD_REF_OBJ);
    case 17:
        return H5Tvlen_create(H5T_IEEE_F64LE);
    default:
        return H5Tcopy(which & 32 ? H5T_IEEE_F64LE : H5T_STD_U8LE);
    }
}

/* Chunks, filters, compact storage, space that is claimed late, a fill value. */
static hid_t take_layout(fuzz_input *in, int rank)
{
    hid_t plist = H5Pcreate(H5P_DATASET_CREATE);
    unsigned how = fuzz_byte(in);
    if (how & 1 && rank > 0) {
        hsize_t chunk[MAX_RANK];
        for (int i = 0; i < rank; i++)
            chunk[i] = 1 + fuzz_byte(in) % 16;
        (void)H5Pset_chunk(plist, rank, chunk);
        if (how & 2)
            (void)H5Pset_shuffle(plist);
        if (how & 4)
            (void)H5Pset_deflate(plist, 6);
        if (how & 8)
            (void)H5Pset_fletcher32(plist);
    } else if (how & 16) {
        (void)H5Pset_layout(plist, H5D_COMPACT);
    } else if (how & 32) {
        (void)H5Pset_external(plist, "other.bin", 0, H5F_UNLIMITED);
    }
    if (how & 64)
        (void)H5Pset_alloc_time(plist, H5D_ALLOC_TIME_LATE);
    if (how & 128)
        (void)H5Pset_fill_time(plist, H5D_FILL_TIME_NEVER);
    return plist;
}

static void put_text_attribute(hid_t object, const char *name, const char *text)
{
    hid_t type = text_type(strlen(text) + (text[0] == '\0'));
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t id = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    if (id >= 0) {
        (void)H5Awrite(id, type, text);
        (void)H5Aclose(id);
    }
    (void)H5Sclose(space);
    (void)H5Tclose(type);
}

static void put_flag_attribute(hid_t object, const char *name)
{
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t id = H5Acreate2(object, name, H5T_STD_U8LE, space, H5P_DEFAULT, H5P_DEFAULT);
    unsigned char one = 1;
    if (id >= 0) {
        (void)H5Awrite(id, H5T_NATIVE_UCHAR, &one);
        (void)H5Aclose(id);
    }
    (void)H5Sclose(space);
}

/* What MATLAB says of a variable. */
static void put_matlab(fuzz_input *in, hid_t object)
{
    static const char *const classes[] = {"double", "single", "logical", "char",   "cell",
                                          "struct", "uint8",  "int64",   "uint64", ""};
    unsigned how = fuzz_byte(in);
    if (how & 128)
        put_text_attribute(object, "MATLAB_class", classes[how % 10]);
    if (how & 64)
        put_flag_attribute(object, "MATLAB_empty");
    if ((how & 48) == 48)
        put_flag_attribute(object, "MATLAB_sparse");
}

static void fill(fuzz_input *in, hid_t id, hid_t type, size_t n)
{
    size_t size = H5Tget_size(type);
    H5T_class_t class = H5Tget_class(type);
    uint8_t *values;
    if (class == H5T_VLEN || class == H5T_REFERENCE || H5Tis_variable_str(type) > 0 || n == 0)
        return;
    values = malloc(n * size);
    must(values != NULL);
    for (size_t i = 0; i < n * size; i++)
        values[i] = i < 64 ? (uint8_t)fuzz_byte(in) : (uint8_t)(i / size % 7);
    (void)H5Dwrite(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    free(values);
}

static void make_data_set(fuzz_input *in, hid_t file, const char *name)
{
    hsize_t dims[MAX_RANK];
    unsigned shape = fuzz_byte(in);
    int rank = (int)(shape % 4 == 3 && shape & 128 ? 1 + shape / 4 % (MAX_RANK - 1) : shape % 4);
    size_t n = 1;
    hid_t type = take_type(fuzz_byte(in)), space, layout, links, id;
    for (int i = 0; i < rank; i++) {
        unsigned dim = fuzz_byte(in);
        dims[i] = dim == 255 ? fuzz_number(in, 5) : dim % 16;
        n = dims[i] != 0 && n > MAX_BYTES / dims[i] ? MAX_BYTES + 1 : n * (size_t)dims[i];
    }
    space = shape == 64 ? H5Screate(H5S_NULL)
            : rank == 0 ? H5Screate(H5S_SCALAR)
                        : H5Screate_simple(rank, dims, NULL);
    layout = take_layout(in, rank);
    if (n > MAX_BYTES) /* what is claimed and never written */
        (void)H5Pset_alloc_time(layout, H5D_ALLOC_TIME_LATE);
    links = H5Pcreate(H5P_LINK_CREATE);
    (void)H5Pset_create_intermediate_group(links, 1);
    id = H5Dcreate2(file, name, type, space, links, layout, H5P_DEFAULT);
    if (id >= 0) {
        if (n <= MAX_BYTES / 16 && shape != 64)
            fill(in, id, type, n);
        put_matlab(in, id);
        (void)H5Dclose(id);
    }
    (void)H5Pclose(links);
    (void)H5Pclose(layout);
    (void)H5Sclose(space);
    (void)H5Tclose(type);
}

static void make_object(fuzz_input *in, hid_t file)
{
    unsigned kind = fuzz_byte(in);
    char *name = take_name(in), *target;
    hid_t group;
    if (name[0] == '\0' || kind % 8 < 5) {
        make_data_set(in, file, name[0] == '\0' ? "set_x" : name);
    } else if (kind % 8 == 5) {
        group = H5Gcreate2(file, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        if (group >= 0) {
            put_matlab(in, group);
            (void)H5Gclose(group);
        }
    } else {
        target = take_name(in);
        if (kind % 8 == 6 && kind & 128)
            (void)H5Lcreate_external("other.h5", target, file, name, H5P_DEFAULT, H5P_DEFAULT);
        else if (kind % 8 == 6)
            (void)H5Lcreate_soft(target, file, name, H5P_DEFAULT, H5P_DEFAULT);
        else
            (void)H5Lcreate_hard(file, kind & 128 ? "/" : target, file, name, H5P_DEFAULT,
                                 H5P_DEFAULT);
        free(target);
    }
    free(name);
}

static void make_file(fuzz_input *in, fuzz_memory *out)
{
    hid_t access = H5Pcreate(H5P_FILE_ACCESS), create = H5Pcreate(H5P_FILE_CREATE), file;
    unsigned how = fuzz_byte(in);
    size_t n = 1 + fuzz_byte(in) % MAX_OBJECTS;
    ssize_t size;
    (void)H5Pset_fapl_core(access, 4096, 0);
    if (how & 1)
        (void)H5Pset_libver_bounds(access, H5F_LIBVER_LATEST, H5F_LIBVER_LATEST);
    if (how & 2)
        (void)H5Pset_userblock(create, 512);
    file = H5Fcreate("made", H5F_ACC_TRUNC, create, access);
    must(file >= 0);
    for (size_t i = 0; i < n; i++)
        make_object(in, file);
    (void)H5Fflush(file, H5F_SCOPE_GLOBAL);
    size = H5Fget_file_image(file, NULL, 0);
    if (size > 0) {
        out->n = out->room = (size_t)size;
        out->bytes = malloc(out->n);
        must(out->bytes != NULL);
        must(H5Fget_file_image(file, out->bytes, out->n) == size);
    }
    (void)H5Fclose(file);
    (void)H5Pclose(create);
    (void)H5Pclose(access);
}
/* ---- the reader in this process ----------------------------------------------------------- */

/* What reads, in a thread, and the file as the library sees it. */
typedef struct reader {
    pthread_t thread;
    int line[2];
    crs__hdf5_stored stored;
    crs__data_state state;
    crs__data_file file;
} reader;

static int receive(void *ctx, crs__hdf5_request *out)
{
    return recv(((reader *)ctx)->line[1], out, sizeof *out, MSG_WAITALL) == (ssize_t)sizeof *out;
}

static int send_frame(void *ctx, uint32_t kind, uint32_t n, const void *bytes)
{
    crs__hdf5_frame frame = {kind, n};
    int line = ((reader *)ctx)->line[1];
    return send(line, &frame, sizeof frame, MSG_NOSIGNAL) == (ssize_t)sizeof frame &&
           send(line, bytes, n, MSG_NOSIGNAL) == (ssize_t)n;
}

static void *serve(void *ctx)
{
    reader *r = ctx;
    crs__hdf5_peer peer = {receive, send_frame, r};
    crs__hdf5_serve(&r->stored, r->state.budget.limit, &peer);
    must(close(r->line[1]) == 0);
    return NULL;
}

static void begin(const fuzz_memory *file, const char *path, reader *out)
{
    memset(out, 0, sizeof *out);
    out->stored = (crs__hdf5_stored){-1, file->bytes, file->n};
    out->file.fd = -1;
    out->file.path = path;
    (void)snprintf(out->file.shown, sizeof out->file.shown, "a.h5");
    out->file.is_regular = 1;
    out->file.size = file->n;
    out->file.state = &out->state;
    crs__budget_init(&out->state.budget, file->n, 0);
    must(socketpair(AF_UNIX, SOCK_STREAM, 0, out->line) == 0);
    crs__hdf5_child_attach(&out->file, out->line[0]);
    fuzz_watch(file->n);
    must(pthread_create(&out->thread, NULL, serve, out) == 0);
}

static void end(reader *r)
{
    crs__hdf5_child_stop(&r->file);
    must(pthread_join(r->thread, NULL) == 0);
    fuzz_rest();
}

/* A reader that has ended is not started again: there is no file to give it. */
static void read_here(const fuzz_memory *file, const char *path,
                      const crs_data_read_options *options)
{
    crs_error err;
    crs_arrays arrays = {0};
    crs_dataset data = {0};
    crs__data_job job = {.options = options, .err = &err};
    crs_status status;
    reader r;
    begin(file, path, &r);
    status = crs__hdf5_read_arrays(&r.file, &err, &arrays);
    end(&r);
    if (status != CRS_OK)
        fuzz_check_error(&err, status, 0);
    crs_arrays_release(&arrays);
    begin(file, path, &r);
    job.file = &r.file;
    status = crs__hdf5_read_samples(&job, &data);
    end(&r);
    if (status != CRS_OK) {
        fuzz_check_error(&err, status, 0);
        fuzz_check_zero(&data, sizeof data);
    }
    crs_dataset_release(&data);
}
#endif

/*
 * libhdf5 crashes on some damaged files: these are read by the process that the library starts,
 * as a user's are; whole ones in this process, where the fuzzer sees which code they reach.
 */
int fuzz_one(const uint8_t *bytes, size_t n)
{
#if CRS_HAVE_HDF5
    fuzz_input in = {bytes, n};
    fuzz_memory file = {0};
    fuzz_data_options options;
    const char *path;
    (void)H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    fuzz_data_options_take(&in, &options);
    make_file(&in, &file);
    if (fuzz_byte(&in) < 248) {
        read_here(&file, "made.h5", &options.how);
    } else {
        fuzz_flip(&file, &in);
        path = fuzz_file(n % 2 == 0 ? "made.h5" : "made.mat", file.bytes, file.n);
        (void)fuzz_read_arrays(path, file.n);
        options.how.format = options.how.format == NULL ? NULL : "hdf5";
        (void)fuzz_read_data(path, &options.how, file.n);
    }
    fuzz_data_options_release(&options);
    free(file.bytes);
#else
    (void)bytes;
    (void)n;
#endif
    return 0;
}
