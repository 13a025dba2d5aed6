#include "rule/names.h"

#include <math.h>
#include <string.h>

int crs__word_is(crs__word word, const char *text)
{
    return strlen(text) == word.length && memcmp(word.text, text, word.length) == 0;
}

/* ---- values ---- */

/* Each may be followed by a layer's number, with or without an underscore. */
static const struct {
    const char *name;
    crs__value_kind kind;
    int of_layer; /* the number says which layer it belongs to */
} values[] = {
    {"Z", CRS__VALUE_Z, 1},
    {"z", CRS__VALUE_Z, 1},
    {"x", CRS__VALUE_Z, 0},
    {"X", CRS__VALUE_Z, 0},
    {"input", CRS__VALUE_Z, 0},
    {"inputs", CRS__VALUE_Z, 0},
    {"inp", CRS__VALUE_Z, 0},
    {"pre_activation", CRS__VALUE_Z, 0},
    {"preactivation", CRS__VALUE_Z, 0},
    {"A", CRS__VALUE_A, 1},
    {"a", CRS__VALUE_A, 1},
    {"y", CRS__VALUE_A, 0},
    {"output", CRS__VALUE_A, 0},
    {"outputs", CRS__VALUE_A, 0},
    {"out", CRS__VALUE_A, 0},
    {"activation", CRS__VALUE_A, 0},
    {"upstream", CRS__VALUE_UPSTREAM, 0},
    {"dA", CRS__VALUE_UPSTREAM, 0},
    {"da", CRS__VALUE_UPSTREAM, 0},
    {"da_next", CRS__VALUE_UPSTREAM, 0},
    {"dA_next", CRS__VALUE_UPSTREAM, 0},
    {"grad_output", CRS__VALUE_UPSTREAM, 0},
    {"grad_out", CRS__VALUE_UPSTREAM, 0},
    {"gradOutput", CRS__VALUE_UPSTREAM, 0},
    {"output_grad", CRS__VALUE_UPSTREAM, 0},
    {"output_gradient", CRS__VALUE_UPSTREAM, 0},
    {"upstream_grad", CRS__VALUE_UPSTREAM, 0},
    {"upstream_gradient", CRS__VALUE_UPSTREAM, 0},
    {"dout", CRS__VALUE_UPSTREAM, 0},
    {"dy", CRS__VALUE_UPSTREAM, 0},
    {"dY", CRS__VALUE_UPSTREAM, 0},
    {"dvalues", CRS__VALUE_UPSTREAM, 0},
    {"grad", CRS__VALUE_UPSTREAM, 0},
    {"gradient", CRS__VALUE_UPSTREAM, 0},
    {"grads", CRS__VALUE_UPSTREAM, 0},
    {"dZ", CRS__VALUE_GRADIENT, 1},
    {"dz", CRS__VALUE_GRADIENT, 1},
    {"dx", CRS__VALUE_GRADIENT, 0},
    {"dX", CRS__VALUE_GRADIENT, 0},
    {"delta", CRS__VALUE_GRADIENT, 0},
    {"deltas", CRS__VALUE_GRADIENT, 0},
    {"dinputs", CRS__VALUE_GRADIENT, 0},
    {"grad_input", CRS__VALUE_GRADIENT, 0},
    {"gradInput", CRS__VALUE_GRADIENT, 0},
    {"input_grad", CRS__VALUE_GRADIENT, 0},
    {"W", CRS__VALUE_WEIGHT, 0},
    {"w", CRS__VALUE_WEIGHT, 0},
    {"weight", CRS__VALUE_WEIGHT, 0},
    {"weights", CRS__VALUE_WEIGHT, 0},
    {"Theta", CRS__VALUE_WEIGHT, 0},
    {"theta", CRS__VALUE_WEIGHT, 0},
};

#define N_VALUES (sizeof values / sizeof *values)

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

