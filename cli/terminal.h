/*
 * terminal.h - what the stream at hand can show: the one place that asks.
 */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

typedef enum terminal_color {
    TERMINAL_PLAIN,     /* no colour: not a terminal, TERM=dumb, or NO_COLOR is set */
    TERMINAL_256,       /* the 256-colour palette */
    TERMINAL_TRUECOLOR, /* 24 bits */
} terminal_color;

typedef struct cli_terminal {
    bool is_terminal;
    bool utf8; /* the locale's text is UTF-8 */
    int width; /* columns: of the terminal, else $COLUMNS, else 80 */
    terminal_color color;
} cli_terminal;

void terminal_ask(FILE *stream, cli_terminal *out);

#endif
