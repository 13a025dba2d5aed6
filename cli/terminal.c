#include "terminal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Narrower or wider than this is a mistake, not a terminal. */
#define MIN_WIDTH 20
#define MAX_WIDTH 1000

static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value == NULL ? "" : value;
}

static int ask_width(int fd, bool is_terminal)
{
    struct winsize size;
    long columns = 0;
    if (is_terminal && ioctl(fd, TIOCGWINSZ, &size) == 0)
        columns = size.ws_col;
    if (columns == 0)
        columns = strtol(environment("COLUMNS"), NULL, 10);
    return columns < MIN_WIDTH || columns > MAX_WIDTH ? 80 : (int)columns;
}

/* https://no-color.org: any value that is not empty counts. */
static terminal_color ask_color(bool is_terminal)
{
    const char *term = environment("TERM");
    const char *colorterm = environment("COLORTERM");
    if (!is_terminal || *environment("NO_COLOR") != '\0' || *term == '\0' ||
        strcmp(term, "dumb") == 0)
        return TERMINAL_PLAIN;
    if (strcmp(colorterm, "truecolor") == 0 || strcmp(colorterm, "24bit") == 0)
        return TERMINAL_TRUECOLOR;
    return TERMINAL_256;
}

/*
 * By what the variables say. setlocale() knows more, but answers "C" where it has no memory, and
 * then what is drawn would be another picture.
 */
static bool ask_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    const char *codeset = NULL;
    for (size_t i = 0; i < sizeof names / sizeof names[0] && codeset == NULL; i++) {
        const char *value = environment(names[i]);
        if (*value != '\0')
            codeset = strchr(value, '.');
        if (*value != '\0' && codeset == NULL)
            return false;
    }
    return codeset != NULL &&
           (strncasecmp(codeset, ".utf-8", 6) == 0 || strncasecmp(codeset, ".utf8", 5) == 0);
}

void terminal_ask(FILE *stream, cli_terminal *out)
{
    int fd = fileno(stream);
    out->is_terminal = isatty(fd) == 1;
    out->utf8 = ask_utf8();
    out->width = ask_width(fd, out->is_terminal);
    out->color = ask_color(out->is_terminal);
}
