/*
 * memory.h - the command line's door to memory: what could not be had is remembered.
 *
 * An answer with a key or a file less is worse than none, and most of what builds answers
 * (jansson, texts) does not tell a missing value from one that there was no memory for. So every
 * allocation of the command line and of jansson goes through here, and the first that fails is
 * remembered: no output takes its name after it (output.h), no JSON is printed (json.h), and
 * main() ends with EXIT_SYSTEM and one line whatever the command thought of its success.
 *
 * Any thread may call any of these at any time.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* In main, first thing: jansson's allocations come through here, too. */
void memory_watch(void);

/* Has an allocation failed since the program began? */
bool memory_failed(void);

/* For what is allocated elsewhere (argp, realpath): it has failed. */
void memory_note_failure(void);

/* `count` zeroed elements of `size` bytes; NULL without memory. Released by free(). */
void *memory_get(size_t count, size_t size);

/* A block of memory_get or NULL, grown or shrunk; what is new is not zeroed. NULL: it stays as it was. */
void *memory_resize(void *block, size_t bytes);

/* A copy of a text, of its first `n` bytes. */
char *memory_copy(const char *text);
char *memory_copy_n(const char *text, size_t n);

#endif
