/*
 * prose.h - sentences on stdout, in lines that fit.
 */
#ifndef PROSE_H
#define PROSE_H

/*
 * Print `text`, up to its end or a newline, and a newline, in lines as wide as the
 * terminal, 96 columns at most. `indent` columns are taken up already; lines that
 * follow the first begin with as many spaces.
 */
void prose_print(const char *text, int indent);

#endif
