/* Nets in which nothing is wrong, however odd they look. */
#ifndef TESTS_MUTANTS_RIGHT_H
#define TESTS_MUTANTS_RIGHT_H

#include "trial.h"

/* Row i, NULL past the end. The first is any right net at all. */
const right_variant *right_variant_at(size_t i);

#endif
