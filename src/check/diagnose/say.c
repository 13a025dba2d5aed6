#include "check/diagnose/say.h"

#include "check/diagnose/catalogue.h"
#include "check/diagnose/hypotheses.h"
#include "check/diagnose/lines.h"
#include "core/memory.h"
#include "core/text.h"

#include <crease/format.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- places ---- */

void crs__place_in_source(const crs__node *node, size_t i, size_t *n_index, size_t *index)
{
    size_t cols = node->given.cols > 0 ? node->given.cols : 1, row = i / cols, col = i % cols;
    size_t flat = node->transposed ? col * node->given.rows + row : i;
    *n_index = node->source->n_dims;
    for (size_t k = node->source->n_dims; k-- > 0;) {
        size_t dim = node->source->dims[k] > 0 ? node->source->dims[k] : 1;
        index[k] = flat % dim;
        flat /= dim;
    }
}

static int has_samples(crs__kind kind)
{
    return kind == CRS__Z || kind == CRS__A || kind == CRS__ZHAT || kind == CRS__ZN ||
           kind == CRS__DA || kind == CRS__DZN || kind == CRS__DZ;
}

void crs__put_place(crs__ref ref, const crs__node *node, size_t i, char *text, size_t size)
{
    size_t n_index, index[CRS_ARRAY_MAX_DIMS], n = 0;
    size_t cols = node->given.cols > 0 ? node->given.cols : 1;
    if (has_samples(ref.kind) && !node->odd) {
        (void)snprintf(text, size, "unit %zu, sample %zu", i / cols, i % cols);
        return;
    }
    crs__place_in_source(node, i, &n_index, index);
    text[0] = '\0';
    for (size_t k = 0; k < n_index && n < size; k++)
        n += (size_t)snprintf(text + n, size - n, "%s%zu%s", k == 0 ? "[" : ", ", index[k],
                              k + 1 == n_index ? "]" : "");
}

/* ---- words in braces ---- */

/* What the texts of the catalogue are filled in with. */
typedef struct filling {
    const crs__case *c;
    const crs__fault *fault;
} filling;

static void put_name(const filling *f, crs__kind kind, size_t layer, crs__text *out)
{
    char name[64];
    crs__ref ref = {kind, layer};
    crs__node_name(f->c, ref, name, sizeof name);
    crs__text_append(out, "%s", name);
}

static void put_act(const filling *f, size_t l, crs__text *out)
{
    char act[48];
    if (l == f->c->n_layers && f->c->has_output) {
        crs__text_append(out, "%s", crs_output_name(f->c->output));
        return;
    }
    crs_act_format(&f->c->acts[l], act, sizeof act);
    crs__text_append(out, "%s", act);
}

static const char *loss_in_words(const crs__case *c)
{
    return c->ways.cost == CRS_COST_BCE  ? "binary cross-entropy"
           : c->ways.cost == CRS_COST_CE ? "cross-entropy"
                                         : "squared error";
}

/* The number that was taken instead, as far as the slip is one. */
static double number_of(const crs__fault *fault)
{
    switch (fault->why.variant.slip) {
    case CRS__TWO:
        return 2;
    case CRS__HALF:
        return 0.5;
    case CRS__SLOPE_ONE:
        return 1;
    default:
        return fault->why.variant.value;
    }
}

/* The layer's own arrays, {Z} and the like. */
static int put_own(const filling *f, const char *word, size_t length, crs__text *out)
{
    static const struct {
        const char *word;
        crs__kind kind;
        int above; /* of the layer above */
    } own[] = {{"A", CRS__A, 0},  {"dA", CRS__DA, 0},  {"dZ", CRS__DZ, 0}, {"W", CRS__W, 0},
               {"b", CRS__B, 0},  {"dW", CRS__DW, 0},  {"db", CRS__DB, 0}, {"D", CRS__D, 0},
               {"up", CRS__W, 1}, {"dZup", CRS__DZ, 1}};
    size_t l = f->fault->why.at.layer;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        if (strlen(own[i].word) == length && memcmp(own[i].word, word, length) == 0) {
            put_name(f, own[i].kind, l + (size_t)own[i].above, out);
            return 1;
        }
    }
    return 0;
}

