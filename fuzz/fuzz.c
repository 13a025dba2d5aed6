#include "fuzz.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/memory.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    int worth;
    fuzz_watch(n);
    worth = fuzz_one(bytes, n);
    fuzz_rest();
    return worth;
}

_Noreturn void fuzz_fail(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
    abort();
}

/* ---- short memory --------------------------------------------------------------------------- */

/* So many one after the other; then in steps that grow, as most of what allocates does it again. */
#define EACH 40

int fuzz_short_memory;

void fuzz_starve(crs_status usual, size_t n, crs_status (*run)(void *ctx), void *ctx)
{
    if (!fuzz_short_memory)
        return;
    for (size_t k = 1; k <= n; k += 1 + k / EACH) {
        crs_status status;
        crs__alloc_fail_at(k);
        status = run(ctx);
        crs__alloc_fail_at(0);
        if (status != usual && status != CRS_ENOMEM)
            fprintf(stderr, "allocation %zu failed: %s instead of %s\n", k, crs_status_name(status),
                    crs_status_name(usual));
        must(status == usual || status == CRS_ENOMEM);
    }
}

/* ---- the input ------------------------------------------------------------------------------ */

unsigned fuzz_byte(fuzz_input *in)
{
    if (in->left == 0)
        return 0;
    in->left--;
    return *in->at++;
}

uint64_t fuzz_number(fuzz_input *in, size_t size)
{
    uint64_t number = 0;
    for (size_t i = 0; i < size; i++)
        number |= (uint64_t)fuzz_byte(in) << 8 * i;
    return number;
}

char *fuzz_text(fuzz_input *in)
{
    const uint8_t *end = in->left == 0 ? NULL : memchr(in->at, '\0', in->left);
    size_t n = end == NULL ? in->left : (size_t)(end - in->at);
    char *text = malloc(n + 1);
    must(text != NULL);
    if (n > 0)
        memcpy(text, in->at, n);
    text[n] = '\0';
    n += end != NULL;
    in->at += n;
    in->left -= n;
    return text;
}

void fuzz_put(fuzz_memory *to, const void *bytes, size_t n)
{
    if (to->n + n > to->room) {
        to->room = 2 * (to->n + n);
        to->bytes = realloc(to->bytes, to->room);
        must(to->bytes != NULL);
    }
    if (n > 0)
        memcpy(to->bytes + to->n, bytes, n);
    to->n += n;
}

void fuzz_put_number(fuzz_memory *to, uint64_t number, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        uint8_t byte = (uint8_t)(number >> 8 * i);
        fuzz_put(to, &byte, 1);
    }
}

static crs_status put(void *ctx, const void *bytes, size_t n)
{
    fuzz_put(ctx, bytes, n);
    return CRS_OK;
}

crs_sink fuzz_sink(fuzz_memory *to)
{
    return (crs_sink){put, to};
}

void fuzz_flip(fuzz_memory *what, fuzz_input *in)
{
    unsigned n = fuzz_byte(in) % 9;
    for (unsigned i = 0; i < n && what->n > 0; i++) {
        size_t place = (size_t)fuzz_number(in, 3) % what->n;
        what->bytes[place] ^= (uint8_t)fuzz_byte(in);
    }
}

/* ---- files -------------------------------------------------------------------------------- */

static char folder[64], made[16][128];

static void remove_files(void)
{
    for (size_t i = 0; i < 16 && made[i][0] != '\0'; i++)
        (void)unlink(made[i]);
    (void)rmdir(folder);
}

static const char *path_of(const char *name)
{
    size_t i = 0;
    if (folder[0] == '\0') {
        const char *below = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
        (void)snprintf(folder, sizeof folder, "%s/crease-fuzz-XXXXXX", below);
        must(mkdtemp(folder) != NULL);
        must(setenv("TMPDIR", folder, 1) == 0); /* what is unpacked or mapped: not to a disk */
        must(atexit(remove_files) == 0);
    }
    while (made[i][0] != '\0' && strcmp(strrchr(made[i], '/') + 1, name) != 0)
        must(++i < 16);
    (void)snprintf(made[i], sizeof made[i], "%s/%s", folder, name);
    return made[i];
}

const char *fuzz_file(const char *name, const void *bytes, size_t n)
{
    const char *path = path_of(name);
    FILE *file = fopen(path, "wb");
    must(file != NULL);
    must(n == 0 || fwrite(bytes, 1, n, file) == n);
    must(fclose(file) == 0);
    return path;
}

/* ---- answers ------------------------------------------------------------------------------ */

/* Bytes of the character at `p`; 0: not one to print. The text ends with a zero byte. */
static size_t printable(const unsigned char *p)
{
    uint32_t code = p[0] < 0x80   ? p[0]
                    : p[0] < 0xe0 ? p[0] & 31u
                    : p[0] < 0xf0 ? p[0] & 15u
                                  : p[0] & 7u;
    size_t n = p[0] < 0x80   ? 1
               : p[0] < 0xc2 ? 0
               : p[0] < 0xe0 ? 2
               : p[0] < 0xf0 ? 3
               : p[0] < 0xf5 ? 4
                             : 0;
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (p[i] & 63u);
    }
    if (code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0xd800 && code < 0xe000) ||
        code > 0x10ffff)
        return 0;
    return (n == 3 && code < 0x800) || (n == 4 && code < 0x10000) ? 0 : n;
}

void fuzz_check_line(const char *text)
{
    const unsigned char *p = (const unsigned char *)text;
    must(text[0] != '\0');
    while (*p != '\0') {
        size_t n = printable(p);
        if (n == 0)
            fprintf(stderr, "byte %zu of a line: %s\n", (size_t)(p - (const unsigned char *)text),
                    text);
        must(n > 0);
        p += n;
    }
}

void fuzz_check_error(const crs_error *err, crs_status status, size_t n)
{
    must(status < 0 && err->status == status);
    must(memchr(err->text, '\0', sizeof err->text) != NULL);
    fuzz_check_line(err->text);
    must(err->column <= n + 1 && err->line <= n + 1);
}

void fuzz_check_zero(const void *what, size_t n)
{
    const unsigned char *p = what;
    for (size_t i = 0; i < n; i++)
        must(p[i] == 0);
}