crs__value_kind crs__name_value(crs__word name, int *layer)
{
    crs__word base = name;
    int number = -1, scale = 1;
    *layer = -1;
    while (base.length > 1 && is_digit(base.text[base.length - 1]) && scale < 100000) {
        number = (number < 0 ? 0 : number) + scale * (base.text[base.length - 1] - '0');
        scale *= 10;
        base.length--;
    }
    if (number >= 0 && base.length > 1 && base.text[base.length - 1] == '_')
        base.length--;
    for (size_t i = 0; i < N_VALUES; i++) {
        if (!crs__word_is(base, values[i].name))
            continue;
        *layer = values[i].of_layer ? number : -1;
        return values[i].kind;
    }
    return CRS__VALUE_UNKNOWN;
}

/* ---- calls ---- */

/* clang-format off */
#define ONE(name, op) {name, CRS__CALL_OP, op, 1, 1, 0}
#define TWO(name, op) {name, CRS__CALL_OP, op, 2, 2, 0}
#define SWAPPED(name, op) {name, CRS__CALL_SWAPPED, op, 2, 2, 0}
#define SAME(name) {name, CRS__CALL_SAME, CRS__OP_COUNT, 1, 3, 0}
#define CONSTANT(name, value) {name, CRS__CALL_CONSTANT, CRS__OP_COUNT, 0, 0, value}
/* clang-format on */

