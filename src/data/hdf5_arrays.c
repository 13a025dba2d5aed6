/*
 * Every array of numbers in an HDF5 file. MATLAB's files since v7.3 are HDF5 too: a matrix
 * there lies column by column, so that HDF5 sees its axes the other way round, and says what
 * it is in an attribute MATLAB_class.
 */
#include "core/memory.h"
#include "core/text.h"
#include "data/arrays_reader.h"
#include "data/hdf5_file.h"

#include <stdio.h>
#include <string.h>

typedef struct walk {
    crs__hdf5_file f;
    crs_arrays *out;
    crs__text skipped;
    char inside[CRS__HDF5_NAME]; /* a group whose content is left out: "W/"; empty for none */
    crs_status status;
} walk;

/* ---- MATLAB's attributes -------------------------------------------------------- */

/* The string attribute `name` of an object, cut to fit; 0 and "" where there is none. */
static int take_text_attribute(hid_t object, const char *name, char *text, size_t size)
{
    hid_t attribute, type, memory;
    int ok = 0;
    text[0] = '\0';
    if (H5Aexists(object, name) <= 0)
        return 0;
    attribute = H5Aopen(object, name, H5P_DEFAULT);
    type = attribute < 0 ? -1 : H5Aget_type(attribute);
    memory = H5Tcopy(H5T_C_S1);
    if (type >= 0 && H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0 &&
        H5Aget_storage_size(attribute) <= H5Tget_size(type) && H5Tset_size(memory, size) >= 0)
        ok = H5Aread(attribute, memory, text) >= 0;
    text[ok ? size - 1 : 0] = '\0';
    if (memory >= 0)
        (void)H5Tclose(memory);
    if (type >= 0)
        (void)H5Tclose(type);
    if (attribute >= 0)
        (void)H5Aclose(attribute);
    return ok;
}

/* ---- what is left out ---------------------------------------------------------------- */

static void skip(walk *w, const char *shown, const char *what)
{
    crs__text_append(&w->skipped, "%s%s (%s)", w->skipped.length > 0 ? ", " : "", shown, what);
}

/* 1 where a type is that of complex numbers, as h5py and MATLAB write them. */
static int is_complex(hid_t type)
{
    return H5Tget_nmembers(type) == 2 && H5Tget_member_class(type, 0) == H5T_FLOAT &&
           H5Tget_member_class(type, 1) == H5T_FLOAT &&
           ((H5Tget_member_index(type, "r") == 0 && H5Tget_member_index(type, "i") == 1) ||
            (H5Tget_member_index(type, "real") == 0 && H5Tget_member_index(type, "imag") == 1));
}

/* Why an array is left out, NULL for numbers. */
static const char *why_skipped(hid_t type, const char *matlab_class)
{
    if (strcmp(matlab_class, "char") == 0)
        return "text";
    if (strcmp(matlab_class, "cell") == 0)
        return "a cell";
    switch (H5Tget_class(type)) {
    case H5T_INTEGER:
    case H5T_FLOAT:
    case H5T_ENUM:
        return NULL;
    case H5T_STRING:
        return "text";
    case H5T_COMPOUND:
        return "records";
    case H5T_REFERENCE:
        return "references";
    default:
        return "no numbers";
    }
}

/* ---- an array ------------------------------------------------------------------------- */

/* The n values of an open array, in the file's order. */
static crs_status read_values(walk *w, const crs__hdf5_array *a, size_t n, double *out)
{
    const crs__element *e = a->element;
    /* whole numbers that a double may not hold are looked at one by one */
    int is_wide =
        e->size == 8 && (e->kind == CRS__ELEMENT_SIGNED || e->kind == CRS__ELEMENT_UNSIGNED);
    hid_t memory = !is_wide                         ? H5T_NATIVE_DOUBLE
                   : e->kind == CRS__ELEMENT_SIGNED ? H5T_STD_I64LE
                                                    : H5T_STD_U64LE;
    size_t decoded;
    if (n > 0 && H5Dread(a->id, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, out) < 0)
        return crs__hdf5_refuse(&w->f, "an array cannot be read");
    decoded = is_wide ? crs__element_decode(e, 0, (const unsigned char *)out, n, out) : n;
    if (decoded == n)
        return CRS_OK;
    return crs_error_set(w->f.err, CRS_EUNSUPPORTED,
                         "%s: data set '%s': element %zu (from 0, in the file's order) is a %s "
                         "that no double holds exactly",
                         w->f.file->shown, a->shown, decoded, e->name);
}

/* MATLAB stores of an empty matrix its shape as the values. */
static crs_status take_empty(walk *w, const crs__hdf5_array *a, const char *where,
                             crs__array_shape *shape)
{
    double dims[CRS__HDF5_RANK];
    crs_status status = CRS_OK;
    hsize_t n = a->rank == 1 ? a->shape[0] : 0;
    if (n == 0 || n > CRS_ARRAY_MAX_DIMS ||
        H5Dread(a->id, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, dims) < 0)
        return crs__hdf5_refuse(&w->f, "an empty matrix has no shape");
    crs__array_shape_init(shape);
    for (hsize_t i = 0; i < n && status == CRS_OK; i++)
        status = crs__array_shape_add(shape, dims[i] > 0 && dims[i] < 1e15 ? (uint64_t)dims[i] : 0,
                                      where, w->f.err);
    return status;
}

