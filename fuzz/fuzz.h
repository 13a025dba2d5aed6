/*
 * fuzz.h - what all targets share. A target is a file fuzz_NAME.c with
 *
 *     int fuzz_one(const uint8_t *bytes, size_t n);   // 0; -1: not worth keeping in the corpus
 *
 * which reads the input, checks what must hold of the answer, and releases everything.
 * docs/fuzzing.md explains how to add one.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <crease/sink.h>
#include <crease/status.h>

#include <stddef.h>
#include <stdint.h>

int fuzz_one(const uint8_t *bytes, size_t n);

/* Say which condition does not hold, and abort. */
#define must(condition) ((condition) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #condition))
_Noreturn void fuzz_fail(const char *file, int line, const char *what);

/* ---- the memory oracle (oracle.c) -------------------------------------------------------- */

/*
 * From here to the end of this input no more than 256 MB and 64 times `size` bytes may be live
 * and written to files, beyond what is live now: the program aborts otherwise. It begins with
 * the size of the input; a target that makes a file calls it again with the file's size.
 */
void fuzz_watch(size_t size);
/* What is allocated and written until the next fuzz_watch is the target's own. */
void fuzz_rest(void);
/* The most that was in use since the last fuzz_watch, in bytes. */
size_t fuzz_peak(void);

/* ---- short memory ------------------------------------------------------------------------- */

/*
 * Where the program was asked to (`--short-memory`, replay.c): `run` again and again, the first
 * allocation failing, then all from the second on, and so on. It must answer CRS_ENOMEM or what it
 * `usual`ly does, and leave nothing behind; `run` checks the latter. No more than `n` allocations.
 */
void fuzz_starve(crs_status usual, size_t n, crs_status (*run)(void *ctx), void *ctx);
extern int fuzz_short_memory;
/* Allocations since the last fuzz_watch. */
size_t fuzz_allocations(void);

/* ---- the input as a list of choices ------------------------------------------------------ */

typedef struct fuzz_input {
    const uint8_t *at;
    size_t left;
} fuzz_input;

/* The next byte, 0 after the end; the next `size` bytes as a little-endian number. */
unsigned fuzz_byte(fuzz_input *in);
uint64_t fuzz_number(fuzz_input *in, size_t size);
/* The bytes up to the next zero byte (which is taken too) or the end; the caller frees it. */
char *fuzz_text(fuzz_input *in);

/* ---- bytes in memory --------------------------------------------------------------------- */

/* Zeroed it is empty; the caller frees `bytes`. */
typedef struct fuzz_memory {
    uint8_t *bytes;
    size_t n, room;
} fuzz_memory;

void fuzz_put(fuzz_memory *to, const void *bytes, size_t n);
/* `size` bytes of `number`, little-endian. */
void fuzz_put_number(fuzz_memory *to, uint64_t number, size_t size);
/* A sink for the library's writers. */
crs_sink fuzz_sink(fuzz_memory *to);
/* Change some bytes: up to 8 places and values from the input. */
void fuzz_flip(fuzz_memory *what, fuzz_input *in);

/* The file NAME with these bytes, in a folder of this process alone; the path is static storage. */
const char *fuzz_file(const char *name, const void *bytes, size_t n);

/* ---- what holds of every answer ----------------------------------------------------------- */

/* One printable line: no control characters, well-formed UTF-8, not empty. */
void fuzz_check_line(const char *text);
/* What a failed call says: its status, a line, a place within a text of `n` bytes. */
void fuzz_check_error(const crs_error *err, crs_status status, size_t n);
/* All bytes are zero. */
void fuzz_check_zero(const void *what, size_t n);

#endif
