#include "again.h"

#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int is_plain(const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-./,:=+@%";
    return *word != '\0' && strspn(word, plain) == strlen(word);
}

char *again_command(const char *program, int argc, char **argv)
{
    size_t size = strlen(program) + 1;
    char *text, *at;
    for (int i = 0; i < argc; i++)
        size += 4 * strlen(argv[i]) + 3;
    text = memory_get(size, 1);
    if (text == NULL)
        return NULL;
    at = text + snprintf(text, size, "%s", program);
    for (int i = 0; i < argc; i++) {
        *at++ = ' ';
        if (is_plain(argv[i])) {
            at += snprintf(at, size - (size_t)(at - text), "%s", argv[i]);
            continue;
        }
        *at++ = '\'';
        for (const char *c = argv[i]; *c != '\0'; c++) {
            if (*c == '\'') { /* out of the quotes, an escaped one, in again */
                memcpy(at, "'\\''", 4);
                at += 4;
            } else {
                *at++ = *c;
            }
        }
        *at++ = '\'';
    }
    *at = '\0';
    return text;
}
