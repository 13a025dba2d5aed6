/*
 * check/diagnose/catalogue.h - the bugs by name, and what is said of each.
 *
 * Texts hold places in braces that say.c fills in:
 *     {array}  the first given array that is wrong    {at}     the array whose line is wrong
 *     {l}      its layer                              {act}    the layer's activation
 *     {Z} {A} {dA} {dZ} {W} {b} {dW} {db} {D}         the layer's arrays, by the user's names
 *     {input}  what the layer reads                   {rule}   its right derivative
 *     {up}     W of the layer above                   {dZup}   dZ of the layer above
 *     {AL} {Y} {cost}  output, labels, cost           {loss}   what the cost is
 *     {Zk} {Ak} {Wk} {k}  of the layer or sample that was taken instead
 *     {v}      the number that was taken instead      {m}      the number of samples
 */
#ifndef CHECK_DIAGNOSE_CATALOGUE_H
#define CHECK_DIAGNOSE_CATALOGUE_H

#include <crease/diagnose.h>

typedef struct crs__bug {
    crs_bug_info info;
    const char *what; /* what was done */
    const char *why;  /* why it matters */
} crs__bug;

/* NULL if it is none of the catalogue. */
const crs__bug *crs__bug_of(const char *id);

#endif
