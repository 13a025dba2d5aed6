#include "data/hdf5_reader/serve.h"

#include "data/hdf5_reader/file.h"

#include <string.h>

crs_status crs__hdf5_send(crs__hdf5_file *f, uint32_t kind, size_t n, const void *bytes)
{
    if (f->peer->send(f->peer->ctx, kind, (uint32_t)n, bytes))
        return CRS_OK;
    return crs_error_set(&f->err, CRS_EIO, "the library is gone");
}

crs_status crs__hdf5_send_data(crs__hdf5_file *f, size_t n, const void *bytes)
{
    const char *at = bytes;
    crs_status status = CRS_OK;
    while (n > 0 && status == CRS_OK) {
        size_t part = n < CRS__HDF5_BLOCK ? n : CRS__HDF5_BLOCK;
        status = crs__hdf5_send(f, CRS__HDF5_DATA, part, at);
        at += part;
        n -= part;
    }
    return status;
}

static crs_status open_array(crs__hdf5_file *f, const char *name)
{
    crs__hdf5_about about;
    int is_array = 0;
    crs_status status = CRS_OK;
    crs__hdf5_array_close(&f->opened);
    if (name[0] != '\0')
        status = crs__hdf5_find(f, name, &is_array);
    if (status != CRS_OK)
        return status;
    if (!is_array)
        return crs_error_set(&f->err, CRS_ENOENT, "no data set of that name");
    status = crs__hdf5_array_open(f, name, &f->opened);
    if (status == CRS_OK)
        status = crs__hdf5_describe(f, &f->opened, &about);
    if (status == CRS_OK)
        return crs__hdf5_send(f, CRS__HDF5_ARRAY, sizeof about, &about);
    crs__hdf5_array_close(&f->opened);
    return status;
}

static crs_status answer(crs__hdf5_file *f, const crs__hdf5_request *request)
{
    if (f->id < 0) {
        crs_status status = crs__hdf5_open(f);
        if (status != CRS_OK)
            return status;
    }
    switch (request->what) {
    case CRS__HDF5_LIST:
        return crs__hdf5_send_list(f);
    case CRS__HDF5_WALK:
        return crs__hdf5_send_walk(f);
    case CRS__HDF5_OPEN:
        return open_array(f, request->name);
    case CRS__HDF5_READ:
        if (f->opened.id >= 0)
            return crs__hdf5_slab_send(f, &f->opened);
        break;
    case CRS__HDF5_STRINGS:
        return crs__hdf5_send_strings(f);
    default:
        break;
    }
    return crs_error_set(&f->err, CRS_EINVAL, "a request that makes no sense");
}

static int send_end(crs__hdf5_file *f, crs_status status)
{
    struct {
        uint32_t status;
        char text[CRS__HDF5_TEXT];
    } reason = {(uint32_t)status, ""};
    size_t n;
    if (status == CRS_OK)
        return f->peer->send(f->peer->ctx, CRS__HDF5_DONE, 0, "");
    n = strlen(f->err.text);
    n = n < sizeof reason.text ? n : sizeof reason.text;
    memcpy(reason.text, f->err.text, n);
    return f->peer->send(f->peer->ctx, CRS__HDF5_REFUSED, (uint32_t)(sizeof reason.status + n),
                         &reason);
}

void crs__hdf5_serve(const crs__hdf5_stored *file, uint64_t max_memory, const crs__hdf5_peer *peer)
{
    crs__hdf5_file f = {.stored = file, .peer = peer, .max_memory = max_memory, .id = -1};
    crs__hdf5_request request;
    f.opened.id = -1;
    while (peer->receive(peer->ctx, &request)) {
        request.name[sizeof request.name - 1] = '\0';
        if (!send_end(&f, answer(&f, &request)))
            break;
    }
    crs__hdf5_close(&f);
}
