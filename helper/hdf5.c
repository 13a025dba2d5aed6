/*
 * Usage: crease-hdf5 SIZE MEMORY SECONDS
 *
 * What the library starts to read an HDF5 file of SIZE bytes (data/hdf5_child.c): the file is
 * descriptor 3, the library is at the other end of descriptor 4. It may take MEMORY bytes and so
 * many SECONDS of a processor's time. Whatever happens here, by damage or by intent, happens to
 * this process alone.
 */
#define _DEFAULT_SOURCE /* syscall */
#include "data/hdf5_reader/confine.h"
#include "data/hdf5_reader/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What libhdf5 takes for itself: without it, it crashes. */
#define OWN_BYTES ((uint64_t)32 << 20)

enum { FILE_FD = 3, LINE_FD = 4, FIRST_FREE_FD = 5 };

#ifndef CRS_SANITIZED
#define CRS_SANITIZED 0
#endif

/* ---- the line to the library --------------------------------------------------------------- */

static int send_all(const void *bytes, size_t n)
{
    const char *at = bytes;
    while (n > 0) {
        ssize_t sent = send(LINE_FD, at, n, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return 0;
        at += sent;
        n -= (size_t)sent;
    }
    return 1;
}

static int send_frame(void *ctx, uint32_t kind, uint32_t n, const void *bytes)
{
    crs__hdf5_frame frame = {kind, n};
    (void)ctx;
    return send_all(&frame, sizeof frame) && send_all(bytes, n);
}

static int receive_request(void *ctx, crs__hdf5_request *out)
{
    char *at = (char *)out;
    size_t n = sizeof *out;
    (void)ctx;
    while (n > 0) {
        ssize_t got = recv(LINE_FD, at, n, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return 0;
        at += got;
        n -= (size_t)got;
    }
    return 1;
}

/* ---- limits ---------------------------------------------------------------------------------- */

static void close_all_others(void)
{
    (void)close(0);
    (void)close(1);
    (void)close(2); /* it was the line: the loader's complaints go to the library */
#ifdef SYS_close_range
    if (syscall(SYS_close_range, (unsigned)FIRST_FREE_FD, ~0U, 0U) == 0)
        return;
#endif
    for (long fd = FIRST_FREE_FD, n = sysconf(_SC_OPEN_MAX); fd < n; fd++)
        (void)close((int)fd);
}

/* A limit of the system's for this process; a lower one that it has already is kept. */
static void limit(int what, uint64_t soft, uint64_t hard)
{
    struct rlimit now;
    if (getrlimit(what, &now) != 0)
        return;
    if (now.rlim_max == RLIM_INFINITY || now.rlim_max > hard)
        now.rlim_max = (rlim_t)hard;
    if (now.rlim_cur == RLIM_INFINITY || now.rlim_cur > soft)
        now.rlim_cur = (rlim_t)soft;
    if (now.rlim_cur > now.rlim_max)
        now.rlim_cur = now.rlim_max;
    (void)setrlimit(what, &now);
}

/* Bytes of address space that the program and its libraries take. */
static uint64_t address_space(void)
{
    char line[128] = "";
    uint64_t pages;
    FILE *statm = fopen("/proc/self/statm", "r");
    if (statm != NULL && fgets(line, sizeof line, statm) == NULL)
        line[0] = '\0';
    if (statm != NULL)
        (void)fclose(statm);
    pages = strtoull(line, NULL, 10);
    return pages > 0 ? pages * (uint64_t)sysconf(_SC_PAGESIZE) : (uint64_t)1 << 30;
}

static void set_limits(uint64_t memory, uint64_t seconds)
{
    uint64_t base = address_space() + OWN_BYTES;
    memory = memory > UINT64_MAX - base ? UINT64_MAX : base + memory;
    limit(RLIMIT_CORE, 0, 0);
    limit(RLIMIT_CPU, seconds, seconds + 1);
    if (!CRS_SANITIZED) /* a sanitizer takes terabytes of addresses */
        limit(RLIMIT_AS, memory, memory);
}

int main(int argc, char **argv)
{
    static const char version[] = CRS_VERSION;
    crs__hdf5_stored file = {.fd = FILE_FD};
    crs__hdf5_peer peer = {receive_request, send_frame, NULL};
    uint64_t memory;
    if (argc != 4)
        return 2;
    file.size = strtoull(argv[1], NULL, 10);
    memory = strtoull(argv[2], NULL, 10);
    close_all_others();
    /* the end of the process is the end of everything: no exit handler runs */
    if (H5dont_atexit() < 0 || H5open() < 0 || H5PLset_loading_state(0) < 0)
        _exit(2);
    set_limits(memory, strtoull(argv[3], NULL, 10));
    if (!CRS_SANITIZED)
        (void)crs__hdf5_confine(FILE_FD, LINE_FD);
    if (send_frame(NULL, CRS__HDF5_HELLO, sizeof version - 1, version))
        crs__hdf5_serve(&file, memory, &peer);
    _exit(0);
}
