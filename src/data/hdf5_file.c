#include "data/hdf5_file.h"

#include <math.h>
#include <string.h>

/*
 * Compression makes no more than this of a stored byte (deflate: 1032). A file
 * that claims more is damaged or bait, and is refused before memory is asked for.
 */
#define MAX_EXPANSION 2048

/* Bytes of the widest number HDF5 knows, long double; a damaged type may claim gigabytes. */
#define MAX_NUMBER 16

/* The innermost entry of the error stack is the cause. */
static herr_t take_cause(unsigned depth, const H5E_error2_t *entry, void *arg)
{
    (void)depth;
    if (entry->desc != NULL)
        crs__shown_text(entry->desc, strlen(entry->desc), arg, 128);
    return 0;
}

crs_status crs__hdf5_refuse(const crs__hdf5_file *f, const char *what)
{
    char cause[128] = "unknown cause";
    (void)H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, take_cause, cause);
    (void)H5Eclear2(H5E_DEFAULT);
    return crs_error_set(f->err, CRS_EFORMAT, "%s: %s (HDF5: %s)", f->file->shown, what, cause);
}

crs_status crs__hdf5_open(const crs__data_file *file, crs_error *err, crs__hdf5_file *out)
{
    out->file = file;
    out->err = err;
    /* HDF5 prints its error stack to stderr unless told not to */
    (void)H5Eget_auto2(H5E_DEFAULT, &out->printer, &out->printer_data);
    (void)H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    out->id = H5Fopen(file->path, H5F_ACC_RDONLY, H5P_DEFAULT);
    return out->id < 0 ? crs__hdf5_refuse(out, "cannot be opened as an HDF5 file") : CRS_OK;
}

void crs__hdf5_close(crs__hdf5_file *f)
{
    if (f->file == NULL)
        return;
    if (f->id >= 0)
        (void)H5Fclose(f->id);
    (void)H5Eset_auto2(H5E_DEFAULT, f->printer, f->printer_data);
}

int crs__hdf5_is_array(const crs__hdf5_file *f, const char *name)
{
    H5L_info_t link;
    hid_t object;
    int result;
    if (H5Lget_info(f->id, name, &link, H5P_DEFAULT) < 0 || link.type == H5L_TYPE_EXTERNAL)
        return 0;
    object = H5Oopen(f->id, name, H5P_DEFAULT);
    if (object < 0)
        return 0;
    result = H5Iget_type(object) == H5I_DATASET;
    (void)H5Oclose(object);
    return result;
}

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

crs_status crs__hdf5_refuse_array(const crs__hdf5_file *f, const crs__hdf5_array *a,
                                  crs_status status, const char *why)
{
    return crs_error_set(f->err, status, "%s: data set '%s' %s", f->file->shown, a->shown, why);
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

crs_status crs__hdf5_inspect(const crs__hdf5_file *f, crs__hdf5_array *a)
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
    else if (stored > f->file->size || (hsize_t)count / MAX_EXPANSION > stored / size)
        status =
            crs__hdf5_refuse_array(f, a, CRS_EFORMAT, "claims more values than the file stores");
    if (status == CRS_OK)
        a->element = element_of(type, class, size);
    if (type >= 0)
        (void)H5Tclose(type);
    if (space >= 0)
        (void)H5Sclose(space);
    return status;
}