static int is_word(const char *word, size_t length, const char *what)
{
    return strlen(what) == length && memcmp(word, what, length) == 0;
}

static void put_word(const filling *f, const char *word, size_t length, crs__text *out)
{
    const crs__explanation *why = &f->fault->why;
    size_t l = why->at.layer, k = why->variant.arg;
    int of_gradient = why->variant.slip == CRS__DW_FOR_W;
    if (put_own(f, word, length, out))
        return;
    if (is_word(word, length, "array"))
        put_name(f, f->fault->first.kind, f->fault->first.layer, out);
    else if (is_word(word, length, "at"))
        put_name(f, why->at.kind, l, out);
    else if (is_word(word, length, "Z"))
        put_name(f, crs__preactivation(f->c, l), l, out);
    else if (is_word(word, length, "l"))
        crs__text_append(out, "%zu", l);
    else if (is_word(word, length, "k"))
        crs__text_append(out, "%zu", k);
    else if (is_word(word, length, "m"))
        crs__text_append(out, "%zu", f->c->m);
    else if (is_word(word, length, "v"))
        crs__text_append(out, "%.6g", number_of(f->fault));
    else if (is_word(word, length, "act"))
        put_act(f, l, out);
    else if (is_word(word, length, "rule"))
        crs__layer_rule(f->c, l, out);
    else if (is_word(word, length, "input"))
        put_name(f, CRS__A, l > 0 ? l - 1 : 0, out);
    else if (is_word(word, length, "AL"))
        put_name(f, CRS__A, f->c->n_layers, out);
    else if (is_word(word, length, "Y"))
        put_name(f, CRS__Y, 0, out);
    else if (is_word(word, length, "loss"))
        crs__text_append(out, "%s", loss_in_words(f->c));
    else if (is_word(word, length, "Zk"))
        put_name(f, crs__preactivation(f->c, k), k, out);
    else if (is_word(word, length, "Ak"))
        put_name(f, CRS__A, k, out);
    else if (is_word(word, length, "Wk"))
        put_name(f, of_gradient ? CRS__DW : CRS__W, of_gradient ? l + 1 : k, out);
    else
        crs__text_append(out, "{%.*s}", (int)length, word);
}

static void expand(const filling *f, const char *text, crs__text *out)
{
    while (*text != '\0') {
        const char *open = strchr(text, '{'), *close = open ? strchr(open, '}') : NULL;
        if (close == NULL) {
            crs__text_append(out, "%s", text);
            return;
        }
        crs__text_append(out, "%.*s", (int)(open - text), text);
        put_word(f, open + 1, (size_t)(close - open - 1), out);
        text = close + 1;
    }
}

/* ---- the sentence ---- */

/* ", in layers 3, 2 and 1" */
static void put_layers(const crs__fault *fault, crs__text *out)
{
    if (fault->n_layers < 2 || fault->layers[0] == 0) /* the cost is in no layer */
        return;
    crs__text_append(out, " The same in layer%s ", fault->n_layers == 2 ? "" : "s");
    for (size_t i = 1; i < fault->n_layers; i++)
        crs__text_append(out, "%s%zu",
                         i == 1                     ? ""
                         : i + 1 == fault->n_layers ? " and "
                                                    : ", ",
                         fault->layers[i]);
    crs__text_append(out, ".");
}

/* Gradients of the sum are right for the sum's cost, which nobody saved. */
static void put_hedge(const crs__case *c, const crs__fault *fault, crs__text *out)
{
    const char *id = fault->why.id;
    if (c->cost_assumed && id != NULL && strcmp(id, "m-missing") == 0)
        crs__text_append(out, " (If your cost is the sum over the samples and not the mean, it is "
                              "right: save the cost too, and it will be checked.)");
    else if (c->cost_assumed && id != NULL && strcmp(id, "l2-not-averaged") == 0)
        crs__text_append(out, " (If the L2 term of your cost has no 1/m either, it is right: save "
                              "the cost too, and it will be checked.)");
    else if (c->act_assumed[fault->why.at.layer] && fault->why.at.kind >= CRS__DA)
        crs__text_append(out,
                         " (Taken to be %s, as nothing saved tells the layer's activation: "
                         "say --act if it is another.)",
                         crs_act_name(c->acts[fault->why.at.layer].id));
}

