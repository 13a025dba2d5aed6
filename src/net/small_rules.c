/* The rules of a net as the engine's kernels take them. */
#include "net/small_tile.h"

#include <math.h>
#include <string.h>

/* The next number above `at`. */
static double after(const crs_net *net, double at)
{
    if (net->kernels->dtype == CRS_F64)
        return nextafter(at, INFINITY);
    return (double)nextafterf((float)at, INFINITY);
}

/* Do z >= at and a >= at say the same? */
static int same_of_a(const crs_act *act, double at)
{
    if (act->id == CRS_ACT_LINEAR)
        return 1;
    /* a = z right of 0, and a <= 0 left of it */
    return at > 0 &&
           (act->id == CRS_ACT_RELU || (act->id == CRS_ACT_LEAKY_RELU && act->param >= 0));
}

/* The derivative of relu or leaky_relu, whose value at 0 is one of its two slopes. */
static int step_of_act(const crs_net *net, const crs_act *act, crs__small_step *out)
{
    double left;
    if (act->id == CRS_ACT_LINEAR) {
        *out = (crs__small_step){0, -INFINITY, 1, 1};
        return 1;
    }
    if ((act->id != CRS_ACT_RELU && act->id != CRS_ACT_LEAKY_RELU) || act->n_kinks == 0)
        return 0;
    left = act->id == CRS_ACT_RELU ? 0 : act->param;
    if (act->kink[0].value != left && act->kink[0].value != 1)
        return 0;
    *out = (crs__small_step){0, act->kink[0].value == 1 ? 0 : after(net, 0), 1, left};
    return 1;
}

static int step_of_rule(const crs_net *net, const crs_step_rule *rule, crs__small_step *out)
{
    if (rule == NULL)
        return 0;
    *out = (crs__small_step){rule->of_a, rule->strict ? after(net, rule->at) : rule->at,
                             rule->above, rule->below};
    if (net->kernels->dtype == CRS_F32 && !rule->strict)
        out->at = (double)(float)rule->at;
    return 1;
}

/* Is the rule relu's derivative, with either slope of it at 0? */
static int is_derivative(const crs_net *net, const crs__small_stage *st)
{
    const crs__small_step *step = &st->step;
    return st->has_step && step->above == 1 && step->below == 0 &&
           (step->at == after(net, 0) || (step->at == 0 && !step->of_a));
}

void crs__small_set_rules(crs__small *small, const crs_net *net, const crs_workspace *work,
                          int want_kinks)
{
    small->want_kinks = want_kinks;
    for (size_t l = 0; l + 1 < net->n_layers; l++) {
        const crs_act *act = &net->layers[l].act;
        const crs__pass_layer *pass = &work->layers[l];
        crs__small_stage st = {0};
        st.has_step = pass->has_rule ? step_of_rule(net, pass->rule.step, &st.step)
                                     : step_of_act(net, act, &st.step);
        if (st.has_step && !st.step.of_a && same_of_a(act, st.step.at))
            st.step.of_a = 1;
        st.needs_z = want_kinks || !st.has_step || !st.step.of_a;
        for (size_t i = 0; i < small->n_workers; i++) {
            crs__small_stage *to = &small->desks[i].stages[l];
            to->has_step = st.has_step;
            to->step = st.step;
            to->needs_z = st.needs_z;
        }
    }
    small->is_relu = net->n_layers == 2 && net->layers[0].act.id == CRS_ACT_RELU &&
                     crs__small_ends_single(&small->desks[0], 1) &&
                     is_derivative(net, small->desks[0].stages);
    /* the last rule may have left its own */
    for (size_t i = 0; i < small->n_workers; i++)
        memset(small->desks[i].d_below, 0, small->ld * net->kernels->size);
}
