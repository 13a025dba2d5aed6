#include <crease/diagnose.h>

#include "check/diagnose/case.h"
#include "check/diagnose/findings.h"
#include "check/diagnose/hypotheses.h"
#include "check/diagnose/pool.h"
#include "check/diagnose/say.h"
#include "check/diagnose/walk.h"
#include "core/memory.h"
#include "core/text.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* ---- names of what was found ---- */

const char *crs_samples_name(crs_samples samples)
{
    static const char *const names[] = {"auto", "columns", "rows"};
    return (unsigned)samples < sizeof names / sizeof *names ? names[samples] : NULL;
}

const char *crs_output_name(crs_output output)
{
    static const char *const names[] = {"auto", "sigmoid", "softmax", "linear", "tanh"};
    return (unsigned)output < sizeof names / sizeof *names ? names[output] : NULL;
}

const char *crs_cost_name(crs_cost cost)
{
    static const char *const names[] = {"auto", "bce", "ce", "squared"};
    return (unsigned)cost < sizeof names / sizeof *names ? names[cost] : NULL;
}

const char *crs_array_verdict_name(crs_array_verdict verdict)
{
    static const char *const names[] = {"match", "mismatch", "kink", "undecided", "not-given"};
    return (unsigned)verdict < sizeof names / sizeof *names ? names[verdict] : NULL;
}

/* ---- the case ---- */

/* Numbers that were not given. */
static void forget_numbers(crs__case *c)
{
    double *numbers[] = {&c->lambd, &c->lr, &c->momentum, &c->beta1, &c->beta2, &c->epsilon, &c->t};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        *numbers[i] = NAN;
    for (size_t l = 0; l <= CRS__LAYERS; l++)
        c->keep_prob[l] = NAN;
}

/* What a reading of the shapes settled is forgotten before the next. */
static crs_status begin_reading(crs__case *c, double lambd, crs_error *err)
{
    const crs_diagnose_options *options = c->options;
    size_t hidden = c->has_output ? c->n_layers - 1 : c->n_layers;
    c->lambd = lambd;
    c->l2_inferred = 0;
    memset(&c->ways, 0, sizeof c->ways);
    c->ways.kappa = c->ways.da_factor = c->ways.dz_factor = 1;
    c->ways.cost = CRS_COST_SQUARED;
    if (options->n_acts > 1 && options->n_acts != hidden)
        return crs_error_set(err, CRS_EINVAL,
                             "%zu activations for %zu hidden layer%s: give one, or one for each",
                             options->n_acts, hidden, hidden == 1 ? "" : "s");
    for (size_t l = 1; l <= c->n_layers; l++) {
        c->ways.keep_factor[l] = crs__is_given(c, CRS__D, l) ? NAN : 1;
        c->act_assumed[l] = 0;
        if (c->overwritten[l] != NULL)
            c->nodes[CRS__DA][l].source = c->overwritten[l];
        c->overwritten[l] = NULL;
        c->act_settled[l] = options->n_acts > 0 && l <= hidden;
        crs_act_get(CRS_ACT_RELU, &c->acts[l]);
        if (c->act_settled[l])
            c->acts[l] = options->acts[options->n_acts > 1 ? l - 1 : 0];
        for (int kind = 0; kind < CRS__KINDS; kind++)
            memset(&c->nodes[kind][l].accepted, 0, sizeof c->nodes[kind][l].accepted);
    }
    return CRS_OK;
}

static void find_structure(crs__case *c)
{
    static const crs__kind normalised[] = {CRS__GAMMA, CRS__ZHAT, CRS__ZN, CRS__DZN};
    c->has_output = crs__is_given(c, CRS__Y, 0) || crs__is_given(c, CRS__COST, 0);
    for (size_t l = 1; l <= c->n_layers; l++)
        for (size_t i = 0; i < sizeof normalised / sizeof *normalised; i++)
            c->has_bn[l] = c->has_bn[l] || crs__is_given(c, normalised[i], l);
    crs__make_flow(c);
}

