#include "suggest.h"

#include <string.h>

/* Longer words are no slips of the finger. */
#define MAX_WORD 32

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Edits (insert, delete, replace, swap two neighbours) that turn a into b. */
static size_t edit_distance(const char *a, const char *b)
{
    size_t n_a = strlen(a);
    size_t n_b = strlen(b);
    size_t d[MAX_WORD + 1][MAX_WORD + 1];
    if (n_a > MAX_WORD || n_b > MAX_WORD)
        return MAX_WORD;
    for (size_t i = 0; i <= n_a; i++)
        d[i][0] = i;
    for (size_t j = 0; j <= n_b; j++)
        d[0][j] = j;
    for (size_t i = 1; i <= n_a; i++) {
        for (size_t j = 1; j <= n_b; j++) {
            size_t replace = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            d[i][j] = least(replace, least(d[i - 1][j], d[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
        }
    }
    return d[n_a][n_b];
}

void suggest_begin(suggestion *s, const char *typed)
{
    s->typed = typed;
    s->best = NULL;
    s->distance = strlen(typed) / 3 + 2; /* one more than what may be mistyped */
}

void suggest_consider(suggestion *s, const char *candidate)
{
    size_t distance = edit_distance(s->typed, candidate);
    if (distance < s->distance && distance < strlen(candidate)) {
        s->best = candidate;
        s->distance = distance;
    }
}