/* Where the line itself is not among what was saved. */
static void put_where(const filling *f, crs__text *out)
{
    const crs__fault *fault = f->fault;
    if (fault->why.at.kind == fault->first.kind && fault->why.at.layer == fault->first.layer)
        return;
    put_name(f, fault->first.kind, fault->first.layer, out);
    crs__text_append(out, " shows that ");
    put_name(f, fault->why.at.kind, fault->why.at.layer, out);
    crs__text_append(out, ", which was not saved, is wrong: ");
}

/* "W1, not saved" and what could be meant by a pattern. */
static void put_pattern(const filling *f, crs__text *out)
{
    char name[64];
    crs__ref z = {CRS__Z, f->fault->why.at.layer - 1};
    if (f->fault->why.variant.slip == CRS__NO_BIAS) {
        crs__text_append(out, " It is what comes out without ");
        put_name(f, CRS__B, f->fault->why.at.layer, out);
        crs__text_append(out, ".");
    } else if (f->fault->why.variant.slip == CRS__INPUT_IS_Z) {
        crs__node_name(f->c, z, name, sizeof name);
        crs__text_append(out, " It is what comes out with %s where its activation belongs.", name);
    }
}

/* A multiple that says something even of a single number. */
static int is_telling(const crs__case *c, double ratio)
{
    const double m = (double)c->m, telling[] = {-1, 2, 0.5, m, 1 / m};
    for (size_t i = 0; i < sizeof telling / sizeof *telling; i++) {
        if (fabs(ratio - telling[i]) <= 64 * c->u * fabs(telling[i]))
            return 1;
    }
    return 0;
}

/* Is every element the same multiple of the right one? The number, or NaN. */
static double constant_ratio(const crs__case *c, const crs__fault *fault, crs__text *out)
{
    const crs__node *node = &c->nodes[fault->first.kind][fault->first.layer];
    double ratio = NAN, largest = 0;
    crs__mat right;
    crs_status status = crs__right(c, fault->first, &right);
    out->failed = out->failed || status == CRS_ENOMEM;
    if (status != CRS_OK)
        return NAN;
    for (size_t i = 0; i < right.rows * right.cols && right.cols == node->given.cols; i++) {
        if (fabs(right.v[i]) > largest) {
            largest = fabs(right.v[i]);
            ratio = node->given.v[i] / right.v[i];
        }
    }
    for (size_t i = 0; i < right.rows * right.cols && right.cols == node->given.cols; i++) {
        double due = ratio * right.v[i];
        if (fabs(node->given.v[i] - due) > fabs(ratio) * right.e[i] + 8 * c->u * fabs(due))
            ratio = NAN;
    }
    if ((right.rows * right.cols < 3 && !is_telling(c, ratio)) || right.cols != node->given.cols)
        ratio = NAN;
    crs__mat_release(&right);
    return ratio;
}

/* "dZ2 and W2": what the wrong array follows from and was not saved. */
static void put_missing(const filling *f, crs__text *out)
{
    crs__ref inputs[CRS__INPUTS], missing[CRS__INPUTS];
    size_t n = crs__inputs(f->c, f->fault->first, inputs), n_missing = 0;
    for (size_t i = 0; i < n; i++) {
        if (!crs__is_given(f->c, inputs[i].kind, inputs[i].layer))
            missing[n_missing++] = inputs[i];
    }
    for (size_t i = 0; i < n_missing; i++) {
        crs__text_append(out, "%s", i == 0 ? "" : i + 1 == n_missing ? " and " : ", ");
        put_name(f, missing[i].kind, missing[i].layer, out);
    }
    if (n_missing == 0)
        crs__text_append(out, "arrays that were not saved");
}

