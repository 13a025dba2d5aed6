#include "plot/ticks.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void crs__plot_fixed(double value, int decimals, char text[CRS__PLOT_NUMBER])
{
    long long scale = 1, whole, units;
    char digits[8];
    int n = 0;
    for (int i = 0; i < decimals; i++)
        scale *= 10;
    value = fmax(-1e12, fmin(1e12, value)); /* NaN becomes the limit: never asked for */
    units = llround(fabs(value) * (double)scale);
    whole = units / scale;
    units %= scale;
    for (long long part = units; n < decimals && part != 0; part = part * 10 % scale)
        digits[n++] = (char)('0' + part * 10 / scale);
    digits[n] = '\0';
    (void)snprintf(text, CRS__PLOT_NUMBER, "%s%lld%s%s", value < 0 && (whole || n) ? "-" : "",
                   whole, n > 0 ? "." : "", digits);
}

/* count * 10^exponent with the fewest characters. |count| < 2^53. */
static void label_of(long long count, int exponent, char text[CRS__PLOT_NUMBER])
{
    const char *sign = count < 0 ? "-" : "";
    long long m = count < 0 ? -count : count;
    char digits[24];
    int n, point;
    if (m == 0) {
        (void)snprintf(text, CRS__PLOT_NUMBER, "0");
        return;
    }
    for (; m % 10 == 0; m /= 10)
        exponent++;
    n = snprintf(digits, sizeof digits, "%lld", m);
    point = n + exponent; /* digits before the decimal point */
    if (exponent >= 0 && point <= 6)
        (void)snprintf(text, CRS__PLOT_NUMBER, "%s%s%.*s", sign, digits, exponent, "000000");
    else if (exponent < 0 && point > 0)
        (void)snprintf(text, CRS__PLOT_NUMBER, "%s%.*s.%s", sign, point, digits, digits + point);
    else if (exponent < 0 && point > -4)
        (void)snprintf(text, CRS__PLOT_NUMBER, "%s0.%.*s%s", sign, -point, "000000", digits);
    else
        (void)snprintf(text, CRS__PLOT_NUMBER, "%s%.1s%s%se%d", sign, digits, n > 1 ? "." : "",
                       digits + 1, point - 1);
}

void crs__plot_ticks_linear(double min, double max, int target, crs__plot_ticks *out)
{
    static const int factor[] = {1, 2, 5, 10};
    double raw = max / target - min / target;
    int exponent = (int)floor(log10(raw));
    /* a power below the smallest normal number would lose its digits */
    double unit = pow(10, exponent < -300 ? (exponent = -300) : exponent);
    size_t f = 0;
    double step, first, last;
    out->n = 0;
    /* rather a few ticks too many than two alone */
    while (f < 3 && factor[f] * unit < 0.75 * raw)
        f++;
    step = factor[f] * unit;
    first = ceil(min / step - 1e-9);
    last = floor(max / step + 1e-9);
    if (fabs(first) > 1e14 || fabs(last) > 1e14)
        return; /* the limits agree in their first 14 digits: no label could tell ticks apart */
    for (double k = first; k <= last && out->n < CRS__PLOT_MAX_TICKS; k++) {
        crs__plot_tick *tick = &out->tick[out->n++];
        /* a power of ten below 1 is not exact, its inverse is: 3 / 10, not 3 * 0.1 */
        tick->value = exponent < 0 ? k * factor[f] / pow(10, -exponent) : k * step;
        label_of((long long)k * factor[f], exponent, tick->label);
    }
}

static void add_log_tick(int digit, int exponent, double min, double max, int labelled,
                         crs__plot_ticks *out)
{
    double value = digit * pow(10, exponent);
    crs__plot_tick *tick;
    if (value < min * (1 - 1e-9) || value > max * (1 + 1e-9) || out->n == CRS__PLOT_MAX_TICKS)
        return;
    tick = &out->tick[out->n++];
    tick->value = value;
    tick->label[0] = '\0';
    if (labelled)
        label_of(digit, exponent, tick->label);
}

void crs__plot_ticks_log(double min, double max, int target, crs__plot_ticks *out)
{
    int low = (int)floor(log10(min) + 1e-9), high = (int)ceil(log10(max) - 1e-9);
    double decades = log10(max) - log10(min);
    int stride = (int)ceil(decades / target);
    out->n = 0;
    if (decades < 0.8) {
        crs__plot_ticks_linear(min, max, target, out);
        return;
    }
    for (int e = low; e <= high; e++) {
        if (decades > target) {
            if (((e % stride) + stride) % stride == 0)
                add_log_tick(1, e, min, max, 1, out);
            continue;
        }
        add_log_tick(1, e, min, max, 1, out);
        if (2 * decades <= target) {
            add_log_tick(2, e, min, max, 1, out);
            add_log_tick(5, e, min, max, 1, out);
        }
    }
}
