/*
 * suggest.h - the known word that a mistyped one was probably meant to be.
 */
#ifndef SUGGEST_H
#define SUGGEST_H

#include <stddef.h>

typedef struct suggestion {
    const char *typed;
    const char *best; /* NULL while nothing is near enough; borrowed from the candidates */
    size_t distance;  /* edits from typed to best */
} suggestion;

void suggest_begin(suggestion *s, const char *typed);

/* Keep `candidate` if it is the nearest so far. */
void suggest_consider(suggestion *s, const char *candidate);

#endif
