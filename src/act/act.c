#include "act/act.h"

#include <string.h>

void crs__act_fill(crs_act_id id, double param, crs_act *out)
{
    const crs__act_row *row = crs__act_row_of(id);
    memset(out, 0, sizeof *out);
    if (row == NULL)
        return;
    out->id = id;
    out->param = param;
    out->n_kinks = row->kinks == NULL ? 0 : row->kinks(param, out->kink);
}

void crs_act_get(crs_act_id id, crs_act *out)
{
    if (out == NULL)
        return;
    const crs__act_row *row = crs__act_row_of(id);
    crs__act_fill(id, row == NULL ? 0 : row->param, out);
}

const char *crs_act_name(crs_act_id id)
{
    const crs__act_row *row = crs__act_row_of(id);
    return row == NULL ? NULL : row->name;
}

const char *crs_act_rule_text(crs_act_id id)
{
    const crs__act_row *row = crs__act_row_of(id);
    return row == NULL ? NULL : row->rule;
}

const char *crs_act_formula(crs_act_id id)
{
    const crs__act_row *row = crs__act_row_of(id);
    return row == NULL ? NULL : row->formula;
}

int crs_act_is_piecewise_linear(crs_act_id id)
{
    const crs__act_row *row = crs__act_row_of(id);
    return row != NULL && row->piecewise_linear;
}

void crs_act_error_bounds(crs_act_id id, crs_act_bounds *out)
{
    if (out == NULL)
        return;
    const crs__act_row *row = crs__act_row_of(id);
    memset(out, 0, sizeof *out);
    if (row != NULL)
        *out = row->bounds;
}

/* The kink that z is exactly on (both zeros count as 0), or NULL. */
static const crs_kink *kink_at(const crs_act *act, double z)
{
    for (size_t i = 0; i < act->n_kinks; i++) {
        if (act->kink[i].z == z)
            return &act->kink[i];
    }
    return NULL;
}

float crs_act_value_f32(const crs_act *act, float z)
{
    if (act == NULL)
        return 0;
    return crs__act_row_of(act->id)->g_f32(act, z);
}

double crs_act_value_f64(const crs_act *act, double z)
{
    if (act == NULL)
        return 0;
    return crs__act_row_of(act->id)->g_f64(act, z);
}

float crs_act_slope_f32(const crs_act *act, float z)
{
    if (act == NULL)
        return 0;
    const crs_kink *kink = kink_at(act, (double)z);
    return kink != NULL ? (float)kink->value : crs__act_row_of(act->id)->dg_f32(act, z);
}

double crs_act_slope_f64(const crs_act *act, double z)
{
    if (act == NULL)
        return 0;
    const crs_kink *kink = kink_at(act, z);
    return kink != NULL ? kink->value : crs__act_row_of(act->id)->dg_f64(act, z);
}
