/*
 * What can be planted: the catalogue (bugs.c says where each lies), and strangers, which no
 * catalogue has.
 */
#ifndef TESTS_MUTANTS_BUGS_H
#define TESTS_MUTANTS_BUGS_H

#define CATALOGUE_LIST(X)                                  \
    X(MASK_ALWAYS_TRUE, "mask-always-true")                \
    X(LEAKY_SLOPE0, "leaky-slope0-output-test")            \
    X(UPSTREAM_REPLACED, "upstream-replaced")              \
    X(REPLACED_AT_KINK, "upstream-replaced-at-kink")       \
    X(SLOPE_FORGOTTEN, "leaky-slope-forgotten")            \
    X(MASK_INVERTED, "mask-inverted")                      \
    X(MASK_WRONG_LAYER, "mask-wrong-layer")                \
    X(MASK_OF_INPUT, "mask-of-input")                      \
    X(SIGMOID_IN_RELU, "sigmoid-derivative-in-relu-layer") \
    X(SIGMOID_PRIME_OF_Z, "sigmoid-prime-of-z")            \
    X(TANH_PRIME_OF_Z, "tanh-prime-of-z")                  \
    X(DERIVATIVE_OF_A, "derivative-of-a")                  \
    X(ACTIVATION_MISSING, "activation-missing")            \
    X(OUTPUT_MISSING, "output-derivative-missing")         \
    X(OUTPUT_EXTRA, "output-derivative-extra")             \
    X(CLAMPED, "derivative-clamped")                       \
    X(Z_OVERWRITTEN, "z-overwritten")                      \
    X(MATRIX_PRODUCT, "matrix-product-for-elementwise")    \
    X(SOFTMAX_DIAGONAL, "softmax-diagonal-only")           \
    X(SOFTMAX_AXIS, "softmax-wrong-axis")                  \
    X(SOFTMAX_TWICE, "softmax-twice")                      \
    X(GRADIENT_SIGN, "gradient-sign")                      \
    X(FACTOR_TWO, "factor-two")                            \
    X(LOSS_MISMATCH, "loss-mismatch")                      \
    X(COST_NOT_FINITE, "cost-not-finite")                  \
    X(M_MISSING, "m-missing")                              \
    X(M_TWICE, "m-twice")                                  \
    X(BIAS_MEAN, "bias-mean")                              \
    X(BIAS_AXIS, "bias-wrong-axis")                        \
    X(BIAS_NOT_SUMMED, "bias-not-summed")                  \
    X(SHAPE_BROADCAST, "shape-broadcast")                  \
    X(INTEGER_DIVISION, "integer-division")                \
    X(ACCUMULATED, "gradient-accumulated")                 \
    X(TRANSPOSED, "transposed-weight")                     \
    X(WEIGHT_WRONG_LAYER, "weight-of-wrong-layer")         \
    X(INPUT_WRONG_LAYER, "input-of-wrong-layer")           \
    X(LABELS_PERMUTED, "labels-permuted")                  \
    X(UPDATE_FIRST, "update-before-propagate")             \
    X(STEP_SIGN, "step-sign")                              \
    X(L2_MISSING, "l2-missing")                            \
    X(L2_NOT_AVERAGED, "l2-not-averaged")                  \
    X(L2_SIGN, "l2-sign")                                  \
    X(BIAS_REGULARISED, "bias-regularised")                \
    X(ADAM_CORRECTION, "adam-bias-correction")             \
    X(MOMENTUM_SIGN, "momentum-sign")                      \
    X(DROPOUT_MASK, "dropout-mask-missing")                \
    X(DROPOUT_SCALE, "dropout-scale-missing")              \
    X(BN_GAMMA, "batchnorm-gamma-missing")                 \
    X(BN_MEAN, "batchnorm-mean-term")                      \
    X(BN_VAR, "batchnorm-var-term")                        \
    X(POOL_TIES, "maxpool-ties")                           \
    X(SYMMETRIC_UNITS, "symmetric-units")                  \
    X(DEAD_LAYER, "dead-layer")

#define STRANGER_LIST(X)                              \
    X(DZ_TIMES_Z, "dz-times-z")                       \
    X(DZ_ROLLED, "dz-of-the-sample-before")           \
    X(DZ_WITH_A, "dz-from-a-for-da")                  \
    X(SLOPE_09, "slope-0.9-where-active")             \
    X(TANH_1_MINUS_A, "tanh-prime-1-minus-a")         \
    X(PRIME_OF_DROPPED_A, "tanh-prime-of-dropped-a")  \
    X(DA_FIRST_UNIT, "da-of-first-unit-only")         \
    X(DA_ABS_W, "da-with-abs-w")                      \
    X(DA_NOISE, "noise-on-da")                        \
    X(DW_CLIPPED, "dw-clipped")                       \
    X(DW_NORM_CLIPPED, "dw-norm-clipped")             \
    X(DW_ROW_ZEROED, "dw-row-zeroed")                 \
    X(DW_ROUNDED, "dw-rounded-to-3-digits")           \
    X(DW_WITH_Z, "dw-with-z-for-a")                   \
    X(LAST_SAMPLE_DROPPED, "last-sample-dropped")     \
    X(DB_WRONG_LAYER, "db-of-wrong-layer")            \
    X(DB_FROM_DA, "db-from-da")                       \
    X(BIAS_FORGOTTEN, "bias-forgotten-in-forward")    \
    X(X_SCALED, "x-scaled-in-forward")                \
    X(A_STALE, "one-sample-of-a-stale")               \
    X(TEMPERATURE, "softmax-temperature")             \
    X(LABELS_SMOOTHED, "labels-smoothed")             \
    X(COST_HALF_BCE, "cost-without-1-minus-y-term")   \
    X(COST_WITHOUT_L2, "cost-without-l2")             \
    X(DROPOUT_WRONG_D, "dropout-mask-of-other-layer") \
    X(STEP_TENTH, "step-of-a-tenth")                  \
    X(ADAM_NO_ROOT, "adam-without-root")              \
    X(MOMENTUM_SWAPPED, "momentum-beta-swapped")

typedef enum bug_id {
#define BUG_ENUM(name, text) BUG_##name,
    CATALOGUE_LIST(BUG_ENUM) BUG_CATALOGUE_END,
    BUG_STRANGERS = BUG_CATALOGUE_END - 1, /* so that strangers follow without a gap */
    STRANGER_LIST(BUG_ENUM)
#undef BUG_ENUM
        BUG_COUNT
} bug_id;

/* "mask-always-true", "dz-times-z". */
const char *bug_name(bug_id bug);
static inline int bug_is_stranger(bug_id bug)
{
    return bug >= BUG_CATALOGUE_END;
}

#endif
