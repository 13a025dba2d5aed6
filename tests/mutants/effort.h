/* How many nets a run tries: CREASE_TEST_EFFORT multiplies, sanitizers divide. */
#ifndef TESTS_MUTANTS_EFFORT_H
#define TESTS_MUTANTS_EFFORT_H

#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CREASE_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || \
    __has_feature(thread_sanitizer)
#define CREASE_SANITIZED 1
#endif
#endif
#ifndef CREASE_SANITIZED
#define CREASE_SANITIZED 0
#endif

static inline size_t nets_to_try(size_t usual)
{
    const char *text = getenv("CREASE_TEST_EFFORT");
    size_t effort = text == NULL ? 1 : strtoul(text, NULL, 10);
    if (text == NULL && CREASE_SANITIZED)
        return usual / 10 + (usual < 10);
    return usual * (effort > 0 ? effort : 1);
}

#endif
