#include "data/columns.h"

#include "core/memory.h"
#include "data/dataset.h"
#include "data/name_table.h"
#include "data/shown.h"

#include <stdio.h>
#include <string.h>

/* A set of columns, in the order in which they were named. */
typedef struct picked {
    size_t n;
    size_t *column;     /* [wish->n] */
    unsigned char *has; /* [wish->n] */
} picked;

/* What is chosen from; a name that an ignored column has is free for another. */
typedef struct chooser {
    const crs__columns_wish *wish;
    crs__name_table names;
    const picked *ignored; /* NULL: not known yet */
} chooser;

/* ---- names --------------------------------------------------------------------------- */

/* Letters to insert, drop or change to make `b` of the `n` bytes of `a`; long names: many. */
static size_t distance(const char *a, size_t n, const char *b)
{
    enum { LONGEST = 40 };
    size_t row[LONGEST + 1], m = strlen(b);
    if (n > LONGEST || m > LONGEST)
        return LONGEST;
    for (size_t j = 0; j <= m; j++)
        row[j] = j;
    for (size_t i = 0; i < n; i++) {
        size_t corner = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < m; j++) {
            size_t change = corner + ((a[i] | 0x20) != (b[j] | 0x20));
            size_t least = row[j] < row[j + 1] ? row[j] + 1 : row[j + 1] + 1;
            corner = row[j + 1];
            row[j + 1] = change < least ? change : least;
        }
    }
    return row[m];
}

/* CRS_ENOENT with the nearest name, if one is near, else with what may be asked for. */
static crs_status refuse_unknown(const crs__columns_wish *w, const char *text, size_t n,
                                 const char *whose, crs_error *err)
{
    char shown[CRS__SHOWN_FIELD], near[CRS__SHOWN_FIELD];
    size_t best = n / 3 + 1, at = w->n;
    crs__shown_text(text, n, shown, sizeof shown);
    for (size_t i = 0; w->name != NULL && i < w->n; i++) {
        size_t d, m = strlen(w->name[i]);
        if ((m < n ? n - m : m - n) > best)
            continue; /* as many letters at least */
        d = distance(text, n, w->name[i]);
        if (d < best || (d == best && at == w->n && d < n)) {
            best = d;
            at = i;
        }
    }
    if (at < w->n) {
        crs__shown_text(w->name[at], strlen(w->name[at]), near, sizeof near);
        return crs_error_set(err, CRS_ENOENT, "%s: no column '%s'%s; did you mean '%s'?", w->where,
                             shown, whose, near);
    }
    return crs_error_set(err, CRS_ENOENT, "%s: no column '%s'%s; expected %s1 to %zu", w->where,
                         shown, whose, w->name == NULL ? "" : "a name of this line or ", w->n);
}

/* Whether a column that is found by its name may be meant. */
static int counts(const chooser *c, size_t column)
{
    return c->ignored == NULL || !c->ignored->has[column];
}

/* The one before `column` of its name that is not ignored; c->wish->n: none. */
static size_t find_twin(const chooser *c, size_t column)
{
    do {
        column = crs__name_table_before(&c->names, column);
    } while (column < c->wish->n && !counts(c, column));
    return column;
}

/* Two columns of one name: neither can be asked for, nor found again in another file. */
static crs_status refuse_twins(const chooser *c, size_t first, size_t second, crs_error *err)
{
    char shown[CRS__SHOWN_FIELD];
    const char *name = c->wish->name[first];
    crs__shown_text(name, strlen(name), shown, sizeof shown);
    return crs_error_set(err, CRS_EPARSE,
                         "%s: columns %zu and %zu are both named '%s'; expected one: rename it, or "
                         "ignore one by its number",
                         c->wish->where, first + 1, second + 1, shown);
}

/* The column called so into *column; wish->n: none. CRS_EPARSE: several. */
static crs_status find_name(const chooser *c, const char *text, size_t n, crs_error *err,
                            size_t *column)
{
    size_t last = crs__name_table_find(&c->names, text, n), twin;
    *column = last;
    if (last < c->wish->n && !counts(c, last))
        *column = find_twin(c, last);
    if (*column == c->wish->n) {
        *column = last; /* all that have it are ignored */
        return CRS_OK;
    }
    twin = find_twin(c, *column);
    return twin == c->wish->n ? CRS_OK : refuse_twins(c, twin, *column, err);
}

