/* A net that is right: any of all there are. */
#include "random_inputs.h"
#include "trial.h"

#include <string.h>

void setting_draw_act(crs_act *act, uint64_t *random)
{
    static const double slopes[] = {0.01, 0.1, 0.2, 0.5}, alphas[] = {1, 0.5, 2};
    /* half of them relu and its relatives, as people's are */
    crs_act_id id = (crs_act_id)random_below(random, CRS_ACT_COUNT);
    if (percent(random, 40))
        id = percent(random, 60) ? CRS_ACT_RELU : CRS_ACT_LEAKY_RELU;
    crs_act_get(id, act);
    if (id == CRS_ACT_LEAKY_RELU || id == CRS_ACT_ELU) {
        double param =
            id == CRS_ACT_ELU ? alphas[random_below(random, 3)] : slopes[random_below(random, 4)];
        act->param = param;
        if (id == CRS_ACT_ELU)
            act->n_kinks = param > 1 || param < 1 ? 1u : 0u;
        act->kink[0].left = param;
        act->kink[0].right = act->kink[0].value = 1;
    }
    for (size_t i = 0; i < act->n_kinks; i++) { /* any value between the slopes is right */
        const double at[] = {0, 1, 0.5};
        double t = at[random_below(random, 3)];
        act->kink[i].value = act->kink[i].left + t * (act->kink[i].right - act->kink[i].left);
    }
}

static void draw_output(setting *s, uint64_t *random)
{
    static const struct {
        output_kind out;
        cost_kind cost;
        unsigned percent;
    } pairs[] = {{OUT_SIGMOID, COST_BCE, 40},    {OUT_SOFTMAX, COST_CE, 25},
                 {OUT_LINEAR, COST_SQUARED, 12}, {OUT_SIGMOID, COST_SQUARED, 12},
                 {OUT_TANH, COST_SQUARED, 6},    {OUT_SOFTMAX, COST_SQUARED, 5}};
    size_t i = 0, at = random_below(random, 100), *n = &s->widths[s->n_layers];
    while (at >= pairs[i].percent)
        at -= pairs[i++].percent;
    s->out = pairs[i].out;
    s->cost = pairs[i].cost;
    if (s->out != OUT_SOFTMAX && percent(random, 50))
        *n = 1;
    if (s->out == OUT_SOFTMAX && *n < 2)
        *n = 2 + random_below(random, 4);
    s->without_half = s->cost == COST_SQUARED && percent(random, 50);
    s->mean_outputs = s->cost == COST_SQUARED && percent(random, 30);
}

static void draw_ways(setting *s, uint64_t *random)
{
    s->place = (mean_place)random_below(random, 3);
    s->f32 = percent(random, 25);
    s->order = (sum_order)random_below(random, SUM_ORDERS);
    s->form = (int)random_below(random, 3);
    s->through_da = percent(random, 30);
    s->stable_cost = percent(random, 30);
    s->da_masked = percent(random, 60);
    s->bn_full = percent(random, 50);
    s->momentum = (momentum_form)random_below(random, 3);
    s->ties = (tie_rule)random_below(random, 3);
}

static void draw_parts(setting *s, uint64_t *random)
{
    if (percent(random, 15))
        s->keep = percent(random, 50) ? 0.8 : 0.5;
    else if (percent(random, 15) && s->m > 1)
        s->batchnorm = 1;
    if (percent(random, 20))
        s->lambd = percent(random, 50) ? 0.7 : 0.1;
    if (percent(random, 40))
        s->step = (step_kind)random_below(random, s->batchnorm ? 3 : 4);
    s->previous = percent(random, 10);
}

void setting_draw(setting *s, uint64_t *random, size_t largest_m)
{
    memset(s, 0, sizeof *s);
    s->n_layers = 1 + random_below(random, MAX_LAYERS);
    for (size_t l = 0; l <= s->n_layers; l++)
        s->widths[l] = 1 + random_below(random, MAX_WIDTH);
    s->m = 1 + random_below(random, percent(random, 50) ? 20 : largest_m);
    draw_output(s, random);
    draw_ways(s, random);
    for (size_t l = 0; l < MAX_LAYERS; l++)
        setting_draw_act(&s->acts[l], random);
    draw_parts(s, random);
}
