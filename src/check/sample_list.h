/*
 * check/sample_list.h - the float64 inputs that are no random ones.
 */
#ifndef CHECK_SAMPLE_LIST_H
#define CHECK_SAMPLE_LIST_H

#include <crease/act.h>
#include <crease/rulecheck.h>

#include <stddef.h>
#include <stdint.h>

typedef struct crs__sample_entry {
    uint64_t bits;
    crs_sample kind;
} crs__sample_entry;

typedef struct crs__sample_list {
    crs__sample_entry *entries; /* rising bits, none twice, all finite; released by crs__free */
    size_t n, room;             /* while it is made: room 0 is for counting */
} crs__sample_list;

/* Errors: CRS_ENOMEM. */
crs_status crs__sample_list_make(const crs_act *act, crs__sample_list *out);

/* The first entry that is not below `bits`. */
size_t crs__sample_list_find(const crs__sample_list *list, uint64_t bits);

#endif