/* By name, else by number from 1; c->wish->n: neither. */
static crs_status find_column(const chooser *c, const char *text, size_t n, crs_error *err,
                              size_t *column)
{
    size_t number = 0;
    crs_status status = find_name(c, text, n, err, column);
    if (status != CRS_OK || *column < c->wish->n)
        return status;
    for (size_t i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9' || number > c->wish->n)
            return CRS_OK;
        number = number * 10 + (size_t)(text[i] - '0');
    }
    if (number >= 1 && number <= c->wish->n)
        *column = number - 1;
    return CRS_OK;
}

/* ---- lists --------------------------------------------------------------------------- */

static void pick(picked *p, size_t column)
{
    if (p->has[column])
        return;
    p->has[column] = 1;
    p->column[p->n++] = column;
}

/* "x2", "3", "x1-x4", "2-5": one item of a list. */
static crs_status pick_item(const chooser *c, const char *text, size_t n, crs_error *err,
                            picked *out)
{
    size_t first, last;
    crs_status status = find_column(c, text, n, err, &first);
    if (status != CRS_OK)
        return status;
    if (first < c->wish->n) {
        pick(out, first);
        return CRS_OK;
    }
    for (size_t dash = 1; dash + 1 < n; dash++) { /* names may have dashes too */
        if (text[dash] != '-')
            continue;
        status = find_column(c, text, dash, err, &first);
        if (status == CRS_OK)
            status = find_column(c, text + dash + 1, n - dash - 1, err, &last);
        if (status != CRS_OK)
            return status;
        if (first >= c->wish->n || last >= c->wish->n)
            continue;
        if (first > last)
            return crs_error_set(err, CRS_EINVAL, "%s: columns '%.*s' run backwards",
                                 c->wish->where, (int)(n < CRS__SHOWN_FIELD ? n : CRS__SHOWN_FIELD),
                                 text);
        for (size_t i = first; i <= last; i++)
            pick(out, i);
        return CRS_OK;
    }
    return refuse_unknown(c->wish, text, n, "", err);
}

/* All of it is a name, or a list with commas. */
static crs_status pick_list(const chooser *c, const char *list, crs_error *err, picked *out)
{
    size_t column;
    crs_status status = find_name(c, list, strlen(list), err, &column);
    if (status != CRS_OK || column < c->wish->n) {
        if (status == CRS_OK)
            pick(out, column);
        return status;
    }
    while (status == CRS_OK) {
        size_t n = strcspn(list, ","), start = strspn(list, " "), end = n;
        while (end > start && list[end - 1] == ' ')
            end--;
        status = start < end ? pick_item(c, list + start, end - start, err, out)
                             : refuse_unknown(c->wish, list, n, "", err);
        if (list[n] == '\0')
            break;
        list += n + 1;
    }
    return status;
}

/* Each of like's names, in its order. */
static crs_status pick_like(const chooser *c, size_t n, char *const *names, const char *whose,
                            crs_error *err, picked *out)
{
    for (size_t i = 0; i < n; i++) {
        size_t length = strlen(names[i]), column;
        crs_status status = find_name(c, names[i], length, err, &column);
        if (status != CRS_OK)
            return status;
        if (column == c->wish->n)
            return refuse_unknown(c->wish, names[i], length, whose, err);
        pick(out, column);
    }
    return CRS_OK;
}

/* ---- features and targets --------------------------------------------------------------- */

static crs_status pick_targets(const chooser *c, const picked *ignored, crs_error *err, picked *out)
{
    if (c->wish->target != NULL && c->wish->targets != CRS__COLUMNS_NONE)
        return pick_list(c, c->wish->target, err, out);
    if (c->wish->targets == CRS__COLUMNS_LAST && c->wish->like != NULL &&
        c->wish->like->target_names != NULL && c->wish->name != NULL)
        return pick_like(c, crs__dataset_targets(c->wish->like), c->wish->like->target_names,
                         ", the target of the training data", err, out);
    for (size_t i = c->wish->n; c->wish->targets == CRS__COLUMNS_LAST && i-- > 0 && out->n == 0;)
        if (!ignored->has[i])
            pick(out, i);
    for (size_t i = 0; c->wish->targets == CRS__COLUMNS_ALL && i < c->wish->n; i++)
        if (!ignored->has[i])
            pick(out, i);
    return CRS_OK;
}