/* The first name of an operation is the one it is printed with. */
static const crs__call calls[] = {
    ONE("exp", CRS__OP_EXP),
    ONE("expf", CRS__OP_EXP),
    ONE("expm1", CRS__OP_EXPM1),
    ONE("log", CRS__OP_LOG),
    ONE("logf", CRS__OP_LOG),
    ONE("log1p", CRS__OP_LOG1P),
    ONE("tanh", CRS__OP_TANH),
    ONE("tanhf", CRS__OP_TANH),
    ONE("sinh", CRS__OP_SINH),
    ONE("cosh", CRS__OP_COSH),
    ONE("coshf", CRS__OP_COSH),
    ONE("erf", CRS__OP_ERF),
    ONE("erff", CRS__OP_ERF),
    ONE("erfc", CRS__OP_ERFC),
    ONE("sqrt", CRS__OP_SQRT),
    ONE("sqrtf", CRS__OP_SQRT),
    ONE("abs", CRS__OP_ABS),
    ONE("absolute", CRS__OP_ABS),
    ONE("fabs", CRS__OP_ABS),
    ONE("fabsf", CRS__OP_ABS),
    ONE("sign", CRS__OP_SIGN),
    ONE("sgn", CRS__OP_SIGN),
    ONE("trunc", CRS__OP_TRUNC),
    ONE("int", CRS__OP_TRUNC),
    ONE("int_", CRS__OP_TRUNC),
    ONE("int8", CRS__OP_TRUNC),
    ONE("int16", CRS__OP_TRUNC),
    ONE("int32", CRS__OP_TRUNC),
    ONE("int64", CRS__OP_TRUNC),
    ONE("long", CRS__OP_TRUNC),
    ONE("negative", CRS__OP_NEG),
    ONE("neg", CRS__OP_NEG),
    ONE("logical_not", CRS__OP_NOT),
    ONE("invert", CRS__OP_NOT),
    ONE("isnan", CRS__OP_IS_NAN),
    ONE("isinf", CRS__OP_UNBOUNDED),
    TWO("add", CRS__OP_ADD),
    TWO("subtract", CRS__OP_SUB),
    TWO("sub", CRS__OP_SUB),
    TWO("multiply", CRS__OP_MUL),
    TWO("mul", CRS__OP_MUL),
    TWO("divide", CRS__OP_DIV),
    TWO("true_divide", CRS__OP_DIV),
    TWO("div", CRS__OP_DIV),
    TWO("power", CRS__OP_POW),
    TWO("pow", CRS__OP_POW),
    TWO("powf", CRS__OP_POW),
    TWO("minimum", CRS__OP_MIN),
    TWO("min", CRS__OP_MIN),
    TWO("fmin", CRS__OP_MIN),
    TWO("fminf", CRS__OP_MIN),
    TWO("maximum", CRS__OP_MAX),
    TWO("max", CRS__OP_MAX),
    TWO("fmax", CRS__OP_MAX),
    TWO("fmaxf", CRS__OP_MAX),
    TWO("heaviside", CRS__OP_HEAVISIDE),
    TWO("less", CRS__OP_LT),
    TWO("lt", CRS__OP_LT),
    TWO("less_equal", CRS__OP_LE),
    TWO("le", CRS__OP_LE),
    TWO("equal", CRS__OP_EQ),
    TWO("eq", CRS__OP_EQ),
    SWAPPED("greater", CRS__OP_LT),
    SWAPPED("gt", CRS__OP_LT),
    SWAPPED("greater_equal", CRS__OP_LE),
    SWAPPED("ge", CRS__OP_LE),
    {"not_equal", CRS__CALL_NOT, CRS__OP_EQ, 2, 2, 0},
    {"ne", CRS__CALL_NOT, CRS__OP_EQ, 2, 2, 0},
    TWO("logical_and", CRS__OP_AND),
    TWO("bitwise_and", CRS__OP_AND),
    TWO("logical_or", CRS__OP_OR),
    TWO("bitwise_or", CRS__OP_OR),
    TWO("logical_xor", CRS__OP_XOR),
    TWO("bitwise_xor", CRS__OP_XOR),
    SAME("array"),
    SAME("asarray"),
    SAME("ascontiguousarray"),
    SAME("tensor"),
    SAME("Tensor"),
    SAME("FloatTensor"),
    SAME("as_tensor"),
    SAME("from_numpy"),
    SAME("cast"),
    SAME("copy"),
    SAME("deepcopy"),
    SAME("clone"),
    SAME("detach"),
    SAME("contiguous"),
    SAME("cpu"),
    SAME("cuda"),
    SAME("numpy"),
    SAME("float"),
    SAME("double"),
    SAME("float32"),
    SAME("float64"),
    SAME("float_"),
    SAME("squeeze"),
    SAME("ravel"),
    SAME("flatten"),
    SAME("reshape"),
    SAME("view"),
    SAME("view_as"),
    {"bool", CRS__CALL_TRUTH, CRS__OP_COUNT, 1, 1, 0},
    {"bool_", CRS__CALL_TRUTH, CRS__OP_COUNT, 1, 1, 0},
    {"where", CRS__CALL_WHERE, CRS__OP_COUNT, 1, 3, 0},
    {"nonzero", CRS__CALL_WHERE, CRS__OP_COUNT, 1, 1, 0},
    {"masked_fill", CRS__CALL_FILL, CRS__OP_COUNT, 3, 3, 0},
    {"clip", CRS__CALL_CLIP, CRS__OP_COUNT, 1, 3, 0},
    {"clamp", CRS__CALL_CLIP, CRS__OP_COUNT, 1, 3, 0},
    {"square", CRS__CALL_SQUARE, CRS__OP_COUNT, 1, 1, 0},
    CONSTANT("ones", 1),
    CONSTANT("ones_like", 1),
    CONSTANT("zeros", 0),
    CONSTANT("zeros_like", 0),
    CONSTANT("empty", NAN), /* whatever memory held: anything but a number to rely on */
    CONSTANT("empty_like", NAN),
    {"full", CRS__CALL_FULL, CRS__OP_COUNT, 2, 2, 0},
    {"full_like", CRS__CALL_FULL, CRS__OP_COUNT, 2, 2, 0},
    {"dot", CRS__CALL_PRODUCT, CRS__OP_COUNT, 2, 2, 0},
    {"matmul", CRS__CALL_PRODUCT, CRS__OP_COUNT, 2, 2, 0},
    {"mm", CRS__CALL_PRODUCT, CRS__OP_COUNT, 2, 2, 0},
    {"einsum", CRS__CALL_PRODUCT, CRS__OP_COUNT, 2, 3, 0},
};

#define N_CALLS (sizeof calls / sizeof *calls)

