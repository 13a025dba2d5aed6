/*
 * check/judge.h - a plan's questions answered for one block of inputs.
 */
#ifndef CHECK_JUDGE_H
#define CHECK_JUDGE_H

#include "check/interval.h"
#include "check/plan.h"
#include "check/range.h"

/* Inputs of a block: as many as keep the registers in the first-level cache. */
#define CRS__JUDGE_BLOCK 2048
#define CRS__JUDGE_INTERVALS 256
#define CRS__JUDGE_BYTES (CRS__JUDGE_BLOCK / 8)

/* The programs of a plan; immutable while blocks are judged. */
typedef struct crs__judge {
    const crs__plan *plan;
    const crs__ops *ops;
    size_t block;         /* inputs at a time: one of the two above */
    crs__program program; /* float32, or intervals */
    crs__program again;   /* intervals, for rules that round in float32; may be empty */
    crs__program nan;     /* float32: is the value NaN? */
    /* places among the outputs, by rule; -1 where the mask is FALSE */
    int wrong[CRS_RULECHECK_MAX_RULES], unbounded[CRS_RULECHECK_MAX_RULES];
    int not_linear[CRS_RULECHECK_MAX_RULES], again_wrong[CRS_RULECHECK_MAX_RULES];
    int is_nan[CRS_RULECHECK_MAX_RULES];
    int *fact; /* by fact */
    /* the facts that inputs can be against, and how many they are */
    size_t *open_facts, n_open;
} crs__judge;

/* Registers and answers of one thread. */
typedef struct crs__bench {
    void **registers;           /* of `program`, if it is float32 */
    void **nan_registers;       /* of `nan` */
    void *block, *nan_block;    /* what they point into */
    crs__intervals intervals;   /* of `program`, if it is intervals */
    crs__intervals again;       /* of `again` */
    crs__range *ranges;         /* registers of `program` for whole ranges */
    double z[CRS__JUDGE_BLOCK]; /* the block's inputs, if they are a list */

    /*
     * the answers, a bit for each input of the block; NULL for none ever. Masks of two
     * rules may be one array.
     */
    uint8_t *wrong[CRS_RULECHECK_MAX_RULES], *not_decided[CRS_RULECHECK_MAX_RULES];
    uint8_t *not_linear[CRS_RULECHECK_MAX_RULES];
} crs__bench;

/* Errors: CRS_ENOMEM. Facts that do not hold any more are left out. */
crs_status crs__judge_make(const crs__plan *plan, crs__judge *out);
void crs__judge_release(crs__judge *judge);
crs_status crs__bench_make(const crs__judge *judge, crs__bench *out);
void crs__bench_release(crs__bench *bench);

/* Judge the inputs whose bits are first, first + 1, ...; none of them NaN. */
void crs__judge_range(const crs__judge *judge, uint32_t first, crs__bench *bench);

/* Judge bench->z[0 .. block). */
void crs__judge_list(const crs__judge *judge, crs__bench *bench);

/* The mask of inputs that are against fact k, one of the open ones, after either call. */
const uint8_t *crs__judge_against(const crs__judge *judge, const crs__bench *bench, size_t k);

/* What is so of rule i at all inputs of a range, or at none of them. */
typedef struct crs__whole {
    crs__tri wrong[CRS_RULECHECK_MAX_RULES], not_decided[CRS_RULECHECK_MAX_RULES];
    crs__tri not_linear[CRS_RULECHECK_MAX_RULES];
} crs__whole;

/*
 * Judge the finite inputs with the bits first ... last, of one sign and not 0, as a whole:
 * what is not CRS__OPEN is what judging each would give.
 */
void crs__judge_whole(const crs__judge *judge, uint32_t first, uint32_t last, crs__bench *bench,
                      crs__whole *out);

/* Are they against fact k, one of the open ones? After crs__judge_whole. */
crs__tri crs__judge_whole_against(const crs__judge *judge, const crs__bench *bench, size_t k);

/* For CRS__JUDGE_BLOCK NaN inputs from `first` on: how many of them rule i gives a number for. */
void crs__judge_nan(const crs__judge *judge, uint32_t first, crs__bench *bench, size_t *numbers);

#endif