static crs_status pick_features(const chooser *c, const picked *ignored, const picked *targets,
                                crs_error *err, picked *out, size_t *n_left)
{
    crs_status status;
    if (c->wish->targets == CRS__COLUMNS_ALL)
        return CRS_OK;
    if (c->wish->columns == NULL && c->wish->like != NULL && c->wish->like->feature_names != NULL &&
        c->wish->name != NULL) {
        status = pick_like(c, c->wish->like->n_features, c->wish->like->feature_names,
                           ", which the training data has", err, out);
        for (size_t i = 0; i < c->wish->n; i++)
            *n_left += !out->has[i] && !targets->has[i] && !ignored->has[i];
        return status;
    }
    if (c->wish->columns != NULL) {
        status = pick_list(c, c->wish->columns, err, out);
        if (status != CRS_OK)
            return status;
        out->n = 0; /* the list is a set: the columns keep the file's order */
    }
    for (size_t i = 0; i < c->wish->n; i++) {
        int is_wanted = c->wish->columns == NULL ? !targets->has[i] : out->has[i];
        if (is_wanted && !ignored->has[i])
            out->column[out->n++] = i;
    }
    return CRS_OK;
}

static crs_status fill(const chooser *c, const picked *features, const picked *targets,
                       crs_error *err, crs__columns *out)
{
    const crs__columns_wish *w = c->wish;
    char shown[CRS__SHOWN_FIELD];
    out->n_features = features->n;
    out->n_targets = targets->n;
    for (size_t i = 0; i < w->n; i++)
        out->slot[i] = CRS__COLUMN_UNUSED;
    for (size_t j = 0; j < features->n; j++)
        out->slot[features->column[j]] = j;
    for (size_t k = 0; k < targets->n; k++) {
        size_t column = targets->column[k];
        if (out->slot[column] != CRS__COLUMN_UNUSED) {
            (void)snprintf(shown, sizeof shown, "%zu", column + 1);
            if (w->name != NULL)
                crs__shown_text(w->name[column], strlen(w->name[column]), shown, sizeof shown);
            return crs_error_set(err, CRS_EINVAL, "%s: column '%s' is both a feature and a target",
                                 w->where, shown);
        }
        out->slot[column] = features->n + k;
    }
    for (size_t i = 0; w->name != NULL && i < w->n; i++) {
        size_t twin = out->slot[i] == CRS__COLUMN_UNUSED ? w->n : find_twin(c, i);
        if (twin < w->n && out->slot[twin] != CRS__COLUMN_UNUSED)
            return refuse_twins(c, twin, i, err);
    }
    if (features->n == 0 && w->targets != CRS__COLUMNS_ALL)
        return crs_error_set(err, CRS_EINVAL, "%s: none of %zu columns is left as a feature",
                             w->where, w->n);
    if (targets->n == 0 && w->targets != CRS__COLUMNS_NONE)
        return crs_error_set(err, CRS_EINVAL, "%s: none of %zu columns is left as the target",
                             w->where, w->n);
    if (w->like != NULL && w->targets != CRS__COLUMNS_ALL && w->like->n_features != features->n)
        return crs_error_set(err, CRS_ESHAPE,
                             "%s: %zu features; expected %zu, as in the training data", w->where,
                             features->n, w->like->n_features);
    return CRS_OK;
}

crs_status crs__columns_choose(const crs__columns_wish *w, crs_error *err, crs__columns *out)
{
    size_t *columns = crs__alloc(w->n, 4 * sizeof *columns);
    unsigned char *marks = crs__alloc(w->n, 3);
    picked features = {0}, targets = {0}, ignored = {0};
    chooser c = {.wish = w};
    crs_status status = CRS_OK;
    memset(out, 0, sizeof *out);
    if (columns == NULL || marks == NULL || !crs__name_table_init(&c.names, w->n, w->name)) {
        crs__free(columns);
        crs__free(marks);
        return crs_error_set(err, CRS_ENOMEM, "%s: not enough memory for %zu columns", w->where,
                             w->n);
    }
    out->n = w->n;
    out->slot = columns;
    out->feature = features.column = columns + w->n;
    out->target = targets.column = columns + 2 * w->n;
    ignored.column = columns + 3 * w->n;
    features.has = marks;
    targets.has = marks + w->n;
    ignored.has = marks + 2 * w->n;
    if (w->ignore != NULL)
        status = pick_list(&c, w->ignore, err, &ignored);
    c.ignored = &ignored;
    if (status == CRS_OK)
        status = pick_targets(&c, &ignored, err, &targets);
    if (status == CRS_OK)
        status = pick_features(&c, &ignored, &targets, err, &features, &out->n_left);
    if (status == CRS_OK)
        status = fill(&c, &features, &targets, err, out);
    crs__name_table_release(&c.names);
    crs__free(marks);
    return status;
}

void crs__columns_release(crs__columns *columns)
{
    crs__free(columns->slot);
    memset(columns, 0, sizeof *columns);
}

int crs__columns_are_plain(const crs__columns *columns)
{
    for (size_t i = 0; i < columns->n; i++)
        if (columns->slot[i] != i)
            return 0;
    return columns->n_targets == 0;
}
