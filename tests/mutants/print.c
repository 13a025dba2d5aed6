/* One line about a trial that went wrong, and everything about one that is looked at alone. */
#include "trial.h"

#include <stdio.h>
#include <string.h>

static void print_net(const trial *t)
{
    static const char *const outs[] = {"sigmoid", "softmax", "linear", "tanh"};
    static const char *const costs[] = {"bce", "ce", "squared"};
    static const char *const places[] = {"dW", "dZ", "dA"};
    static const char *const steps[] = {"", " sgd", " momentum", " adam"};
    const setting *s = &t->s;
    if (s->pool) {
        printf(" pool");
        return;
    }
    printf(" dims=");
    for (size_t l = 0; l <= s->n_layers; l++)
        printf("%s%zu", l > 0 ? "-" : "", s->widths[l]);
    printf(" m=%zu act=", s->m);
    for (size_t l = 1; l < s->n_layers; l++) {
        char text[64];
        crs_act_format(&s->acts[l], text, sizeof text);
        printf("%s%s", l > 1 ? "," : "", text);
    }
    printf(" out=%s/%s%s%s%s f%d 1/m@%s", outs[s->out], costs[s->cost], s->without_half ? "*2" : "",
           s->mean_outputs ? "/n" : "", s->sums ? "(sum)" : "", s->f32 ? 32 : 64, places[s->place]);
    printf("%s%s%s%s%s%s%s", steps[s->step], s->keep > 0 ? " dropout" : "",
           s->batchnorm ? " batchnorm" : "", s->lambd > 0 ? " l2" : "",
           s->through_da ? " dA_L" : "", s->dyadic ? " dyadic" : "", s->nudged ? " nudged" : "");
    if (s->step == STEP_MOMENTUM)
        printf("(v = %s)", s->momentum == MOMENTUM_AVERAGE ? "b v + (1 - b) g"
                           : s->momentum == MOMENTUM_SUM   ? "b v + g"
                                                           : "b v - lr g");
}

static void print_saved(const trial *t)
{
    const crs_diagnose_options *o = &t->o.o;
    printf(" %s%s%s", t->v.rows ? "rows" : "columns", t->v.w_in_out ? " W[in,out]" : "",
           t->v.y_classes ? " Y=classes" : "");
    printf(" told:%s%s%s%s%s", o->n_acts > 0 ? " act" : "",
           o->output != CRS_OUTPUT_AUTO ? " output" : "", o->cost != CRS_COST_AUTO ? " cost" : "",
           o->samples != CRS_SAMPLES_AUTO ? " samples" : "",
           o->n_acts == 0 && o->output == 0 && o->cost == 0 && o->samples == 0 ? " nothing" : "");
}

static void print_planted(const trial *t)
{
    static const char *const expected[] = {"name", "flag", "maybe", "open", "finding"};
    if (t->bug == BUG_COUNT)
        return;
    printf(" | planted: layers");
    for (size_t l = 0; l <= MAX_LAYERS; l++) {
        if (t->p.layers >> l & 1)
            printf(" %zu", l);
    }
    printf(" variant=%d value=%g other=%zu, seen first at", t->p.variant, t->p.value,
           t->p.other > MAX_LAYERS ? 0 : t->p.other);
    for (size_t k = 0; k < KIND_COUNT; k++) {
        for (size_t l = 0; l <= MAX_LAYERS; l++) {
            char name[64];
            saving_name(&t->v, (kind)k, l, name);
            if (t->t.place[k][l])
                printf(" %s", name);
        }
    }
    printf(", expected: %s", expected[t->expected]);
}

static void print_diagnosis(const crs_diagnosis *d, const crs_error *err)
{
    printf(" | came: ");
    if (err != NULL && err->status != CRS_OK) {
        printf("%s: %s", crs_status_name(err->status), err->text);
        return;
    }
    for (size_t i = 0; i < d->n_bugs; i++) {
        const crs_diagnosis_bug *bug = &d->bugs[i];
        printf("%s%s@%s(layer %zu", i > 0 ? "; " : "", bug->id, bug->array, bug->layer);
        for (size_t k = 0; k < bug->n_layers; k++)
            printf("%s%zu", k > 0 ? "," : ": ", bug->layers[k]);
        printf(")");
        for (size_t k = 0; k < bug->n_also; k++)
            printf("%s%s", k > 0 ? ", " : " also ", bug->also[k].id);
    }
    if (d->n_bugs == 0)
        printf("no bug");
    for (size_t i = 0; i < d->n_arrays; i++) {
        const crs_diagnosis_array *a = &d->arrays[i];
        if (a->verdict != CRS_ARRAY_MISMATCH)
            continue;
        printf("; first mismatch %s (layer %zu) error %.3g, %zu of %zu: %.9g for %.9g", a->name,
               a->layer, a->error, a->n_wrong, a->n, a->given, a->computed);
        break;
    }
}

void trial_print(const trial *t, const char *why, const crs_diagnosis *d, const crs_error *err)
{
    printf("%s: CREASE_MUTANT=%s:%llu:%s", why,
           t->variant != NULL ? t->variant->name : bug_name(t->bug), (unsigned long long)t->seed,
           subset_name(t->which));
    print_net(t);
    print_saved(t);
    print_planted(t);
    print_diagnosis(d, err);
    printf("\n");
}

static void dump_array(const crs_array *a)
{
    size_t row = a->n_dims > 0 ? a->dims[a->n_dims - 1] : 1;
    printf("%s (%s", a->name, a->type);
    for (size_t i = 0; i < a->n_dims; i++)
        printf("%s%zu", i > 0 ? " x " : ", ", a->dims[i]);
    printf(")\n");
    for (size_t i = 0; i < a->n && i < 400; i++)
        printf("%.17g%s", a->values[i], (i + 1) % row == 0 || i + 1 == a->n ? "\n" : " ");
}

void trial_dump(const trial *t, const crs_arrays *arrays, const crs_diagnosis *d)
{
    (void)t;
    for (size_t i = 0; i < arrays->n; i++)
        dump_array(&arrays->array[i]);
    printf("\nread as: %s\n", d->read_as);
    for (size_t i = 0; i < d->n_arrays; i++) {
        const crs_diagnosis_array *a = &d->arrays[i];
        printf("%-12s layer %zu %-10s error %-10.3g wrong %zu of %zu, %.9g for %.9g%s%s\n", a->name,
               a->layer, crs_array_verdict_name(a->verdict), a->error, a->n_wrong, a->n, a->given,
               a->computed, a->reason[0] != '\0' ? "; " : "", a->reason);
    }
    for (size_t i = 0; i < d->n_bugs; i++) {
        const crs_diagnosis_bug *b = &d->bugs[i];
        printf("bug %s at %s, explains %g\n  %s\n  %s\n", b->id, b->array, b->explains, b->sentence,
               b->line);
        if (b->has_counterexample)
            printf("  %s\n", b->counterexample.text);
        for (size_t k = 0; k < b->n_also; k++)
            printf("  also %s: %s\n", b->also[k].id, b->also[k].why);
    }
    for (size_t i = 0; i < d->n_findings; i++)
        printf("finding %s, layer %zu: %s\n", d->findings[i].id, d->findings[i].layer,
               d->findings[i].sentence);
    for (size_t i = 0; i < d->n_unused; i++)
        printf("unused: %s\n", d->unused[i]);
}