/* The orientation under which the fewest arrays are wrong; it is laid out and settled. */
static crs_status orient(crs__case *c, crs_error *err)
{
    crs__orientation fit[4];
    crs_error reason = {CRS_OK, 0, 0, ""};
    size_t n = crs__orientations(c, fit, &reason), best = 0, least = SIZE_MAX, wrong;
    double lambd = c->lambd;
    int tied = 0;
    crs_status status = CRS_OK;
    if (n == 0) {
        if (err != NULL)
            *err = reason;
        return CRS_ESHAPE;
    }
    for (size_t i = 0; status == CRS_OK && i < n; i++) {
        status = begin_reading(c, lambd, err);
        if (status == CRS_OK)
            status = crs__lay_out(c, &fit[i], err);
        if (status == CRS_OK)
            status = crs__undo_habits(c);
        if (status == CRS_OK)
            status = crs__settle(c, &wrong, err);
        if (status != CRS_OK)
            break;
        if (wrong == least && fit[i].samples != fit[best].samples)
            tied = 1;
        if (wrong < least) {
            least = wrong;
            best = i;
            tied = 0;
        }
    }
    if (status != CRS_OK)
        return status;
    if (tied)
        return crs_error_set(err, CRS_ESHAPE,
                             "the arrays fit with samples in columns and in rows alike: say which, "
                             "--samples columns or --samples rows");
    if (best + 1 == n)
        return CRS_OK;
    status = begin_reading(c, lambd, err);
    if (status == CRS_OK)
        status = crs__lay_out(c, &fit[best], err);
    if (status == CRS_OK)
        status = crs__undo_habits(c);
    return status == CRS_OK ? crs__settle(c, &wrong, err) : status;
}

/* ---- what is no number ---- */

/* The first element that is not finite; SIZE_MAX if all are. */
static size_t first_not_finite(const crs_array *array)
{
    for (size_t i = 0; i < array->n; i++) {
        if (!isfinite(array->values[i]))
            return i;
    }
    return SIZE_MAX;
}

static crs_status refuse(const crs_array *array, size_t i, crs_error *err)
{
    char place[160] = "";
    size_t index[CRS_ARRAY_MAX_DIMS], flat = i, n = 0;
    for (size_t k = array->n_dims; k-- > 0;) {
        index[k] = flat % array->dims[k];
        flat /= array->dims[k];
    }
    for (size_t k = 0; k < array->n_dims && n < sizeof place; k++)
        n += (size_t)snprintf(place + n, sizeof place - n, "%s%zu%s", k == 0 ? "[" : ", ", index[k],
                              k + 1 == array->n_dims ? "]" : "");
    return crs_error_set(err, CRS_ENONFINITE, "%s%s is %s, expected a number", array->name, place,
                         isnan(array->values[i]) ? "NaN"
                         : array->values[i] > 0  ? "infinite"
                                                 : "-infinite");
}

/* An output that is exactly 0 or 1 makes the loss, and all behind it, infinite. */
static int is_saturated(const crs__case *c)
{
    const crs_array *a = c->nodes[CRS__A][c->n_layers].source;
    for (size_t i = 0; a != NULL && i < a->n; i++) {
        if (a->values[i] == 0 || a->values[i] == 1)
            return 1;
    }
    return a == NULL;
}

/* Numbers must be numbers, but where a saturated output makes none of the loss. */
static crs_status check_finite(const crs__case *c, crs_error *err)
{
    int excused = 0;
    for (int kind = 0; kind < CRS__Z; kind++)
        for (size_t l = 0; l <= c->n_layers; l++) {
            const crs_array *source = c->nodes[kind][l].source;
            if (source != NULL && first_not_finite(source) != SIZE_MAX)
                return refuse(source, first_not_finite(source), err);
        }
    if (crs__is_given(c, CRS__A, 0) && first_not_finite(c->nodes[CRS__A][0].source) != SIZE_MAX)
        return refuse(c->nodes[CRS__A][0].source, first_not_finite(c->nodes[CRS__A][0].source),
                      err);
    for (size_t i = 0; i < c->n_flow; i++) {
        crs__ref ref = c->flow[i];
        const crs_array *source = c->nodes[ref.kind][ref.layer].source;
        if (source == NULL || first_not_finite(source) == SIZE_MAX)
            continue;
        excused = excused ||
                  (is_saturated(c) && c->has_output &&
                   (ref.kind == CRS__COST || ref.layer == c->n_layers) && ref.kind >= CRS__COST);
        if (!excused)
            return refuse(source, first_not_finite(source), err);
    }
    return CRS_OK;
}

/* ---- the result ---- */

