#include "plot/text.h"

#include "core/printable.h"

#include <string.h>

/* Advances of DejaVu Sans 2.37 in 1/1000 em, ' ' to '~', as cairo reports them unhinted. */
static const short advance[2][95] = {
    {318,  401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337,
     636,  636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531,
     1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787,
     603,  787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500,
     500,  613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612,
     635,  635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838},
    {348,  456, 521, 838, 696, 1002, 872, 306,  457, 457, 523, 838, 380, 415,  380, 365,
     696,  696, 696, 696, 696, 696,  696, 696,  696, 696, 400, 400, 838, 838,  838, 580,
     1000, 774, 762, 734, 830, 683,  683, 821,  837, 372, 372, 775, 637, 995,  837, 850,
     733,  850, 770, 720, 682, 812,  774, 1103, 771, 724, 725, 457, 365, 457,  838, 500,
     500,  675, 716, 593, 716, 678,  435, 716,  712, 343, 343, 665, 343, 1042, 712, 687,
     716,  716, 493, 595, 478, 712,  652, 924,  645, 652, 582, 712, 365, 712,  838},
};

crs__plot_slice crs__plot_slice_of(const char *text)
{
    crs__plot_slice slice = {text, text == NULL ? 0 : strlen(text)};
    return slice;
}

/* Bytes of the character that a first byte announces, 0 where it announces none. */
static size_t sequence_length(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first >= 0xC2 && first <= 0xDF)
        return 2;
    if (first >= 0xE0 && first <= 0xEF)
        return 3;
    if (first >= 0xF0 && first <= 0xF4)
        return 4;
    return 0;
}

/* The character of `n` bytes at `bytes`, or 0 where it is not well-formed. */
static uint32_t decode(const char *bytes, size_t n)
{
    static const uint32_t smallest[5] = {0, 0, 0x80, 0x800, 0x10000};
    static const unsigned char mask[5] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t c = (unsigned char)bytes[0] & mask[n];
    for (size_t i = 1; i < n; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if ((byte & 0xC0) != 0x80)
            return 0;
        c = c << 6 | (byte & 0x3F);
    }
    if (c < smallest[n] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return 0;
    return c;
}

uint32_t crs__plot_next_char(crs__plot_slice *text)
{
    uint32_t c = 0;
    size_t n;
    if (text->n == 0)
        return 0;
    n = sequence_length((unsigned char)*text->start);
    if (n > 0 && n <= text->n)
        c = decode(text->start, n);
    if (c == 0) {
        n = 1;
        c = *text->start == '\0' ? ' ' : 0xFFFD;
    }
    text->start += n;
    text->n -= n;
    if (c < 0x20 || (c >= 0x7F && c < 0xA0))
        return ' ';
    /* neither XML nor a terminal takes these, or they would show what is not there */
    return crs__printable_hides(c) ? 0xFFFD : c;
}

size_t crs__plot_put_utf8(uint32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

size_t crs__plot_columns(uint32_t c)
{
    if ((c >= 0x300 && c <= 0x36F) || (c >= 0x200B && c <= 0x200F) || (c >= 0xFE00 && c <= 0xFE0F))
        return 0;
    if ((c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) ||
        (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
        (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
        (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD))
        return 2;
    return 1;
}

static double char_width(uint32_t c, int bold)
{
    if (c >= ' ' && c <= '~')
        return advance[bold != 0][c - ' '] / 1000.0;
    /* mathematical signs and arrows are as wide as '=', other letters not wider */
    return crs__plot_columns(c) == 2 ? 1.0 : 0.84 * (double)crs__plot_columns(c);
}

/* In pixels, or in columns where `size` is 0. */
static double measure(uint32_t c, double size, int bold)
{
    return size > 0 ? size * char_width(c, bold) : (double)crs__plot_columns(c);
}

double crs__plot_text_width(crs__plot_slice text, double size, int bold)
{
    double width = 0;
    for (uint32_t c; (c = crs__plot_next_char(&text)) != 0;)
        width += measure(c, size, bold);
    return width;
}

/* How many bytes of `text` make the next line; at least one character. */
static size_t line_bytes(crs__plot_slice text, double most, double size, int bold)
{
    crs__plot_slice rest = text;
    double width = 0;
    size_t at_space = 0;
    while (rest.n > 0) {
        size_t before = text.n - rest.n;
        uint32_t c = crs__plot_next_char(&rest);
        width += measure(c, size, bold);
        if (c == ' ' && before > 0)
            at_space = text.start[before - 1] == ' ' ? at_space : before;
        else if (width > most && before > 0)
            return at_space > 0 ? at_space : before;
    }
    return text.n;
}

static crs__plot_slice skip_spaces(crs__plot_slice text)
{
    crs__plot_slice next = text;
    while (crs__plot_next_char(&next) == ' ')
        text = next;
    return text;
}

void crs__plot_wrap(const char *text, double width, double size, int bold, size_t max_lines,
                    crs__plot_lines *out)
{
    crs__plot_slice rest = crs__plot_slice_of(text);
    if (max_lines > CRS__PLOT_MAX_LINES)
        max_lines = CRS__PLOT_MAX_LINES;
    out->n = 0;
    out->cut = 0;
    while (rest.n > 0 && out->n < max_lines) {
        double most = width;
        size_t n;
        if (out->n + 1 == max_lines && crs__plot_text_width(rest, size, bold) > width) {
            out->cut = 1;
            most -= measure(0x2026, size, bold);
        }
        n = line_bytes(rest, most, size, bold);
        out->line[out->n].start = rest.start;
        out->line[out->n++].n = n;
        rest.start += n;
        rest.n -= n;
        rest = skip_spaces(rest);
    }
}
