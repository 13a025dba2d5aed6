/*
 * scratch.h - temporary files that take the place of a file at once.
 *
 * A scratch file has the name of its target with ".crease.part-" and 12 letters after it, in
 * the target's folder. It is locked while it is in use. It is removed when a signal ends the
 * program; what SIGKILL or a loss of power leaves is removed by the next command that writes
 * the same target: a name of this form, without a lock, that belongs to the same user.
 */
#ifndef SCRATCH_H
#define SCRATCH_H

#include <stddef.h>
#include <sys/stat.h>

typedef struct scratch {
    int fd;   /* to write to; -1: closed */
    int lock; /* keeps the lock once fd is closed; -1: none */
    int slot; /* its place in the list of what a signal removes, -1: none */
    char *path;
} scratch;

/*
 * Make one for `target` (absolute, links followed; `before`: the file that it will replace,
 * NULL for none, whose mode and owner it gets). 0, or -1 and errno with nothing left.
 */
int scratch_open(const char *target, const struct stat *before, scratch *out);

/* All that was written is on the disk, and `fd` closed. 0, or -1 and errno. */
int scratch_finish(scratch *s);

/*
 * Give it its target's name, replacing what has it. With `keep`, and where the file system can
 * do it, what is replaced has the scratch file's name until it is dropped. 0, or -1 and errno.
 */
int scratch_place(scratch *s, const char *target, int keep);

/* Undo that: the target is what was kept, or gone if it `is_new`; else it stays. */
void scratch_take_back(scratch *s, const char *target, int is_new);

/* What a rename changed in the folder of `target` is on the disk. 0, or -1 and errno. */
int scratch_sync_folder(const char *target);

/* Remove it, or what was kept in its place, and release it. */
void scratch_drop(scratch *s);

/* Remove from `folder` what killed programs have left of the files names[i], i < n. */
void scratch_sweep(const char *folder, size_t n, const char *const *names);

/* `name` is one that scratch_open() gives to a file for names[i], i < n. */
int scratch_is_name(const char *name, size_t n, const char *const *names);

/* In main, first thing: scratch files go when a signal ends the program. */
void scratch_handle_signals(void);

#endif
