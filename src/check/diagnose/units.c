/*
 * g and g' of one unit, with bounds.
 *
 * A smooth g' may be written in many ways that are all right: from z or from a, with exp or
 * tanh. What they lose is a few roundings of quantities no larger than 1 + |z|: 1 - a^2 and
 * a (1 - a) lose u, not u g'; s (1 + z (1 - s)) loses u |z|. So the bound is absolute,
 * FORMS u (1 + |z|).
 */
#include "check/diagnose/case.h"

#include <math.h>

#define FORMS 8

/*
 * No g of the table is steeper than this, nor has g' a steeper slope away from kinks: selu's
 * lambda alpha = 1.758 is the most for a parameter up to 1; a larger one scales it.
 */
static double steepest(const crs_act *act)
{
    double param = fabs(act->param);
    return 1.76 * (param > 1 ? param : 1);
}

/* Is g constant around z, as far as the bound goes? */
static int is_flat(const crs_act *act, double z, double ez)
{
    for (size_t k = 0; k < act->n_kinks; k++) {
        if (fabs(z - act->kink[k].z) <= ez)
            return 0;
    }
    return crs_act_is_piecewise_linear(act->id) && crs_act_slope_f64(act, z) == 0;
}

crs__number crs__unit_value(const crs_act *act, double z, double ez, double u)
{
    crs__number a = {crs_act_value_f64(act, z), 0};
    double size = crs_act_is_piecewise_linear(act->id) ? fabs(a.v) : 1 + fabs(z);
    a.e = is_flat(act, z, ez) ? 0 : FORMS * u * size + steepest(act) * ez;
    return a;
}

crs__number crs__unit_slope(const crs_act *act, double z, double ez, double u)
{
    crs__number s = {crs_act_slope_f64(act, z), 0};
    int linear = crs_act_is_piecewise_linear(act->id);
    s.e = linear ? 2 * u * fabs(s.v) : FORMS * u * (1 + fabs(z)) + steepest(act) * ez;
    for (size_t k = 0; k < act->n_kinks; k++) {
        const crs_kink *kink = &act->kink[k];
        double least, most;
        if (fabs(z - kink->z) > ez)
            continue;
        /* on the kink, or nobody can tell: anything between both slopes */
        least = fmin(kink->left, kink->right);
        most = fmax(kink->left, kink->right);
        s.v = (least + most) / 2;
        s.e += (most - least) / 2 + 2 * u * fmax(fabs(least), fabs(most));
    }
    return s;
}
