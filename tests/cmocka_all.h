/*
 * cmocka with the headers that it wants before it. Where it is not at hand, in a build for
 * another machine, the little of it that the tests of the kernels use: a check that
 * fails says so and ends the program.
 */
#ifndef TESTS_CMOCKA_ALL_H
#define TESTS_CMOCKA_ALL_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#if CRS_HAVE_CMOCKA
#include <setjmp.h> /* not everywhere */

#include <cmocka.h>
#else
#include "cmocka_stand_in.h"
#endif

#endif