/* Which line it is, as far as can be told. */
static void put_line_at_fault(const filling *f, crs__text *out)
{
    if (f->fault->inputs_given) {
        crs__text_append(out, ". What it is computed from was saved and is taken as it is, so the "
                              "fault is in the line that makes ");
        put_name(f, f->fault->first.kind, f->fault->first.layer, out);
        crs__text_append(out, ".");
        return;
    }
    crs__text_append(out, ". It is computed from ");
    put_missing(f, out);
    crs__text_append(out, ": the fault is in the line that makes ");
    put_name(f, f->fault->first.kind, f->fault->first.layer, out);
    crs__text_append(out, " or in one before it that was not saved. Save ");
    put_missing(f, out);
    crs__text_append(out, " too, to see which.");
}

/* Slips outside of the lines that compute, which no formula can show. */
static void put_hint(const filling *f, crs__text *out)
{
    crs__ref first = f->fault->first;
    if (f->fault->named)
        return;
    if (first.kind == CRS__Z && f->fault->difference.n_wrong > 1)
        crs__text_append(out, " If you saved after the update, W and b are already the next ones "
                              "and did not make this Z: save before it.");
    else if (first.kind == CRS__A && first.layer < f->c->n_layers &&
             !crs__is_given(f->c, CRS__D, first.layer))
        crs__text_append(out, " If there is dropout, save its mask and keep_prob too: D%zu=D%zu.",
                         first.layer, first.layer);
}

static void say_unknown(const filling *f, crs__text *out)
{
    const crs__fault *fault = f->fault;
    const crs__node *node = &f->c->nodes[fault->first.kind][fault->first.layer];
    char n_wrong[CRS_FORMAT_COUNT_BYTES], n[CRS_FORMAT_COUNT_BYTES];
    double ratio;
    put_name(f, fault->first.kind, fault->first.layer, out);
    crs_format_count(fault->difference.n_wrong, n_wrong, sizeof n_wrong);
    crs_format_count(fault->difference.n, n, sizeof n);
    if (fault->difference.n == 1)
        crs__text_append(out, " is wrong");
    else
        crs__text_append(out, " is wrong in %s of %s elements", n_wrong, n);
    put_line_at_fault(f, out);
    if (fault->named)
        put_pattern(f, out);
    ratio = fault->named || node->odd ? NAN : constant_ratio(f->c, fault, out);
    if (!isnan(ratio) && fault->difference.n == 1)
        crs__text_append(out, " It is %.6g times what it should be.", ratio);
    else if (!isnan(ratio))
        crs__text_append(out, " Every element is %.6g times what it should be.", ratio);
    if (!fault->named)
        crs__text_append(out, " None of the bugs that crease knows gives these numbers.");
    put_hint(f, out);
}

static void say_known(const filling *f, const crs__bug *bug, crs__text *out)
{
    size_t start = out->length;
    put_where(f, out);
    if (out->length == start && bug->what[0] >= 'a' && bug->what[0] <= 'z') {
        expand(f, bug->what, out); /* a sentence begins, and not with an array's name */
        if (out->data != NULL)
            out->data[start] = (char)(out->data[start] - 'a' + 'A');
    } else {
        expand(f, bug->what, out);
    }
    put_layers(f->fault, out);
    crs__text_append(out, " ");
    expand(f, bug->why, out);
    put_hedge(f->c, f->fault, out);
}

/* ---- one input that shows it ---- */

/* -0 is 0 to a reader. */
static double plain(double v)
{
    return v == 0 ? 0 : v;
}

static double value_of(const crs__case *c, crs__kind kind, size_t layer, size_t i)
{
    const crs__mat *x = crs__get(c, kind, layer);
    return x != NULL && i < x->rows * x->cols ? x->v[i] : NAN;
}

static void put_value(const filling *f, crs__kind kind, size_t layer, double v, crs__text *out)
{
    if (isnan(v))
        return;
    put_name(f, kind, layer, out);
    crs__text_append(out, " = %.6g, ", plain(v));
}

