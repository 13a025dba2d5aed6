#include "prose.h"

#include "say.h"
#include "terminal.h"

#include <stdio.h>
#include <string.h>

/* Lines of prose are not made wider than this, however wide the terminal. */
#define WIDEST 96

static int line_width(void)
{
    cli_terminal facts;
    terminal_ask(stdout, &facts);
    return facts.width < WIDEST ? facts.width : WIDEST;
}

void prose_print(const char *text, int indent)
{
    int width = line_width(), at = indent;
    for (const char *word = text; *word != '\0' && *word != '\n';) {
        int length = (int)strcspn(word, " \n");
        if (at > indent && at + 1 + length > width) {
            say("\n%*s", indent, "");
            at = indent;
        }
        say("%s%.*s", at > indent ? " " : "", length, word);
        at += length + (at > indent ? 1 : 0);
        word += length;
        word += strspn(word, " ");
    }
    (void)putchar('\n');
}
