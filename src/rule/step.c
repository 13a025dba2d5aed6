#include "rule/step.h"

#include "core/memory.h"

#include <string.h>

/* What a node is in one region of the source: a mask, or factor [times upstream]. */
typedef struct meaning {
    double factor; /* of a mask: 0 or 1 */
    int upstream;
} meaning;

/* Left of the place where the source is compared, at it, right of it. */
enum { LEFT, AT, RIGHT, REGIONS };

typedef struct finder {
    const crs__dag *dag;
    unsigned char *reached;
    meaning *means; /* [n_nodes] */
    int source;     /* CRS__OP_Z or CRS__OP_A, or CRS__DAG_NONE as long as there is none */
    int has_place;
    double place;
} finder;

static int is_source(const finder *f, int node)
{
    crs__op op = f->dag->nodes[node].op;
    return op == CRS__OP_Z || op == CRS__OP_A;
}

/* The source is looked at, at `place`: the same source and place as everywhere else in the rule? */
static int look(finder *f, int node, double place)
{
    int source = (int)f->dag->nodes[node].op;
    if ((f->source != CRS__DAG_NONE && f->source != source) ||
        (f->has_place && f->place != place) || place != place)
        return 0;
    f->source = source;
    f->has_place = 1;
    f->place = place;
    return 1;
}

/* Every use of Z and A, and every operation, is one that can be told region by region. */
static int note_uses(finder *f, int i)
{
    const crs__node *node = &f->dag->nodes[i];
    double place = 0;
    switch (node->op) {
    case CRS__OP_LT:
    case CRS__OP_LE:
    case CRS__OP_EQ:
        if (is_source(f, node->x) && crs__dag_is_const(f->dag, node->y, &place))
            return look(f, node->x, place);
        if (is_source(f, node->y) && crs__dag_is_const(f->dag, node->x, &place))
            return look(f, node->y, place);
        return 0;
    case CRS__OP_HEAVISIDE:
        return is_source(f, node->x) && !is_source(f, node->y) && look(f, node->x, 0);
    case CRS__OP_SIGN:
        return is_source(f, node->x) && look(f, node->x, 0);
    case CRS__OP_Z:
    case CRS__OP_A:
    case CRS__OP_UPSTREAM:
        return 1;
    case CRS__OP_CONST:
        return crs__dag_is_const(f->dag, i, NULL);
    case CRS__OP_MUL:
    case CRS__OP_SELECT:
        return !is_source(f, node->x) && !is_source(f, node->y);
    case CRS__OP_NEG:
        return !is_source(f, node->x);
    case CRS__OP_NUMBER:
    case CRS__OP_FALSE:
    case CRS__OP_AND:
    case CRS__OP_OR:
    case CRS__OP_XOR:
    case CRS__OP_NOT:
    case CRS__OP_MASK_SELECT:
        return 1;
    default:
        return 0;
    }
}

/* p q; rounded once, as what it stands for is. */
static int multiply(meaning p, meaning q, meaning *out)
{
    int exact = p.factor == 0 || p.factor == 1 || p.factor == -1 || q.factor == 0 ||
                q.factor == 1 || q.factor == -1;
    if (p.upstream + q.upstream > 1 || !exact)
        return 0;
    *out = (meaning){p.factor * q.factor, p.upstream + q.upstream};
    return 1;
}

static meaning compare(const finder *f, const crs__node *node, int region)
{
    int turned = !is_source(f, node->x); /* the constant stands left */
    int less = region == (turned ? RIGHT : LEFT), equal = region == AT;
    int truth = node->op == CRS__OP_LT ? less : node->op == CRS__OP_LE ? less || equal : equal;
    return (meaning){truth, 0};
}

/* What node i means in a region; its operands are known. */
static int mean(finder *f, int i, int region)
{
    static const double signs[REGIONS] = {-1, 0, 1};
    const crs__node *node = &f->dag->nodes[i];
    const meaning none = {0, 0};
    meaning x = node->x == CRS__DAG_NONE ? none : f->means[node->x];
    meaning y = node->y == CRS__DAG_NONE ? none : f->means[node->y];
    meaning w = node->w == CRS__DAG_NONE ? none : f->means[node->w];
    meaning *out = &f->means[i];
    int p = x.factor != 0, q = y.factor != 0;
    *out = none;
    switch (node->op) {
    case CRS__OP_UPSTREAM:
        *out = (meaning){1, 1};
        break;
    case CRS__OP_CONST:
        out->factor = node->value;
        break;
    case CRS__OP_LT:
    case CRS__OP_LE:
    case CRS__OP_EQ:
        *out = compare(f, node, region);
        break;
    case CRS__OP_SIGN:
        out->factor = signs[region];
        break;
    case CRS__OP_HEAVISIDE:
        if (region == AT)
            *out = y;
        else
            out->factor = region == RIGHT;
        break;
    case CRS__OP_MUL:
        return multiply(x, y, out);
    case CRS__OP_NEG:
        *out = (meaning){-x.factor, x.upstream};
        break;
    case CRS__OP_NUMBER:
        *out = w;
        break;
    case CRS__OP_SELECT:
    case CRS__OP_MASK_SELECT:
        *out = w.factor != 0 ? x : y;
        break;
    case CRS__OP_AND:
        out->factor = p && q;
        break;
    case CRS__OP_OR:
        out->factor = p || q;
        break;
    case CRS__OP_XOR:
        out->factor = p != q;
        break;
    case CRS__OP_NOT:
        out->factor = !p;
        break;
    default: /* Z and A, which only comparisons read; FALSE */
        break;
    }
    return 1;
}

static int find(finder *f, int node, crs_step_rule *out)
{
    double factor[REGIONS];
    for (int i = 0; i <= node; i++) {
        if (f->reached[i] && !note_uses(f, i))
            return 0;
    }
    if (is_source(f, node))
        return 0;
    for (int region = 0; region < REGIONS; region++) {
        for (int i = 0; i <= node; i++) {
            if (f->reached[i] && !mean(f, i, region))
                return 0;
        }
        if (!f->means[node].upstream && f->means[node].factor != 0)
            return 0;
        factor[region] = f->means[node].factor;
    }
    if (factor[AT] != factor[RIGHT] && factor[AT] != factor[LEFT])
        return 0;
    *out = (crs_step_rule){.of_a = f->source == (int)CRS__OP_A,
                           .strict = factor[AT] != factor[RIGHT],
                           .at = f->has_place ? f->place : 0,
                           .above = factor[RIGHT],
                           .below = factor[LEFT]};
    return 1;
}

crs_status crs__rule_step(const crs__dag *dag, int node, int *is_step, crs_step_rule *out)
{
    finder f = {.dag = dag, .source = CRS__DAG_NONE};
    crs_status status = CRS_ENOMEM;
    *is_step = 0;
    f.reached = crs__alloc((size_t)node + 1, 1);
    f.means = crs__alloc((size_t)node + 1, sizeof *f.means);
    if (f.reached != NULL && f.means != NULL) {
        crs__dag_reach(dag, node, f.reached);
        *is_step = find(&f, node, out);
        status = CRS_OK;
    }
    crs__free(f.reached);
    crs__free(f.means);
    return status;
}
