#include "data/hdf5_child.h"
#include "data/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

void crs__data_system_text(int code, char *text, size_t size)
{
    if (code == ENOENT)
        (void)snprintf(text, size, "no such file");
    else if (strerror_r(code, text, size) != 0)
        (void)snprintf(text, size, "system error %d", code);
}

crs_status crs__data_open(const char *path, size_t max_memory, crs_error *err,
                          crs__data_state *state, crs__data_file *out)
{
    struct stat info;
    char reason[128];
    memset(out, 0, sizeof *out);
    memset(state, 0, sizeof *state);
    state->hdf5_line = -1;
    out->state = state;
    out->path = path;
    crs__shown_path(path, out->shown, sizeof out->shown);
    out->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (out->fd < 0 || fstat(out->fd, &info) != 0) {
        int code = errno;
        crs__data_system_text(code, reason, sizeof reason);
        return crs_error_set(err, code == ENOENT ? CRS_ENOENT : CRS_EIO, "%s: cannot be read: %s",
                             out->shown, reason);
    }
    if (S_ISDIR(info.st_mode))
        return crs_error_set(err, CRS_EIO, "%s: is a folder; expected a file", out->shown);
    if (!S_ISREG(info.st_mode) && !S_ISFIFO(info.st_mode))
        return crs_error_set(err, CRS_EIO, "%s: is a device or socket; expected a file or a pipe",
                             out->shown);
    out->is_regular = S_ISREG(info.st_mode);
    out->size = out->is_regular ? (uint64_t)info.st_size : 0;
    crs__budget_init(&state->budget, out->size, max_memory);
    return CRS_OK;
}

void crs__data_close(crs__data_file *file)
{
    crs__hdf5_child_stop(file);
    if (file->fd >= 0)
        (void)close(file->fd);
    file->fd = -1;
}

crs_status crs__data_head(const crs__data_file *file, unsigned char head[CRS__DATA_HEAD],
                          crs_error *err, size_t *n)
{
    char reason[128];
    ssize_t got = file->is_regular ? 1 : 0;
    *n = 0;
    while (got != 0 && *n < CRS__DATA_HEAD) {
        got = pread(file->fd, head + *n, CRS__DATA_HEAD - *n, (off_t)*n);
        if (got < 0 && errno != EINTR) {
            crs__data_system_text(errno, reason, sizeof reason);
            return crs_error_set(err, CRS_EIO, "%s: cannot be read: %s", file->shown, reason);
        }
        *n += got > 0 ? (size_t)got : 0;
    }
    return CRS_OK;
}

int crs__data_has_extension(const char *path, const char *extensions)
{
    size_t n = strlen(path);
    while (*extensions != '\0') {
        size_t length = strcspn(extensions, " ");
        if (length <= n && strncasecmp(path + n - length, extensions, length) == 0)
            return 1;
        extensions += length;
        extensions += *extensions == ' ';
    }
    return 0;
}
