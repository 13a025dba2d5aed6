#include "data/hdf5_reader/file.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/*
 * Compression makes no more than this of a stored byte (deflate: 1032). A file
 * that claims more is damaged or bait, and is refused before memory is asked for.
 */
#define MAX_EXPANSION 2048

/* Bytes of the widest number HDF5 knows, long double; a damaged type may claim gigabytes. */
#define MAX_NUMBER 16

/* ---- refusals ------------------------------------------------------------------------ */

typedef struct cause {
    char text[128];
    int is_memory;
} cause;

/* The innermost entry of the error stack is the cause. */
static herr_t take_cause(unsigned depth, const H5E_error2_t *entry, void *arg)
{
    cause *c = arg;
    (void)depth;
    if (entry->desc != NULL)
        crs__shown_text(entry->desc, strlen(entry->desc), c->text, sizeof c->text);
    c->is_memory = entry->maj_num == H5E_RESOURCE &&
                   (entry->min_num == H5E_NOSPACE || entry->min_num == H5E_CANTALLOC);
    return 0;
}

crs_status crs__hdf5_refuse(crs__hdf5_file *f, const char *what)
{
    cause c = {"unknown cause", 0};
    (void)H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, take_cause, &c);
    (void)H5Eclear2(H5E_DEFAULT);
    return crs_error_set(&f->err, c.is_memory ? CRS_ENOMEM : CRS_EFORMAT, "%s (HDF5: %s)", what,
                         c.text);
}

crs_status crs__hdf5_refuse_array(crs__hdf5_file *f, const crs__hdf5_array *a, crs_status status,
                                  const char *why)
{
    return crs_error_set(&f->err, status, "data set '%s' %s", a->shown, why);
}

/* ---- the file and its arrays ------------------------------------------------------------ */

crs_status crs__hdf5_open(crs__hdf5_file *f)
{
    crs_status status;
    hid_t access;
    /* HDF5 prints its error stack to stderr unless told not to */
    (void)H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    access = crs__hdf5_driver_offer(f->stored);
    f->id = access < 0 ? -1 : H5Fopen("crease", H5F_ACC_RDONLY, access);
    status = f->id < 0 ? crs__hdf5_refuse(f, "cannot be opened as an HDF5 file") : CRS_OK;
    crs__hdf5_driver_close(access);
    return status;
}

void crs__hdf5_close(crs__hdf5_file *f)
{
    crs__hdf5_array_close(&f->opened);
    if (f->id >= 0)
        (void)H5Fclose(f->id);
    f->id = -1;
}

crs_status crs__hdf5_find(crs__hdf5_file *f, const char *name, int *found)
{
    unsigned refused = crs__hdf5_driver_refused();
    char shown[CRS__SHOWN_FIELD];
    H5L_info_t link;
    hid_t object;
    *found = 0;
    if (H5Lget_info(f->id, name, &link, H5P_DEFAULT) >= 0 && link.type != H5L_TYPE_EXTERNAL) {
        object = H5Oopen(f->id, name, H5P_DEFAULT);
        *found = object >= 0 && H5Iget_type(object) == H5I_DATASET;
        if (object >= 0)
            (void)H5Oclose(object);
    }
    if (crs__hdf5_driver_refused() == refused)
        return CRS_OK;
    (void)H5Eclear2(H5E_DEFAULT);
    crs__shown_text(name, strlen(name), shown, sizeof shown);
    return crs_error_set(&f->err, CRS_EFORMAT,
                         "the link '%s' leads into another file; only what is in this one is read",
                         shown);
}

/* The string attribute `name` of an object, cut to fit; "" where there is none. */
static void take_text_attribute(hid_t object, const char *name, char *text, size_t size)
{
    hid_t attribute, type, memory;
    int ok = 0;
    text[0] = '\0';
    if (H5Aexists(object, name) <= 0)
        return;
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
}

crs_status crs__hdf5_array_open(crs__hdf5_file *f, const char *name, crs__hdf5_array *a)
{
    memset(a, 0, sizeof *a);
    (void)snprintf(a->name, sizeof a->name, "%s", name);
    crs__shown_text(name, strlen(name), a->shown, sizeof a->shown);
    a->id = H5Dopen2(f->id, name, H5P_DEFAULT);
    if (a->id < 0)
        return crs__hdf5_refuse(f, "a data set cannot be opened");
    take_text_attribute(a->id, "MATLAB_class", a->matlab_class, sizeof a->matlab_class);
    return CRS_OK;
}

void crs__hdf5_array_close(crs__hdf5_array *a)
{
    if (a->id >= 0)
        (void)H5Dclose(a->id);
    a->id = -1;
}

/* ---- what an array is --------------------------------------------------------------------- */

/* 1 where an array's values are in this file, not in others beside it. */
static int is_self_contained(hid_t id)
{
    hid_t plist = H5Dget_create_plist(id);
    int result =
        plist >= 0 && H5Pget_external_count(plist) == 0 && H5Pget_layout(plist) != H5D_VIRTUAL;
    if (plist >= 0)
        (void)H5Pclose(plist);
    return result;
}

