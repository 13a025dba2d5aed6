/*
 * rule/program.h - a graph as a list of steps over registers, and running it.
 *
 * A step reads up to three registers and writes one; a register is a block of
 * numbers or of mask bits and is used again once nobody reads it any more, so a
 * program of a rule's size works inside the first-level cache. A program is
 * immutable once made: threads share it, each with registers of its own.
 */
#ifndef RULE_PROGRAM_H
#define RULE_PROGRAM_H

#include "kernels/ops.h"
#include "rule/dag.h"

#include <crease/dtype.h>

/* Registers 0, 1 and 2 are the inputs: z, a and the upstream gradient. */
#define CRS__PROGRAM_INPUTS 3

typedef struct crs__step {
    crs__op op;
    int x, y, w;  /* registers, or CRS__DAG_NONE */
    int out;      /* register */
    int node;     /* of the graph: ACT's activation is found by it */
    double value; /* of a constant */
    double lo, hi;
} crs__step;

typedef struct crs__program {
    crs__step *steps; /* constants first: they are set once, not per block */
    int n_steps, n_constants;
    int n_numbers, n_masks; /* registers: inputs, then numbers, then masks */
    int *outputs;           /* the register of each output */
    int n_outputs;
    crs_act *acts; /* of each step, if it is an ACT; NULL when there is none */
} crs__program;

/*
 * The program that computes nodes[0 .. n_nodes) of `dag`. With `immediate` a
 * comparison with a constant is one step that holds it; the interval's evaluator
 * wants it without.
 *
 * Errors: CRS_ENOMEM.
 */
crs_status crs__program_make(const crs__dag *dag, int n_nodes, const int *nodes, int immediate,
                             crs__program *out);
void crs__program_release(crs__program *program);

/* How many registers it has, inputs included: the length of `registers` below. */
int crs__program_registers(const crs__program *program);

/* Is the register a mask? */
int crs__program_is_mask(const crs__program *program, int reg);

/* Fill the registers of constants, n elements each. */
void crs__program_constants(const crs__program *program, const crs__ops *ops, crs_dtype dtype,
                            size_t n, void *const *registers);

/* Run the steps on n elements. registers[0 .. 2] are read only. */
void crs__program_run(const crs__program *program, const crs__ops *ops, crs_dtype dtype, size_t n,
                      void *const *registers);

#endif