/* The shape that the file gives a node, or would. */
static void fill_shape(const crs__case *c, crs__ref ref, const crs__mat *x,
                       crs_diagnosis_array *out, int *transposed)
{
    const crs__node *node = &c->nodes[ref.kind][ref.layer];
    int samples = ref.kind == CRS__Z || ref.kind == CRS__A || ref.kind == CRS__DA ||
                  ref.kind == CRS__DZ || ref.kind == CRS__DZN || ref.kind == CRS__ZN ||
                  ref.kind == CRS__ZHAT;
    if (node->source != NULL) {
        *transposed = node->transposed;
        out->n_dims = node->source->n_dims;
        memcpy(out->dims, node->source->dims, sizeof out->dims);
        out->n = node->source->n;
        return;
    }
    *transposed = samples ? c->samples == CRS_SAMPLES_ROWS
                          : (ref.kind == CRS__DW || ref.kind == CRS__W_NEW) && c->w_in_out;
    if (x == NULL)
        return;
    out->n_dims = 2;
    out->dims[0] = *transposed ? x->cols : x->rows;
    out->dims[1] = *transposed ? x->rows : x->cols;
    out->n = x->rows * x->cols;
}

/* What the array should be, laid out as the file has it. */
static crs_status fill_right(const crs__case *c, crs__ref ref, crs_diagnosis_array *out)
{
    const crs__node *node = &c->nodes[ref.kind][ref.layer];
    crs__mat right;
    int transposed;
    crs_status status = crs__right(c, ref, &right);
    if (status == CRS_ENOENT)
        return CRS_OK;
    if (status != CRS_OK)
        return status;
    fill_shape(c, ref, &right, out, &transposed);
    if (right.rows * right.cols == out->n && !node->odd) {
        out->right = crs__alloc(out->n > 0 ? out->n : 1, sizeof *out->right);
        for (size_t i = 0; out->right != NULL && i < right.rows; i++)
            for (size_t j = 0; j < right.cols; j++)
                out->right[transposed ? j * right.rows + i : i * right.cols + j] =
                    right.v[i * right.cols + j];
        status = out->right == NULL ? CRS_ENOMEM : CRS_OK;
    }
    crs__mat_release(&right);
    return status;
}

/* The first input of `ref` that is not there; 0 if there is none. */
static int first_missing(const crs__case *c, crs__ref ref, crs__ref *missing)
{
    crs__ref inputs[CRS__INPUTS];
    size_t n = ref.layer == 0 && ref.kind == CRS__A ? 0 : crs__inputs(c, ref, inputs); /* X */
    for (size_t i = 0; i < n; i++) {
        *missing = inputs[i];
        if (crs__get(c, inputs[i].kind, inputs[i].layer) == NULL)
            return 1;
    }
    return 0;
}

/* "X was not saved": followed back to what nothing could be computed of. */
static void say_missing(const crs__case *c, crs__ref ref, char *text, size_t size)
{
    crs__ref missing = ref;
    char name[64] = "what it follows from";
    for (size_t step = 0; step < CRS__FLOW && first_missing(c, ref, &missing); step++)
        ref = missing;
    if (crs__get(c, ref.kind, ref.layer) == NULL)
        crs__node_name(c, ref, name, sizeof name);
    (void)snprintf(text, size, "%s was not saved and cannot be computed", name);
}

static void fill_reason(const crs__case *c, const crs__walk *walk, const crs__judgement *j,
                        crs_diagnosis_array *out)
{
    char name[64];
    const crs__fault *fault = j->verdict == CRS_ARRAY_MISMATCH ? &walk->faults[j->fault] : NULL;
    if (j->verdict == CRS_ARRAY_UNDECIDED && j->difference.n_wrong > 0)
        (void)snprintf(out->reason, sizeof out->reason,
                       "differs from a plain step with what was saved; momentum or Adam may make "
                       "it so: save their moments and settings (vdW1, beta, t, ...)");
    else if (j->verdict == CRS_ARRAY_UNDECIDED && j->difference.n > 0)
        (void)snprintf(out->reason, sizeof out->reason,
                       "differs by %.2g, and so far rounding alone may go in the steps before it "
                       "that were not saved: save Z, A and dZ too",
                       j->difference.error);
    else if (j->verdict == CRS_ARRAY_UNDECIDED)
        say_missing(c, j->ref, out->reason, sizeof out->reason);
    if (j->verdict == CRS_ARRAY_KINK)
        (void)snprintf(out->reason, sizeof out->reason,
                       "differs from the usual value only where z is exactly on a kink, within "
                       "both slopes");
    if (fault == NULL || !j->follows)
        return;
    crs__node_name(c, fault->named ? fault->why.at : fault->first, name, sizeof name);
    (void)snprintf(out->reason, sizeof out->reason,
                   fault->named ? "wrong only because %s is"
                                : "perhaps wrong for the same reason as %s",
                   name);
}

