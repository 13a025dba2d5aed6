/* The names of classes that a file has beside its arrays, in list_classes. */
#include "core/memory.h"
#include "data/hdf5_reader/file.h"
#include "data/labels.h"

/* The n strings of `length` bytes in an open array, sent with a NUL each. */
static crs_status send_strings(crs__hdf5_file *f, hid_t set, hid_t type, uint64_t n, size_t length)
{
    crs__hdf5_strings about = {n, length};
    hid_t memory = H5Tcopy(H5T_C_S1);
    char *text = n * (length + 1) > f->max_memory ? NULL : crs__alloc((size_t)n, length + 1);
    crs_status status;
    if (text == NULL)
        status = crs_error_set(&f->err, CRS_ENOMEM, "list_classes takes more memory than there is");
    else if (memory < 0 || H5Tset_size(memory, length + 1) < 0 ||
             H5Tset_cset(memory, H5Tget_cset(type)) < 0 ||
             H5Dread(set, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, text) < 0)
        status = crs__hdf5_refuse(f, "list_classes cannot be read");
    else
        status = crs__hdf5_send(f, CRS__HDF5_STRINGS_ARE, sizeof about, &about);
    if (status == CRS_OK)
        status = crs__hdf5_send_data(f, (size_t)n * (length + 1), text);
    if (memory >= 0)
        (void)H5Tclose(memory);
    crs__free(text);
    return status;
}

/*
 * list_classes, where it is there: strings of fixed length, one a class. Anything else under that
 * name is left alone.
 */
crs_status crs__hdf5_send_strings(crs__hdf5_file *f)
{
    hsize_t n[CRS__HDF5_RANK] = {0};
    hid_t set, space, type;
    int is_array;
    crs_status status = crs__hdf5_find(f, "list_classes", &is_array);
    if (status != CRS_OK || !is_array)
        return status;
    set = H5Dopen2(f->id, "list_classes", H5P_DEFAULT);
    space = set < 0 ? -1 : H5Dget_space(set);
    type = set < 0 ? -1 : H5Dget_type(set);
    if (space >= 0 && type >= 0 && H5Tget_class(type) == H5T_STRING &&
        H5Tis_variable_str(type) == 0 && H5Tget_size(type) < CRS__HDF5_NAME &&
        H5Sget_simple_extent_ndims(space) == 1 && H5Sget_simple_extent_dims(space, n, NULL) >= 0 &&
        n[0] >= 2 && n[0] <= CRS__LABELS_LIMIT)
        status = send_strings(f, set, type, n[0], H5Tget_size(type));
    if (type >= 0)
        (void)H5Tclose(type);
    if (space >= 0)
        (void)H5Sclose(space);
    if (set >= 0)
        (void)H5Dclose(set);
    return status;
}