/* The element that an HDF5 type is, whatever its byte order; NULL for none of element.h's. */
static const crs__element *element_of(hid_t type, H5T_class_t class, size_t size)
{
    size_t sign, exponent, exponent_size, mantissa, digits = 0;
    if (class == H5T_ENUM) /* h5py's bool: FALSE and TRUE of one byte */
        return crs__element_of(size == 1 && H5Tget_nmembers(type) == 2 ? CRS__ELEMENT_BOOL
                                                                       : CRS__ELEMENT_SIGNED,
                               size);
    if (class == H5T_INTEGER)
        return crs__element_of(
            H5Tget_sign(type) == H5T_SGN_NONE ? CRS__ELEMENT_UNSIGNED : CRS__ELEMENT_SIGNED, size);
    if (H5Tget_fields(type, &sign, &exponent, &exponent_size, &mantissa, &digits) < 0)
        return NULL;
    for (int bfloat = 0; bfloat < 2; bfloat++) {
        const crs__element *e =
            crs__element_of(bfloat ? CRS__ELEMENT_BFLOAT : CRS__ELEMENT_FLOAT, size);
        if (e != NULL && e->roundoff == ldexp(0.5, -(int)digits))
            return e;
    }
    return NULL;
}

static crs_status inspect(crs__hdf5_file *f, crs__hdf5_array *a)
{
    hid_t space = H5Dget_space(a->id);
    hid_t type = H5Dget_type(a->id);
    H5T_class_t class = type < 0 ? H5T_NO_CLASS : H5Tget_class(type);
    size_t size = type < 0 ? 0 : H5Tget_size(type);
    hsize_t stored = H5Dget_storage_size(a->id);
    hssize_t count = space < 0 ? -1 : H5Sget_simple_extent_npoints(space);
    crs_status status = CRS_OK;
    a->rank = space < 0 ? -1 : H5Sget_simple_extent_ndims(space);
    if (a->rank < 0 || a->rank > CRS__HDF5_RANK || count < 0 || size == 0 ||
        H5Sget_simple_extent_dims(space, a->shape, NULL) < 0)
        status = crs__hdf5_refuse(f, "a data set's shape cannot be read");
    else if ((class != H5T_INTEGER && class != H5T_FLOAT && class != H5T_ENUM) || size > MAX_NUMBER)
        status = crs__hdf5_refuse_array(f, a, CRS_EFORMAT, "holds no numbers");
    else if (!is_self_contained(a->id))
        status = crs__hdf5_refuse_array(f, a, CRS_EFORMAT, "keeps its values in other files");
    else if (stored > f->stored->size || (hsize_t)count / MAX_EXPANSION > stored / size)
        status =
            crs__hdf5_refuse_array(f, a, CRS_EFORMAT, "claims more values than the file stores");
    if (status == CRS_OK) {
        a->n = (hsize_t)count;
        a->element = element_of(type, class, size);
        if (a->element == NULL)
            status = crs__hdf5_refuse_array(
                f, a, CRS_EUNSUPPORTED, "holds numbers of more than 64 bits, or of an odd form");
    }
    if (type >= 0)
        (void)H5Tclose(type);
    if (space >= 0)
        (void)H5Sclose(space);
    return status;
}

/* MATLAB stores of an empty matrix its shape as the values: one of them is 0, and there are no
 * others. */
static crs_status take_empty(crs__hdf5_file *f, const crs__hdf5_array *a, crs__hdf5_about *out)
{
    double dims[CRS__HDF5_RANK];
    int has_zero = 0;
    if (a->rank != 1 || a->n == 0 || a->n > CRS__HDF5_RANK ||
        H5Dread(a->id, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, dims) < 0)
        return crs__hdf5_refuse_array(f, a, CRS_EFORMAT,
                                      "is called empty (MATLAB_empty), but holds no shape");
    out->is_empty = 1;
    out->rank = (uint32_t)a->n;
    for (hsize_t i = 0; i < a->n; i++) {
        if (!(dims[i] >= 0 && dims[i] < 0x1p53 && dims[i] == floor(dims[i])))
            return crs__hdf5_refuse_array(
                f, a, CRS_EFORMAT, "is called empty (MATLAB_empty), but its shape is no shape");
        out->dims[i] = (uint64_t)dims[i];
        has_zero |= dims[i] == 0;
    }
    if (!has_zero)
        return crs__hdf5_refuse_array(
            f, a, CRS_EFORMAT, "is called empty (MATLAB_empty), but no axis of its shape is 0");
    return CRS_OK;
}

/* MATLAB's logicals are stored as uint8, and the shape of what is empty as uint64. */
static const crs__element *shown_element(const crs__hdf5_array *a)
{
    if (strcmp(a->matlab_class, "logical") == 0)
        return crs__element_of(CRS__ELEMENT_BOOL, 1);
    if (strcmp(a->matlab_class, "double") == 0)
        return crs__element_of(CRS__ELEMENT_FLOAT, 8);
    if (strcmp(a->matlab_class, "single") == 0)
        return crs__element_of(CRS__ELEMENT_FLOAT, 4);
    return a->element;
}

crs_status crs__hdf5_describe(crs__hdf5_file *f, crs__hdf5_array *a, crs__hdf5_about *out)
{
    crs_status status = inspect(f, a);
    const crs__element *shown, *sent;
    hid_t memory;
    memset(out, 0, sizeof *out);
    if (status != CRS_OK)
        return status;
    shown = shown_element(a);
    sent = crs__hdf5_sent_as(a->element, &memory);
    (void)snprintf(out->name, sizeof out->name, "%s", a->name);
    for (int i = 0; i < a->rank; i++)
        out->dims[i] = a->shape[i];
    out->rank = (uint32_t)a->rank;
    out->shown_kind = (uint32_t)shown->kind;
    out->shown_size = (uint32_t)shown->size;
    out->kind = (uint32_t)sent->kind;
    out->size = (uint32_t)sent->size;
    out->work = crs__hdf5_slab_work(a);
    out->is_matlab = a->matlab_class[0] != '\0';
    if (out->is_matlab && H5Aexists(a->id, "MATLAB_empty") > 0)
        status = take_empty(f, a, out);
    return status;
}