static crs_status fill_array(crs__case *c, const crs__walk *walk, const crs__judgement *j,
                             crs_diagnosis_array *out)
{
    const crs__node *node = &c->nodes[j->ref.kind][j->ref.layer];
    size_t i = j->difference.worst;
    int transposed;
    crs__node_name(c, j->ref, out->name, sizeof out->name);
    (void)snprintf(out->role, sizeof out->role, "%s", crs__kind_name(j->ref.kind));
    out->layer = j->ref.layer;
    out->verdict = j->verdict;
    out->given_upstream = j->given_upstream;
    out->error = j->difference.error;
    out->n_wrong = j->difference.n_wrong;
    fill_shape(c, j->ref, &node->given, out, &transposed);
    if (out->n_wrong > 0 && !node->odd) {
        crs__place_in_source(node, i, &out->n_index, out->index);
        out->given = node->given.v[i];
    }
    fill_reason(c, walk, j, out);
    return j->verdict == CRS_ARRAY_MISMATCH ? fill_right(c, j->ref, out) : CRS_OK;
}

/* The value at `index` of what it should be. */
static void fill_computed(crs_diagnosis_array *array)
{
    size_t flat = 0;
    for (size_t k = 0; k < array->n_dims; k++)
        flat = flat * array->dims[k] + array->index[k];
    if (array->right != NULL && array->n_wrong > 0 && flat < array->n)
        array->computed = array->right[flat];
}

/* Is it worth a line though it is not given? What a net always has. */
static int is_expected(const crs__case *c, crs__ref ref)
{
    switch (ref.kind) {
    case CRS__Z:
    case CRS__A:
    case CRS__DZ:
    case CRS__DW:
    case CRS__DB:
        return 1;
    case CRS__DA:
        return ref.layer > 0;
    case CRS__COST:
        return c->has_output;
    default:
        return 0;
    }
}

static int is_of_bug(const crs__walk *walk, crs__ref ref)
{
    for (size_t i = 0; i < walk->n_faults; i++)
        for (size_t k = 0; k < walk->faults[i].n_layers; k++) {
            if (walk->faults[i].layers[k] == ref.layer)
                return ref.kind == CRS__Z || ref.kind == CRS__A || ref.kind == CRS__DA ||
                       ref.kind == CRS__DZ;
        }
    return 0;
}

static crs_status fill_arrays(crs__case *c, const crs__walk *walk, crs_diagnosis *out)
{
    size_t next = 0;
    crs_status status = CRS_OK;
    out->arrays = crs__alloc(c->n_flow + 1, sizeof *out->arrays); /* one more: pooling's */
    if (out->arrays == NULL)
        return CRS_ENOMEM;
    for (size_t i = 0; status == CRS_OK && i < c->n_flow; i++) {
        crs__ref ref = c->flow[i];
        crs_diagnosis_array *array = &out->arrays[out->n_arrays];
        if (crs__is_given(c, ref.kind, ref.layer)) {
            out->n_arrays++;
            status = fill_array(c, walk, &walk->judgements[next++], array);
            fill_computed(array);
        } else if (is_expected(c, ref)) {
            out->n_arrays++;
            crs__node_name(c, ref, array->name, sizeof array->name);
            (void)snprintf(array->role, sizeof array->role, "%s", crs__kind_name(ref.kind));
            array->layer = ref.layer;
            array->verdict = CRS_ARRAY_NOT_GIVEN;
            if (is_of_bug(walk, ref))
                status = fill_right(c, ref, array);
        }
    }
    return status;
}

static crs_status fill_bugs(crs__case *c, const crs__walk *walk, crs_diagnosis *out)
{
    crs_status status = CRS_OK;
    out->bugs = crs__alloc(walk->n_faults + 1, sizeof *out->bugs);
    if (out->bugs == NULL)
        return CRS_ENOMEM;
    for (size_t i = 0; status == CRS_OK && i < walk->n_faults; i++)
        status = crs__say(c, &walk->faults[i], &out->bugs[out->n_bugs++]);
    return status;
}