/* What a unit had on a sample, before its value: z, a, and what came from above or the label. */
static void put_surroundings(const filling *f, crs__ref ref, size_t i, crs__text *out)
{
    size_t l = ref.layer;
    const crs__mat *y = crs__get(f->c, CRS__Y, 0);
    int is_derivative = ref.kind == CRS__DZ || ref.kind == CRS__DZN;
    if (ref.kind != CRS__Z)
        put_value(f, crs__preactivation(f->c, l), l,
                  value_of(f->c, crs__preactivation(f->c, l), l, i), out);
    if (ref.kind != CRS__A && ref.kind != CRS__Z)
        put_value(f, CRS__A, l, value_of(f->c, CRS__A, l, i), out);
    if (l == f->c->n_layers && f->c->has_output && (is_derivative || ref.kind == CRS__DA)) {
        if (y != NULL && y->cols == f->c->m && y->rows == f->c->widths[l])
            put_value(f, CRS__Y, 0, y->v[i], out);
    } else if (is_derivative) {
        put_value(f, CRS__DA, l, value_of(f->c, CRS__DA, l, i), out);
    }
}

/*
 * The element that is off by the most: where it is, what went in, what came out. For an array
 * with a sample axis z, a and what arrives from above are shown too.
 */
static void show_element(const filling *f, const crs__mat *right, size_t i, crs_diagnosis_bug *bug,
                         crs__text *out)
{
    crs__ref ref = f->fault->first;
    const crs__node *node = &f->c->nodes[ref.kind][ref.layer];
    size_t cols = node->given.cols > 0 ? node->given.cols : 1, l = ref.layer;
    char place[96];
    crs__put_place(ref, node, i, place, sizeof place);
    bug->has_counterexample = 1;
    bug->counterexample.unit = i / cols;
    bug->counterexample.sample = i % cols;
    bug->counterexample.given = node->given.v[i];
    bug->counterexample.right = right != NULL ? right->v[i] : NAN;
    if (has_samples(ref.kind) && l > 0) {
        bug->counterexample.z = value_of(f->c, crs__preactivation(f->c, l), l, i);
        bug->counterexample.a = value_of(f->c, CRS__A, l, i);
        if (ref.kind == CRS__DZ || ref.kind == CRS__DZN)
            bug->counterexample.upstream = value_of(f->c, CRS__DA, l, i);
        crs__text_append(out, "%s: ", place);
        put_surroundings(f, ref, i, out);
        put_name(f, ref.kind, l, out);
    } else {
        put_name(f, ref.kind, l, out);
        crs__text_append(out, "%s", place);
    }
    crs__text_append(out, " is %.6g", plain(node->given.v[i]));
    if (right != NULL)
        crs__text_append(out, ", and should be %.6g", plain(right->v[i]));
}

/*
 * Where the wrong line's own array was not saved, and it has a sample axis: the unit and the
 * sample where the bug's formula and the right one differ most.
 */
static crs_status show_cause(const filling *f, crs__text *out)
{
    crs__ref at = f->fault->why.at;
    crs__mat right = {0}, wrong = {0};
    size_t worst = 0;
    double most = 0;
    crs_status status;
    if (!f->fault->named || f->fault->why.id == NULL || !has_samples(at.kind) || at.layer == 0 ||
        crs__is_given(f->c, at.kind, at.layer))
        return CRS_OK;
    status = crs__right(f->c, at, &right);
    if (status == CRS_OK)
        status = crs__compute(f->c, at, &f->fault->why.variant, &wrong);
    for (size_t i = 0; status == CRS_OK && wrong.cols == right.cols && i < right.rows * right.cols;
         i++) {
        if (fabs(wrong.v[i] - right.v[i]) > most) {
            most = fabs(wrong.v[i] - right.v[i]);
            worst = i;
        }
    }
    if (most > 0) {
        crs__text_append(out, "unit %zu, sample %zu: ", worst / right.cols, worst % right.cols);
        put_surroundings(f, at, worst, out);
        put_name(f, at.kind, at.layer, out);
        crs__text_append(out, " comes out as %.6g, and should be %.6g; so ", plain(wrong.v[worst]),
                         plain(right.v[worst]));
    }
    crs__mat_release(&right);
    crs__mat_release(&wrong);
    return status == CRS_ENOMEM ? status : CRS_OK;
}