static crs_status take_shape(walk *w, const crs__hdf5_array *a, int is_matlab, const char *where,
                             crs__array_shape *shape)
{
    crs_status status = CRS_OK;
    crs__array_shape_init(shape);
    for (int i = 0; i < a->rank && status == CRS_OK; i++)
        status =
            crs__array_shape_add(shape, a->shape[is_matlab ? a->rank - 1 - i : i], where, w->f.err);
    if (is_matlab && status == CRS_OK && H5Aexists(a->id, "MATLAB_empty") > 0)
        status = take_empty(w, a, where, shape);
    return status;
}

/* MATLAB's logicals are stored as uint8, and the shape of what is empty as uint64. */
static const crs__element *shown_element(const char *matlab_class, const crs__element *stored)
{
    if (strcmp(matlab_class, "logical") == 0)
        return crs__element_of(CRS__ELEMENT_BOOL, 1);
    if (strcmp(matlab_class, "double") == 0)
        return crs__element_of(CRS__ELEMENT_FLOAT, 8);
    if (strcmp(matlab_class, "single") == 0)
        return crs__element_of(CRS__ELEMENT_FLOAT, 4);
    return stored;
}

static crs_status add_numbers(walk *w, crs__hdf5_array *a, const char *matlab_class)
{
    char where[CRS__ARRAYS_WHERE];
    int is_matlab = matlab_class[0] != '\0';
    crs__array_shape shape;
    double *values;
    crs_status status = crs__hdf5_inspect(&w->f, a);
    if (status != CRS_OK)
        return status;
    if (a->element == NULL)
        return crs__hdf5_refuse_array(&w->f, a, CRS_EUNSUPPORTED,
                                      "holds numbers of more than 64 bits, or of an odd form");
    (void)snprintf(where, sizeof where, "%s: data set '%s'", w->f.file->shown, a->shown);
    status = take_shape(w, a, is_matlab, where, &shape);
    if (status != CRS_OK)
        return status;
    values = crs__alloc(shape.n, sizeof *values);
    if (values == NULL)
        return crs_error_set(w->f.err, CRS_ENOMEM, "%s: no memory for its %zu numbers", where,
                             shape.n);
    status = read_values(w, a, shape.n, values);
    if (status != CRS_OK) {
        crs__free(values);
        return status;
    }
    a->element = shown_element(matlab_class, a->element);
    return crs__arrays_place(w->out, a->name, a->element, &shape, is_matlab, values, where,
                             w->f.err);
}

static crs_status add_array(walk *w, crs__hdf5_array *a)
{
    char matlab_class[16];
    const char *why;
    crs_status status;
    hid_t type;
    a->id = H5Dopen2(w->f.id, a->name, H5P_DEFAULT);
    if (a->id < 0)
        return crs__hdf5_refuse(&w->f, "a data set cannot be opened");
    (void)take_text_attribute(a->id, "MATLAB_class", matlab_class, sizeof matlab_class);
    type = H5Dget_type(a->id);
    why = type < 0 ? NULL : why_skipped(type, matlab_class);
    if (type >= 0 && H5Tget_class(type) == H5T_COMPOUND && is_complex(type)) {
        status = crs__hdf5_refuse_array(&w->f, a, CRS_EUNSUPPORTED,
                                        "holds complex numbers, of which a net has none");
    } else if (why != NULL) {
        skip(w, a->shown, why);
        status = CRS_OK;
    } else {
        status = add_numbers(w, a, matlab_class);
    }
    if (type >= 0)
        (void)H5Tclose(type);
    (void)H5Dclose(a->id);
    return status;
}

/* ---- the walk ---------------------------------------------------------------------------- */

/* Groups that stand for something else than a group; what is inside is left out then. */
static void look_at_group(walk *w, const char *name, const char *shown)
{
    int is_internal = strcmp(name, "#refs#") == 0 || strcmp(name, "#subsystem#") == 0;
    hid_t group = H5Oopen(w->f.id, name, H5P_DEFAULT);
    int is_sparse = group >= 0 && H5Aexists(group, "MATLAB_sparse") > 0;
    if (group >= 0)
        (void)H5Oclose(group);
    if (is_sparse)
        skip(w, shown, "a sparse matrix");
    if (is_sparse || is_internal)
        (void)snprintf(w->inside, sizeof w->inside, "%s/", name);
}

static herr_t visit(hid_t root, const char *name, const H5L_info_t *link, void *ctx)
{
    walk *w = ctx;
    crs__hdf5_array a = {.id = -1};
    size_t inside = strlen(w->inside);
    (void)root;
    if (link->type == H5L_TYPE_EXTERNAL || (inside > 0 && strncmp(name, w->inside, inside) == 0))
        return 0;
    crs__shown_text(name, strlen(name), a.shown, sizeof a.shown);
    if (strlen(name) >= sizeof a.name) {
        skip(w, a.shown, "a name too long");
        return 0;
    }
    (void)snprintf(a.name, sizeof a.name, "%s", name);
    if (!crs__hdf5_is_array(&w->f, name))
        look_at_group(w, name, a.shown);
    else
        w->status = add_array(w, &a);
    return w->status == CRS_OK ? 0 : 1;
}

crs_status crs__hdf5_read_arrays(const crs__data_file *file, crs_error *err, crs_arrays *out)
{
    walk w = {.out = out};
    w.status = crs__hdf5_open(file, err, &w.f);
    if (w.status == CRS_OK && H5Lvisit(w.f.id, H5_INDEX_NAME, H5_ITER_INC, visit, &w) < 0)
        w.status = crs__hdf5_refuse(&w.f, "its groups cannot be walked");
    crs__hdf5_close(&w.f);
    if (w.status == CRS_OK && w.skipped.failed)
        w.status = crs_error_set(err, CRS_ENOMEM, "%s: not enough memory to read it", file->shown);
    out->skipped = w.skipped.data;
    return w.status;
}