static crs_status fill_read_as(const crs__case *c, crs_diagnosis *out)
{
    crs__text text = {0};
    size_t hidden = c->has_output ? c->n_layers - 1 : c->n_layers;
    crs__text_append(&text, "a net of %zu layer%s, ", c->n_layers, c->n_layers == 1 ? "" : "s");
    for (size_t l = 0; l <= c->n_layers; l++) {
        if (c->widths[l] > 0)
            crs__text_append(&text, "%s%zu", l > 0 ? "-" : "", c->widths[l]);
        else
            crs__text_append(&text, "%s?", l > 0 ? "-" : "");
    }
    for (size_t l = 1; l <= hidden; l++) {
        char act[48];
        crs_act_format(&c->acts[l], act, sizeof act);
        crs__text_append(&text, "%s%s%s", l == 1 ? ", " : " ", act,
                         c->act_assumed[l] ? " (assumed)" : "");
    }
    if (c->has_output)
        crs__text_append(&text, ", %s output, %s%s", crs_output_name(c->output),
                         c->ways.cost == CRS_COST_BCE  ? "binary cross-entropy"
                         : c->ways.cost == CRS_COST_CE ? "cross-entropy"
                                                       : "squared error",
                         c->cost_assumed ? " (assumed: no cost tells)" : "");
    if (out->n_samples > 0)
        crs__text_append(&text, "; %zu sample%s in %s", c->m, c->m == 1 ? "" : "s",
                         crs_samples_name(c->samples));
    crs__text_append(&text, ", W as [%s]; %s", c->w_in_out ? "n_in, n_out" : "n_out, n_in",
                     c->u > 0x1p-20   ? "float16"
                     : c->u > 0x1p-40 ? "float32"
                                      : "float64");
    (void)snprintf(out->read_as, sizeof out->read_as, "%s", text.data == NULL ? "" : text.data);
    crs__free(text.data);
    return text.failed ? CRS_ENOMEM : CRS_OK;
}

static int has_sample_axis(const crs__case *c)
{
    static const crs__kind kinds[] = {CRS__A, CRS__Z,    CRS__DZ, CRS__DA,
                                      CRS__Y, CRS__ZHAT, CRS__ZN, CRS__DZN};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        for (size_t l = 0; l <= c->n_layers; l++) {
            if (crs__is_given(c, kinds[i], l))
                return 1;
        }
    return 0;
}

static crs_status fill_net(const crs__case *c, crs_diagnosis *out)
{
    out->n_layers = c->n_layers;
    memcpy(out->widths, c->widths, sizeof out->widths);
    out->n_samples = has_sample_axis(c) ? c->m : 0;
    out->samples = c->samples;
    for (size_t l = 1; l <= c->n_layers && l <= CRS_DIAGNOSE_MAX_LAYERS; l++) {
        out->acts[l - 1] = c->acts[l];
        out->act_assumed[l - 1] = c->act_assumed[l];
    }
    out->output = c->has_output ? c->output : CRS_OUTPUT_AUTO;
    out->cost = c->has_output ? c->ways.cost : CRS_COST_AUTO;
    out->cost_assumed = c->cost_assumed;
    return fill_read_as(c, out);
}

static crs_status fill_unused(const crs_arrays *arrays, const unsigned char *unused,
                              crs_diagnosis *out)
{
    out->unused = crs__alloc(arrays->n > 0 ? arrays->n : 1, sizeof *out->unused);
    if (out->unused == NULL)
        return CRS_ENOMEM;
    for (size_t i = 0; i < arrays->n; i++) {
        if (unused[i] && !crs__pool_is_name(arrays->array[i].name))
            (void)snprintf(out->unused[out->n_unused++], sizeof *out->unused, "%s",
                           arrays->array[i].name);
    }
    return CRS_OK;
}

static crs_status add_pool(const crs_arrays *arrays, crs_error *err, crs_diagnosis *out)
{
    crs_diagnosis_bug *bug = NULL;
    crs_status status;
    if (out->arrays == NULL) {
        out->arrays = crs__alloc(1, sizeof *out->arrays);
        if (out->arrays == NULL)
            return CRS_ENOMEM;
    }
    bug = crs__realloc(out->bugs, out->n_bugs + 1, sizeof *out->bugs);
    if (bug == NULL)
        return CRS_ENOMEM;
    out->bugs = bug;
    status = crs__pool_run(arrays, err, &out->arrays[out->n_arrays], &bug[out->n_bugs]);
    if (status != CRS_OK)
        return status;
    out->n_arrays++;
    out->n_bugs += bug[out->n_bugs].id[0] != '\0';
    return CRS_OK;
}

