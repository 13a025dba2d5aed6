/*
 * core/printable.h - text of unknown origin, so written that it is one line and only shows.
 *
 * A name comes from a file or a command line. Printed as it is, a control character in it could
 * move the cursor or change the terminal's title, a newline could fake a message, and a
 * direction override could show other letters than there are.
 */
#ifndef CORE_PRINTABLE_H
#define CORE_PRINTABLE_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of the longest escape, "\U000e0001". */
#define CRS__PRINTABLE_ESCAPE 10

/*
 * Bytes of the UTF-8 character at `p`, of which `n` (at least 1) are there; 0 where it is not
 * one to print: a control character, broken UTF-8, or a character that has no width, ends a
 * line or turns the direction.
 */
size_t crs__printable_character(const unsigned char *p, size_t n);

/* Bytes of the UTF-8 character at `p`, of which `n` are there, to print or not; 0: broken. */
size_t crs__printable_utf8(const unsigned char *p, size_t n);

/* The number of the character of `n` bytes at `p`, which is UTF-8. */
uint32_t crs__printable_code(const unsigned char *p, size_t n);

/* 1 where a character does more, or less, than show: no width, another direction, a line's end. */
int crs__printable_hides(uint32_t code);

/*
 * How the character at `p` is printed, into `out` of CRS__PRINTABLE_ESCAPE bytes without a
 * terminator: as it is, or as "\n", "\t", "\r", "\x1b", "\u202e", "\U000e0001". *taken: how many
 * bytes it has at `p`. Returns how many were written.
 */
size_t crs__printable_step(const unsigned char *p, size_t n, char *out, size_t *taken);

#endif
