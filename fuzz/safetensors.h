/*
 * safetensors.h - a mutator for files that begin with the length of a JSON header: the header is
 * changed as a text of its own, and its length is put right.
 */
#ifndef SAFETENSORS_H
#define SAFETENSORS_H

#include "fuzz.h"

size_t LLVMFuzzerMutate(uint8_t *bytes, size_t n, size_t room);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t n, size_t room, unsigned seed);

/* `before` bytes of the input come before the file. */
size_t fuzz_mutate_safetensors(size_t before, uint8_t *bytes, size_t n, size_t room, unsigned seed);

#endif
