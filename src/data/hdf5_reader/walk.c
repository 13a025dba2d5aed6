/*
 * Every array of numbers in an HDF5 file, or those of its root group. MATLAB's files since v7.3
 * are HDF5 too: a matrix there lies column by column, so that HDF5 sees its axes the other way
 * round, and says what it is in an attribute MATLAB_class.
 */
#include "data/hdf5_reader/file.h"

#include <stdio.h>
#include <string.h>

typedef struct walk {
    crs__hdf5_file *f;
    char inside[CRS__HDF5_NAME + 1]; /* a group whose content is left out: "W/"; or empty */
    crs_status status;
} walk;

/* ---- what is left out ---------------------------------------------------------------- */

static crs_status skip(walk *w, const char *shown, const char *what)
{
    crs__hdf5_about about = {.name = ""};
    (void)snprintf(about.skipped, sizeof about.skipped, "%s (%s)", shown, what);
    return crs__hdf5_send(w->f, CRS__HDF5_ARRAY, sizeof about, &about);
}

/* 1 where a type is that of complex numbers, as h5py and MATLAB write them. */
static int is_complex(hid_t type)
{
    return H5Tget_class(type) == H5T_COMPOUND && H5Tget_nmembers(type) == 2 &&
           H5Tget_member_class(type, 0) == H5T_FLOAT && H5Tget_member_class(type, 1) == H5T_FLOAT &&
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

static crs_status tell_numbers(walk *w, crs__hdf5_array *a)
{
    crs__hdf5_about about;
    crs_status status = crs__hdf5_describe(w->f, a, &about);
    return status == CRS_OK ? crs__hdf5_send(w->f, CRS__HDF5_ARRAY, sizeof about, &about) : status;
}

static crs_status tell_array(walk *w, const char *name)
{
    crs__hdf5_array a;
    const char *why;
    hid_t type = -1;
    crs_status status = crs__hdf5_array_open(w->f, name, &a);
    if (status == CRS_OK) {
        type = H5Dget_type(a.id);
        why = type < 0 ? NULL : why_skipped(type, a.matlab_class);
        if (type >= 0 && is_complex(type))
            status = crs__hdf5_refuse_array(w->f, &a, CRS_EUNSUPPORTED,
                                            "holds complex numbers, of which a net has none");
        else if (why != NULL)
            status = skip(w, a.shown, why);
        else
            status = tell_numbers(w, &a);
    }
    if (type >= 0)
        (void)H5Tclose(type);
    crs__hdf5_array_close(&a);
    return status;
}

/* ---- the walk ---------------------------------------------------------------------------- */

/* Groups that are something else than a group; what is inside is left out then. */
static crs_status look_at_group(walk *w, const char *name, const char *shown)
{
    int is_internal = strcmp(name, "#refs#") == 0 || strcmp(name, "#subsystem#") == 0;
    hid_t group = H5Oopen(w->f->id, name, H5P_DEFAULT);
    int is_sparse = group >= 0 && H5Aexists(group, "MATLAB_sparse") > 0;
    if (group >= 0)
        (void)H5Oclose(group);
    if (is_sparse || is_internal)
        (void)snprintf(w->inside, sizeof w->inside, "%s/", name);
    return is_sparse ? skip(w, shown, "a sparse matrix") : CRS_OK;
}

static herr_t visit(hid_t root, const char *name, const H5L_info_t *link, void *ctx)
{
    walk *w = ctx;
    char shown[CRS__SHOWN_FIELD];
    size_t inside = strlen(w->inside);
    int is_array;
    (void)root;
    if (link->type == H5L_TYPE_EXTERNAL || (inside > 0 && strncmp(name, w->inside, inside) == 0))
        return 0;
    crs__shown_text(name, strlen(name), shown, sizeof shown);
    if (strlen(name) >= CRS__HDF5_NAME) {
        w->status = skip(w, shown, "a name too long");
        return w->status == CRS_OK ? 0 : 1;
    }
    w->status = crs__hdf5_find(w->f, name, &is_array);
    if (w->status == CRS_OK)
        w->status = is_array ? tell_array(w, name) : look_at_group(w, name, shown);
    return w->status == CRS_OK ? 0 : 1;
}

crs_status crs__hdf5_send_walk(crs__hdf5_file *f)
{
    walk w = {.f = f};
    if (H5Lvisit(f->id, H5_INDEX_NAME, H5_ITER_INC, visit, &w) < 0 && w.status == CRS_OK)
        w.status = crs__hdf5_refuse(f, "its groups cannot be walked");
    return w.status;
}

/* ---- the root group ------------------------------------------------------------------------ */

static herr_t list(hid_t root, const char *name, const H5L_info_t *link, void *ctx)
{
    walk *w = ctx;
    int is_array = 0;
    (void)root;
    (void)link;
    if (name[0] == '\0' || strlen(name) >= CRS__HDF5_NAME)
        return 0;
    w->status = crs__hdf5_find(w->f, name, &is_array);
    if (w->status == CRS_OK && is_array)
        w->status = crs__hdf5_send(w->f, CRS__HDF5_NAME_IS, strlen(name), name);
    return w->status == CRS_OK ? 0 : 1;
}

crs_status crs__hdf5_send_list(crs__hdf5_file *f)
{
    walk w = {.f = f};
    if (H5Literate(f->id, H5_INDEX_NAME, H5_ITER_INC, NULL, list, &w) < 0 && w.status == CRS_OK)
        w.status = crs__hdf5_refuse(f, "its root group cannot be read");
    return w.status;
}
