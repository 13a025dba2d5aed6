/*
 * crease/status.h - what a call answers, and what went wrong in words.
 *
 * Every call that can fail returns a crs_status: CRS_OK (0) or a negative code.
 * The library never prints, never exits and never aborts on input. Calls that
 * read something a person wrote (a rule, a file, a name) also fill a crs_error,
 * whose text is one line that says what was wrong, where, and what was expected.
 *
 * NULL: a pointer argument must not be NULL unless the call says what NULL means; `err` and a
 * callback's `ctx` may always be, and so may an array of no elements. A NULL that is
 * not allowed is CRS_EINVAL from a call that returns a status; other calls return 0 or
 * NULL, or do nothing. The same holds for what a struct of zeros does not point to.
 *
 * Threads: every call of the library may run in any thread, as long as no two
 * threads use one object at once; nothing global is shared between objects.
 */
#ifndef CREASE_STATUS_H
#define CREASE_STATUS_H

#include <stddef.h>

#if defined(__GNUC__) && !defined(__wasm__)
#define CRS_API __attribute__((visibility("default")))
#else
#define CRS_API
#endif

#if defined(__GNUC__)
#define CRS_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#else
#define CRS_PRINTF(fmt, first)
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* name, value, text: the enum, its names and its texts come from this one list. */
#define CRS_STATUS_LIST(X)                                        \
    X(OK, 0, "no error")                                          \
    X(EINVAL, -1, "invalid argument")                             \
    X(ESHAPE, -2, "shapes do not fit")                            \
    X(ENOMEM, -3, "out of memory")                                \
    X(EPARSE, -4, "text could not be understood")                 \
    X(EFORMAT, -5, "file is damaged or not of the expected form") \
    X(ENOENT, -6, "no such file, data set or name")               \
    X(EIO, -7, "reading or writing failed")                       \
    X(EUNSUPPORTED, -8, "this build lacks an optional part")      \
    X(ENONFINITE, -9, "a value is not finite")                    \
    X(ECANCELED, -10, "stopped by the caller")

typedef enum crs_status {
#define CRS_STATUS_ENUM(name, value, text) CRS_##name = (value),
    CRS_STATUS_LIST(CRS_STATUS_ENUM)
#undef CRS_STATUS_ENUM
} crs_status;

/* "CRS_ESHAPE" for CRS_ESHAPE; "CRS_?" for a code that is none. Static storage. */
CRS_API const char *crs_status_name(crs_status status);

/* "shapes do not fit" for CRS_ESHAPE. Static storage. */
CRS_API const char *crs_status_text(crs_status status);

/* What went wrong, in one line. Owned by the caller; needs no release. */
typedef struct crs_error {
    crs_status status;
    size_t column;  /* 1-based column in a rule or a line of text, 0 if none */
    size_t line;    /* 1-based line of a text file, 0 if none */
    char text[512]; /* one printable line, no newline, always terminated */
} crs_error;

/*
 * Fill `err` (may be NULL) and return `status`, so that a failing path reads
 * `return crs_error_set(err, CRS_ESHAPE, "...", ...)`. line and column are set to 0.
 * The text becomes what crs_format_printable makes of it: names in it may hold anything.
 */
CRS_API crs_status crs_error_set(crs_error *err, crs_status status, const char *format, ...)
    CRS_PRINTF(3, 4);

/* The library's version, "0.1.0". Static storage. */
CRS_API const char *crs_version(void);

#ifdef __cplusplus
}
#endif
#endif
