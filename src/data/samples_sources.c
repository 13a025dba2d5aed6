/* Formats whose readers are parts, as sources of samples. */
#include "data/arrays_reader.h"

crs_status crs__npz_read_samples(crs__data_job *job, crs_dataset *out)
{
    static const crs__array_source source = {"NPZ", "array", 1, crs__npz_list, crs__npz_open, NULL};
    return crs__samples_read(&source, job, out);
}

crs_status crs__hdf5_read_samples(crs__data_job *job, crs_dataset *out)
{
    static const crs__array_source source = {
        "HDF5", "data set", 1, crs__hdf5_list, crs__hdf5_open_array, crs__hdf5_class_names};
    return crs__samples_read(&source, job, out);
}
