/*
 * check/lists.h - inputs that are tried before all others: the plain numbers that
 * counterexamples are taken from, and some of every exponent, which show at once most
 * of what does not hold of a rule.
 */
#ifndef CHECK_LISTS_H
#define CHECK_LISTS_H

#include "check/judge.h"
#include "check/sweep.h"

int crs__is_kink(const crs_act *act, double z);

/* Bit i of a mask; NULL is a mask of which none is set. */
int crs__bit_at(const uint8_t *mask, size_t i);

/*
 * Judge z[0 .. n), at most judge->block of them. The answers are in the bench;
 * against[k] is set where an input is against fact k.
 */
void crs__lists_judge(const crs__judge *judge, crs__bench *bench, size_t n, const double *z,
                      unsigned char *against);

/*
 * Judge the plain inputs: counterexamples go to counts[0 .. n_rules), and so does
 * all that there is to count of the two infinities.
 */
void crs__lists_plain(const crs__judge *judge, crs__bench *bench, unsigned char *against,
                      crs__sweep_counts *counts);

/* Drop the many facts that a few inputs are against, so that the sweep need not try them. */
crs_status crs__lists_sort_out(crs__plan *plan);

#endif
