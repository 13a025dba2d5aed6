#include "check/diagnose/catalogue.h"

#include <crease/diagnose.h>

#include <string.h>

static const crs__bug bugs[] = {
    /* ---- the derivative of an activation ---- */
    {{"mask-always-true", "A >= 0 on the output of a relu: true everywhere"},
     "the derivative of {act} is taken as 1 for every {Z}. That is what {A} >= 0 does: {A} is the "
     "layer's output, which is never negative, so the mask is 1 everywhere.",
     "Units that are off get a gradient as if they were on, and the layer learns as if it were "
     "linear."},
    {{"leaky-slope0-output-test", "leaky ReLU with slope 0, tested on its output with >= 0"},
     "the derivative is 1 for every {Z}: a leaky ReLU of slope 0 is a relu, its output {A} is never "
     "negative, and {A} >= 0 is true everywhere. The test is right only for a positive slope.",
     "Units that are off get a gradient as if they were on."},
    {{"upstream-replaced", "dZ[Z > 0] = 1: the incoming gradient is overwritten, not multiplied"},
     "{dZ} holds the derivative of {act} itself and not its product with the incoming gradient: "
     "what came from above was overwritten, as dZ[Z > 0] = 1 does.",
     "What the loss says is lost here: every sample pushes the weights below in the same way, "
     "whether the net is right or wrong."},
    {{"upstream-replaced-at-kink", "dZ[Z == 0] = alpha: overwritten where z is exactly 0"},
     "where {Z} is exactly on the kink, {dZ} is {v}, whatever came from above: it was assigned "
     "there, as dZ[Z == 0] = {v} does, instead of multiplied.",
     "It shows only for samples whose {Z} is exactly there, which zero biases and dead layers "
     "below do produce; their gradient has nothing to do with the loss."},
    {{"leaky-slope-forgotten", "the slope on the negative side is not that of forward"},
     "for negative {Z} the derivative is taken as {v}, and forward used {act}.",
     "Units on their negative side learn at another rate than they act, so the step is not "
     "downhill."},
    {{"mask-inverted", "on where it is to be off, and off where it is to be on"},
     "the mask is inverted: units that are on get the derivative of those that are off, and the "
     "other way round.",
     "Nothing that made the output is changed, and what did not is."},
    {{"mask-wrong-layer", "the mask of another layer"},
     "the derivative is taken at {Zk}, another layer's, and not at {Z}.",
     "Which units of this layer were on decides nothing: their gradient is switched by the units "
     "of layer {k}."},
    {{"mask-of-input", "the layer's input is tested instead of its z"},
     "the mask is taken from the layer's input: {input} > 0 and not {Z} > 0.",
     "A unit's gradient is switched by what comes in, and not by whether it is on."},
    {{"sigmoid-derivative-in-relu-layer", "a (1 - a) where the layer is no sigmoid"},
     "the derivative of a sigmoid, a (1 - a), stands where the layer is {act}.",
     "The gradient of every unit is scaled by something that its activation does not do."},
    {{"sigmoid-prime-of-z", "z (1 - z): sigmoid' written for a, given z"},
     "the derivative is taken as {Z} * (1 - {Z}). The formula a (1 - a) of the sigmoid is in terms "
     "of its output: {A} belongs there.",
     "For |z| above 1 it is negative or large, and the step goes uphill."},
    {{"tanh-prime-of-z", "1 - z^2: tanh' written for a, given z"},
     "the derivative is taken as 1 - {Z}**2. The formula 1 - a^2 of tanh is in terms of its "
     "output: {A} belongs there.",
     "For |z| above 1 it is negative, and the step goes uphill."},
    {{"derivative-of-a", "g'(a) where g'(z) is due"},
     "the derivative of {act} is taken at {A}, and it belongs at {Z}.",
     "A function of z was handed the output: all slopes are those of another place."},
    {{"activation-missing", "g' left out in a smooth layer"},
     "the derivative of {act} is left out: {dZ} is what came from above, times 1.",
     "Units that are saturated learn as fast as those that are not, and the step is not downhill."},
    {{"output-derivative-missing", "squared error with a sigmoid, and delta a - y"},
     "the derivative of the output's activation is left out. {AL} - {Y} is right for "
     "cross-entropy, where it cancels; with the {loss} it must be there.",
     "Every layer's gradient is off by a factor of its own for each sample."},
    {{"output-derivative-extra", "cross-entropy with a sigmoid, and delta (a - y) a (1 - a)"},
     "the derivative of the output's activation is applied once too often. With {loss} it cancels "
     "against the loss's own, and {AL} - {Y} is all.",
     "Samples that are wrong and sure of it, where a (1 - a) is nearly 0, hardly teach anything."},
    {{"derivative-clamped", "the activation is clamped before its derivative is taken"},
     "where the unit is saturated the derivative does not fall below {v}: the output was clamped "
     "before it was taken.",
     "Saturated units go on learning as if they were not."},
    {{"z-overwritten", "the activation was computed in place: the saved Z is A"},
     "{Z} holds the output of {act} and not what went in: the activation was computed in place.",
     "Backward has lost z: every derivative that is a function of it is taken at the wrong place."},
    {{"matrix-product-for-elementwise", "np.dot where * is due"},
     "{dZ} is a matrix product of what came from above and the derivative; each element is to be "
     "multiplied by its own. np.dot stands where * is due, and the shapes, being square, do not "
     "object.",
     "Units and samples are mixed up: the gradient means nothing."},
    /* ---- loss and output ---- */
    {{"softmax-diagonal-only", "the off-diagonal terms of softmax's Jacobian are dropped"},
     "only the diagonal p (1 - p) of softmax's derivative is used. Each output depends on every "
     "z: the terms -p_i p_j are missing.",
     "Outputs of the wrong classes get no gradient, or a wrong one."},
    {{"softmax-wrong-axis", "softmax over the samples instead of the classes"},
     "softmax is taken along the wrong axis: the probabilities of one class over the samples add "
     "up to 1, and not those of one sample over the classes.",
     "What a sample's prediction is depends on the other samples of its batch."},
    {{"softmax-twice", "probabilities are fed to a loss that applies softmax itself"},
     "softmax is applied twice: probabilities go into a loss that takes them for logits. Leave out "
     "one: hand the loss the last z, or take a loss of probabilities.",
     "The probabilities that count lie close together (at most e / (e + K - 1) for the best), so "
     "that the cost cannot get small and the gradient fades."},
    {{"gradient-sign", "y - a for a - y"},
     "{at} has the opposite sign.",
     "Each step goes uphill: the cost rises."},
    {{"factor-two", "a factor of 2 or 1/2"},
     "{at} is {v} times what it should be. It may be the 2 of a square's derivative, which goes "
     "with a cost without 1/2; or a factor that was left in or out by mistake.",
     "The direction is right and the step {v} times as long as it should be."},
    {{"loss-mismatch", "the gradient of another loss than the cost that is shown"},
     "the gradient is not that of the cost: it belongs to another loss.",
     "What is shown is not what is minimised, and may even rise."},
    {{"cost-not-finite", "log(0) or a division by 0 in a saturated output"},
     "there is no number in {array}: an output is exactly 0 or 1, and log(0) or a division by it "
     "is infinite.",
     "After the next step every weight is NaN."},
    /* ---- sums, shapes, scale ---- */
    {{"m-missing", "1/m is missing"},
     "{at} is {m} times what it should be: the sum over the {m} samples, and the cost is their "
     "mean. 1/m is missing.",
     "The step is {m} times as long as the learning rate says, and changes with the size of the "
     "batch."},
    {{"m-twice", "1/m is applied twice"},
     "{at} is 1/{m} of what it should be: the mean's 1/m is applied twice.",
     "The net learns {m} times slower, and slower still with a larger batch."},
    {{"bias-mean", "db is the mean where dW has the sum, or the reverse"},
     "{db} is off by a factor of {m}, the number of samples, and {dW} is not: one is a mean and "
     "the other a sum.",
     "Biases learn at another rate than weights."},
    {{"bias-wrong-axis", "db is summed over the units instead of the samples"},
     "{db} is summed along the wrong axis, or over both: it should have one element for each unit, "
     "the sum over the samples.",
     "Added to b by broadcasting it gives b a shape of its own, or a wrong value."},
    {{"bias-not-summed", "db keeps the batch axis, or is one sample's"},
     "{db} is not summed over the samples.",
     "Only one sample moves the bias, or b gets a column for each."},
    {{"shape-broadcast", "(m,) against (m, 1): an m x m loss"},
     "{AL} and {Y} have different shapes, as (m, 1) and (m,), so that their difference is m x m: "
     "each output is held against every label.",
     "All that the net can learn is the mean of the labels."},
    {{"integer-division", "2/m is 0 in whole numbers"},
     "{at} is exactly 0 everywhere, and what it should be is not: as 1/m is in whole numbers.",
     "Nothing is learned."},
    {{"gradient-accumulated", "gradients are not zeroed between steps"},
     "{at} is the gradient plus what was in it before: it is not set to 0 between steps.",
     "Old gradients go on pushing: the steps grow and overshoot."},
    {{"transposed-weight", "W for W^T in a square layer"},
     "{at} is computed with the weights transposed the wrong way round; as they are square, the "
     "shapes do not object.",
     "Each unit is handed the error of another one."},
    {{"weight-of-wrong-layer", "another layer's weights, or dW for W"},
     "{at} is computed with {Wk} instead of the weights that belong there.",
     "The error goes back along connections that it did not come by."},
    {{"input-of-wrong-layer", "another layer's activations in dW"},
     "{at} is computed with {Ak} instead of {input}, which is what the layer reads.",
     "The weights learn from numbers that they never saw."},
    {{"labels-permuted", "X and Y shuffled apart"},
     "{at} is what the labels of other samples give: X and Y are not in the same order.",
     "The cost cannot fall below the entropy of the labels."},
    /* ---- step, regulariser, layers ---- */
    {{"update-before-propagate", "W is updated before it is used to go back"},
     "{at} is computed with the weights as they are after the step: they were updated before the error was "
     "taken back through them.",
     "The gradient below is that of a net that never made these outputs."},
    {{"step-sign", "the gradient is added"},
     "the gradient is added to the parameter.",
     "Each step goes uphill: the cost rises."},
    {{"l2-missing", "L2 is in the cost and not in the gradient"},
     "the derivative of the L2 term, lambd / m * {W}, is missing.",
     "The cost that is shown is not the one that is minimised: weights are not held small."},
    {{"l2-not-averaged", "the L2 term without its 1/m"},
     "the L2 term in the gradient lacks the 1/m that it has in the cost.",
     "Weights are pulled to 0 {m} times as strongly as lambd says."},
    {{"l2-sign", "the L2 term is subtracted"},
     "the L2 term is subtracted, and it is to be added.",
     "Large weights are made larger."},
    {{"bias-regularised", "L2 on the biases"},
     "the L2 term is in {db} too, and the cost has none for biases.",
     "Biases are pulled to 0, which the cost does not ask for."},
    {{"adam-bias-correction", "Adam's correction is missing, or multiplied"},
     "Adam's bias correction is wrong: the moments must be divided by 1 - beta^t.",
     "The first steps have the wrong length: step 1 is to be lr for every parameter."},
    {{"momentum-sign", "the velocity is added, or subtracted twice"},
     "the gradient goes into the velocity, or the velocity into the parameter, with the wrong sign "
     "or twice.",
     "The net runs uphill, or twice as far as it should."},
    {{"dropout-mask-missing", "the mask D is not used in backward"},
     "the dropout mask {D} is not applied on the way back.",
     "Units that were dropped, and did nothing, are blamed."},
    {{"dropout-scale-missing", "1/keep_prob in forward only"},
     "1/keep_prob is applied in forward and not on the way back.",
     "From this layer down the gradient is keep_prob times what it should be."},
    {{"batchnorm-gamma-missing", "gamma is left out of dZ"},
     "gamma is left out on the way back through the normalisation.",
     "Each unit's gradient has the wrong scale."},
    {{"batchnorm-mean-term", "the mean's share of dZ is left out"},
     "the term of the mean, mean(dZN), is left out: each z moves the mean that is subtracted from "
     "all.",
     "The gradient has a part along which the output cannot change at all."},
    {{"batchnorm-var-term", "the variance's share of dZ is left out"},
     "the term of the variance, Zhat * mean(dZN * Zhat), is left out: each z moves the deviation "
     "that all are divided by.",
     "The gradient has a part along which the output cannot change at all."},
    {{"maxpool-ties", "every tied winner gets the full gradient"},
     "where several elements of a window tie for the maximum, each gets the whole gradient.",
     "The window hands down more than came in, times the number of winners: after a relu whole "
     "windows are 0 and tie."},
    {{"symmetric-units", "units that start equal, and stay so"},
     "units are equal.",
     "They get equal gradients, and stay one unit for ever."},
    {{"dead-layer", "no unit of a layer is active on any sample"},
     "a layer is off on all samples.",
     "The gradient below it is 0."},
};

#define N_BUGS (sizeof bugs / sizeof *bugs)

const crs__bug *crs__bug_of(const char *id)
{
    for (size_t i = 0; i < N_BUGS; i++) {
        if (strcmp(bugs[i].info.id, id) == 0)
            return &bugs[i];
    }
    return NULL;
}

const crs_bug_info *crs_bug_info_at(size_t i)
{
    return i < N_BUGS ? &bugs[i].info : NULL;
}