/* ---- all of it ---- */

static size_t count_given(const crs__case *c)
{
    size_t n = 0;
    for (int kind = 0; kind < CRS__KINDS; kind++)
        for (size_t l = 0; l <= c->n_layers; l++)
            n += crs__is_given(c, (crs__kind)kind, l) != 0;
    return n;
}

static crs_status diagnose_net(crs__case *c, crs_error *err, crs_diagnosis *out)
{
    crs__walk walk = {0};
    crs_status status;
    find_structure(c);
    status = check_finite(c, err);
    if (status == CRS_OK)
        status = orient(c, err);
    if (status != CRS_OK)
        return status;
    status = crs__walk_run(c, &walk);
    if (status == CRS_OK)
        status = fill_net(c, out);
    if (status == CRS_OK)
        status = fill_arrays(c, &walk, out);
    if (status == CRS_OK)
        status = fill_bugs(c, &walk, out);
    if (status == CRS_OK)
        status = crs__find(c, out);
    crs__walk_release(&walk);
    return status;
}

/* Is there an array that could follow from others, whether they were saved or not? */
static int is_anything_checked(const crs_diagnosis *out)
{
    for (size_t i = 0; i < out->n_arrays; i++) {
        if (out->arrays[i].verdict != CRS_ARRAY_NOT_GIVEN)
            return 1;
    }
    return 0;
}

crs_status crs_diagnose_run(const crs_arrays *arrays, const crs_diagnose_options *options,
                            crs_error *err, crs_diagnosis *out)
{
    static const crs_diagnose_options defaults = {NULL, 0, CRS_OUTPUT_AUTO, CRS_COST_AUTO,
                                                  CRS_SAMPLES_AUTO};
    crs_error said = {CRS_OK, 0, 0, ""};
    unsigned char *unused = NULL;
    crs__case *c = NULL;
    crs_status status = CRS_OK;
    int pooled;
    if (out == NULL)
        return crs_error_set(err, CRS_EINVAL, "crs_diagnose_run: no place for the result");
    memset(out, 0, sizeof *out);
    if (arrays == NULL || (options != NULL && options->n_acts > 0 && options->acts == NULL))
        return crs_error_set(err, CRS_EINVAL, "crs_diagnose_run: expected arrays");
    c = crs__alloc(1, sizeof *c);
    unused = crs__alloc(arrays->n > 0 ? arrays->n : 1, 1);
    if (c == NULL || unused == NULL) {
        status = CRS_ENOMEM;
        goto out;
    }
    c->arrays = arrays;
    c->options = options != NULL ? options : &defaults;
    forget_numbers(c);
    status = crs__name_arrays(c, unused, &said);
    pooled = crs__pool_is_given(arrays);
    if (status == CRS_OK && count_given(c) > 0)
        status = diagnose_net(c, &said, out);
    if (status == CRS_OK && pooled)
        status = add_pool(arrays, &said, out);
    if (status == CRS_OK)
        status = fill_unused(arrays, unused, out);
    if (status == CRS_OK && !is_anything_checked(out))
        status = crs_error_set(&said, CRS_ENOENT,
                               "nothing that can be checked: expected arrays such as X, Y, W1, b1, "
                               "Z1, A1, dZ1, dW1, db1 (np.savez(\"mine.npz\", X=X, Y=Y, "
                               "**parameters, **cache, **grads))");
out:
    if (c != NULL)
        crs__case_release(c);
    crs__free(c);
    crs__free(unused);
    if (status == CRS_OK)
        return CRS_OK;
    crs_diagnosis_release(out);
    if (said.status == status && err != NULL)
        *err = said;
    else if (said.status != status)
        (void)crs_error_set(err, status, "diagnosing the arrays: %s", crs_status_text(status));
    return status;
}

void crs_diagnosis_release(crs_diagnosis *diagnosis)
{
    if (diagnosis == NULL)
        return;
    for (size_t i = 0; diagnosis->arrays != NULL && i < diagnosis->n_arrays; i++)
        crs__free(diagnosis->arrays[i].right);
    crs__free(diagnosis->arrays);
    crs__free(diagnosis->bugs);
    crs__free(diagnosis->findings);
    crs__free(diagnosis->unused);
    memset(diagnosis, 0, sizeof *diagnosis);
}