const crs__call *crs__name_call(crs__word name)
{
    for (size_t i = 0; i < N_CALLS; i++) {
        if (crs__word_is(name, calls[i].name))
            return &calls[i];
    }
    return NULL;
}

int crs__name_act(crs__word name, crs_act *out)
{
    char text[32];
    if (crs__word_is(name, "expit"))
        name.text = "sigmoid", name.length = strlen("sigmoid");
    if (name.length >= sizeof text)
        return 0;
    memcpy(text, name.text, name.length);
    text[name.length] = '\0';
    return crs_act_parse(text, NULL, out) == CRS_OK;
}

static int is_one_of(crs__word name, const char *const *list)
{
    for (; *list != NULL; list++) {
        if (crs__word_is(name, *list))
            return 1;
    }
    return 0;
}

int crs__name_is_module(crs__word name)
{
    static const char *const modules[] = {"np", "numpy", "torch", "jnp",  "jax", "cp", "mx",
                                          "tf", "F",     "nn",    "math", "sp",  "K",  NULL};
    return is_one_of(name, modules);
}

int crs__name_is_reserved(crs__word name)
{
    static const char *const words[] = {
        "if",  "else", "elif",  "for",   "while",  "with",     "class",  "try",    "except", "and",
        "or",  "not",  "is",    "in",    "lambda", "return",   "def",    "assert", "import", "from",
        "del", "do",   "break", "yield", "global", "continue", "switch", "None",   NULL};
    return is_one_of(name, words);
}

int crs__name_constant(crs__word name, double *value)
{
    static const struct {
        const char *name;
        double value;
    } constants[] = {{"pi", 3.14159265358979323846},
                     {"e", 2.71828182845904523536},
                     {"inf", INFINITY},
                     {"INFINITY", INFINITY},
                     {"infty", INFINITY},
                     {"nan", NAN},
                     {"NAN", NAN},
                     {"M_PI", 3.14159265358979323846}};
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++) {
        if (!crs__word_is(name, constants[i].name))
            continue;
        *value = constants[i].value;
        return 1;
    }
    return 0;
}

const char *crs__op_function(crs__op op)
{
    switch (op) {
    case CRS__OP_Z:
        return "Z";
    case CRS__OP_A:
        return "A";
    case CRS__OP_UPSTREAM:
        return "upstream";
    case CRS__OP_SELECT:
    case CRS__OP_MASK_SELECT:
        return "where";
    default:
        break;
    }
    for (size_t i = 0; i < N_CALLS; i++) {
        if (calls[i].kind == CRS__CALL_OP && calls[i].op == op)
            return calls[i].name;
    }
    return "?";
}

/* ---- the nearest name ---- */

#define LONGEST 24

/* Letters to insert, delete or replace to make `b` of `a` (Levenshtein). */
static int distance(crs__word a, const char *b)
{
    int row[LONGEST + 1], n = (int)strlen(b);
    if (n > LONGEST || a.length > LONGEST)
        return LONGEST;
    for (int j = 0; j <= n; j++)
        row[j] = j;
    for (int i = 1; i <= (int)a.length; i++) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j <= n; j++) {
            int replace = diagonal + (a.text[i - 1] != b[j - 1]);
            int insert = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            diagonal = row[j];
            row[j] = replace < insert ? replace : insert;
        }
    }
    return row[n];
}

const char *crs__name_nearest(crs__word name)
{
    const char *nearest = NULL;
    int least = name.length < 4 ? 2 : 3; /* further than that is another word */
    for (size_t i = 0; i < N_VALUES + N_CALLS + CRS_ACT_COUNT; i++) {
        const char *known = i < N_VALUES ? values[i].name
                            : i < N_VALUES + N_CALLS
                                ? calls[i - N_VALUES].name
                                : crs_act_name((crs_act_id)(i - N_VALUES - N_CALLS));
        int d = distance(name, known);
        if (d < least && d < (int)name.length) {
            least = d;
            nearest = known;
        }
    }
    return nearest;
}
