/*
 * A folder for the files of one test program, and short calls to fill it.
 */
#ifndef TEST_TEMPORARY_H
#define TEST_TEMPORARY_H

#include <crease/data.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char temporary_folder[64];

/* cmocka group setup: make the folder. */
static inline int temporary_setup(void **state)
{
    (void)state;
    (void)snprintf(temporary_folder, sizeof temporary_folder, "/tmp/crease-test-XXXXXX");
    return mkdtemp(temporary_folder) == NULL ? -1 : 0;
}

/* cmocka group teardown: every test has removed its files. */
static inline int temporary_teardown(void **state)
{
    (void)state;
    return rmdir(temporary_folder);
}

/* The path of a file in the folder; static storage, overwritten by the next call. */
static inline const char *temporary_path(const char *name)
{
    static char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", temporary_folder, name);
    return path;
}

/* Make a file of `n` bytes and return its path. */
static inline const char *temporary_file(const char *name, const void *bytes, size_t n)
{
    const char *path = temporary_path(name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
    return path;
}

/* `text` with the folder and its slash left out, so that messages can be compared. */
static inline const char *without_folder(const char *text)
{
    static char copy[sizeof((crs_error *)0)->text];
    size_t n = strlen(temporary_folder);
    char *at;
    (void)snprintf(copy, sizeof copy, "%s", text);
    while ((at = strstr(copy, temporary_folder)) != NULL)
        memmove(at, at + n + 1, strlen(at + n + 1) + 1);
    return copy;
}

/* `out` after a failed call: every field zero. */
static inline void assert_zeroed(const crs_dataset *data)
{
    crs_dataset empty;
    memset(&empty, 0, sizeof empty);
    assert_memory_equal(data, &empty, sizeof empty);
}

#endif