static crs_status fill_counterexample(const filling *f, crs_diagnosis_bug *bug)
{
    crs__ref ref = f->fault->first;
    const crs__node *node = &f->c->nodes[ref.kind][ref.layer];
    crs__mat right = {0};
    crs__text text = {0};
    bug->counterexample.z = bug->counterexample.a = bug->counterexample.upstream = NAN;
    if (node->odd) {
        (void)snprintf(bug->counterexample.text, sizeof bug->counterexample.text,
                       "%s has %zu elements, and should have %zu", node->source->name,
                       node->source->n,
                       f->c->widths[ref.layer] * (ref.kind == CRS__DB ? 1 : f->c->m));
        bug->has_counterexample = 1;
        return CRS_OK;
    }
    if (f->fault->difference.n_wrong == 0)
        return CRS_OK;
    if (show_cause(f, &text) == CRS_ENOMEM || crs__right(f->c, ref, &right) == CRS_ENOMEM) {
        crs__free(text.data);
        return CRS_ENOMEM;
    }
    show_element(f, right.v != NULL && right.cols == node->given.cols ? &right : NULL,
                 f->fault->difference.worst, bug, &text);
    (void)snprintf(bug->counterexample.text, sizeof bug->counterexample.text, "%s",
                   text.data == NULL ? "" : text.data);
    crs__mat_release(&right);
    crs__free(text.data);
    return text.failed ? CRS_ENOMEM : CRS_OK;
}

/* ---- all of it ---- */

static crs_status say_also(crs__case *c, const crs__fault *fault, crs_diagnosis_bug *bug)
{
    crs_status status = CRS_OK;
    for (size_t i = 0; i < fault->n_also && bug->n_also < CRS_DIAGNOSE_MAX_ALSO; i++) {
        crs__fault other = *fault;
        filling f = {c, &other};
        crs__text text = {0};
        const crs__bug *row = crs__bug_of(fault->also[i].id);
        crs_diagnosis_also *also = &bug->also[bug->n_also];
        other.why = fault->also[i];
        if (row == NULL)
            continue;
        expand(&f, row->what, &text);
        (void)snprintf(also->id, sizeof also->id, "%s", row->info.id);
        (void)snprintf(also->why, sizeof also->why, "%s", text.data == NULL ? "" : text.data);
        bug->n_also++;
        status = text.failed ? CRS_ENOMEM : status;
        crs__free(text.data);
    }
    return status;
}

crs_status crs__say(crs__case *c, const crs__fault *fault, crs_diagnosis_bug *bug)
{
    filling f = {c, fault};
    const crs__bug *row = fault->named && fault->why.id != NULL ? crs__bug_of(fault->why.id) : NULL;
    crs__text sentence = {0}, line = {0};
    crs__ref at = row != NULL ? fault->why.at : fault->first;
    crs_status status;
    memset(bug, 0, sizeof *bug);
    (void)snprintf(bug->id, sizeof bug->id, "%s", row != NULL ? row->info.id : "unknown");
    crs__node_name(c, fault->first, bug->array, sizeof bug->array);
    bug->layer = at.layer;
    bug->explains = row != NULL ? 1 : 0;
    for (size_t i = 0; i < fault->n_layers && bug->n_layers < CRS_DIAGNOSE_MAX_LAYERS; i++) {
        if (fault->layers[i] > 0) /* the cost is in no layer */
            bug->layers[bug->n_layers++] = fault->layers[i];
    }
    if (row != NULL)
        say_known(&f, row, &sentence);
    else
        say_unknown(&f, &sentence);
    if (row != NULL && strcmp(row->info.id, "shape-broadcast") == 0)
        expand(&f, "{Y} = {Y}.reshape({AL}.shape)  # before they meet", &line);
    else if (row != NULL)
        crs__right_line(c, at, &line);
    (void)snprintf(bug->sentence, sizeof bug->sentence, "%s", sentence.data ? sentence.data : "");
    (void)snprintf(bug->line, sizeof bug->line, "%s", line.data ? line.data : "");
    status = sentence.failed || line.failed ? CRS_ENOMEM : CRS_OK;
    crs__free(sentence.data);
    crs__free(line.data);
    if (status == CRS_OK)
        status = fill_counterexample(&f, bug);
    return status == CRS_OK ? say_also(c, fault, bug) : status;
}
