#include "core/arguments.h"
#include "core/cpu.h"
#include "core/memory.h"
#include "kernels/update.h"
#include "optim/optim_text.h"

#include <crease/optim.h>

#include <math.h>

/* Elements of one task: so many that handing it out costs nothing, so few that cores share alike. */
#define PIECE ((size_t)16384)

/* Of each kind: its rule and the names of what it remembers, as torch.optim has them. */
static const struct {
    crs__update_rule rule;
    const char *slot[2];
} kinds[] = {
    [CRS_OPTIM_SGD] = {CRS__UPDATE_SGD, {NULL}},
    [CRS_OPTIM_MOMENTUM] = {CRS__UPDATE_MOMENTUM, {"momentum_buffer"}},
    [CRS_OPTIM_NESTEROV] = {CRS__UPDATE_NESTEROV, {"momentum_buffer"}},
    [CRS_OPTIM_RMSPROP] = {CRS__UPDATE_SCALED, {"square_avg"}},
    [CRS_OPTIM_ADAM] = {CRS__UPDATE_ADAM, {"exp_avg", "exp_avg_sq"}},
    [CRS_OPTIM_ADAMW] = {CRS__UPDATE_ADAM, {"exp_avg", "exp_avg_sq"}},
    [CRS_OPTIM_ADAGRAD] = {CRS__UPDATE_SCALED, {"sum"}},
};

struct crs_optimizer {
    crs_optim optim;
    const crs__update_kernels *kernels;
    const crs_executor *executor;
    size_t n, size; /* elements, and bytes of one */
    uint64_t steps;
    void *slot[2]; /* [n] each, NULL where there is none */
};

crs_status crs_optimizer_create(const crs_optim *optim, crs_dtype dtype, size_t n,
                                const crs_executor *executor, crs_error *err, crs_optimizer **out)
{
    if (optim == NULL || out == NULL) {
        if (out != NULL)
            *out = NULL;
        return crs__null_argument(err, __func__);
    }
    crs_status status = crs__optim_check(optim, err);
    crs_optimizer *o;
    *out = NULL;
    if (status != CRS_OK)
        return status;
    if (optim->kind == CRS_OPTIM_LBFGS)
        return crs_error_set(err, CRS_EINVAL,
                             "lbfgs makes no steps from a gradient alone: it is crs_lbfgs_step's");
    if (crs_dtype_size(dtype) == 0)
        return crs_error_set(err, CRS_EINVAL, "there is no number type %d", (int)dtype);
    o = crs__alloc(1, sizeof *o);
    if (o == NULL)
        goto no_memory;
    o->optim = *optim;
    o->kernels = crs__update_kernels_get(dtype, crs__cpu_level_get());
    o->executor = executor;
    o->n = n;
    o->size = crs_dtype_size(dtype);
    for (size_t i = 0; i < crs_optimizer_n_slots(o); i++) {
        o->slot[i] = crs__alloc_aligned(n, o->size);
        if (o->slot[i] == NULL)
            goto no_memory;
    }
    *out = o;
    return CRS_OK;
no_memory:
    crs_optimizer_destroy(o);
    return crs_error_set(err, CRS_ENOMEM, "no memory for an optimizer of %zu parameters", n);
}

void crs_optimizer_destroy(crs_optimizer *optimizer)
{
    if (optimizer == NULL)
        return;
    crs__free(optimizer->slot[0]);
    crs__free(optimizer->slot[1]);
    crs__free(optimizer);
}

/* The constants of step t, from 1 (the formulas: crease/optim.h). */
static void constants(const crs_optim *how, double lr, double t, crs__update *out)
{
    *out = (crs__update){.rule = kinds[how->kind].rule,
                         .shrink = 1,
                         .decay = how->decay,
                         .step = lr,
                         .eps = how->eps};
    switch (how->kind) {
    case CRS_OPTIM_ADAMW:
        out->shrink = 1 - lr * how->decay;
        out->decay = 0;
        /* fallthrough */
    case CRS_OPTIM_ADAM: {
        /* Numerator and denominator times sqrt(1 - b2^t): a division less an element. */
        double second = sqrt(1 - pow(how->beta2, t));
        out->step = lr / (1 - pow(how->beta1, t)) * second;
        out->eps = how->eps * second;
        out->keep1 = how->beta1;
        out->take1 = 1 - how->beta1;
        out->keep2 = how->beta2;
        out->take2 = 1 - how->beta2;
        break;
    }
    case CRS_OPTIM_RMSPROP:
        out->keep1 = how->alpha;
        out->take1 = 1 - how->alpha;
        break;
    case CRS_OPTIM_ADAGRAD:
        out->keep1 = out->take1 = 1;
        break;
    case CRS_OPTIM_MOMENTUM:
    case CRS_OPTIM_NESTEROV:
        out->keep1 = how->momentum;
        break;
    case CRS_OPTIM_SGD:
    case CRS_OPTIM_LBFGS:
        break;
    }
}

typedef struct step_job {
    const crs_optimizer *optimizer;
    crs__update update;
    const char *gradient;
    char *params;
} step_job;

static void step_piece(void *arg, size_t i, int worker)
{
    const step_job *job = arg;
    const crs_optimizer *o = job->optimizer;
    size_t first = i * PIECE, n = o->n - first < PIECE ? o->n - first : PIECE;
    size_t at = first * o->size;
    void *slot[2];
    (void)worker;
    for (size_t k = 0; k < 2; k++)
        slot[k] = o->slot[k] == NULL ? NULL : (char *)o->slot[k] + at;
    o->kernels->step(&job->update, n, job->gradient + at, job->params + at, slot[0], slot[1]);
}

void crs_optimizer_step(crs_optimizer *optimizer, double lr, const void *gradient, void *params)
{
    if (optimizer == NULL || gradient == NULL || params == NULL)
        return;
    step_job job = {.optimizer = optimizer, .gradient = gradient, .params = params};
    optimizer->steps++;
    constants(&optimizer->optim, lr, (double)optimizer->steps, &job.update);
    crs_executor_run(optimizer->executor, (optimizer->n + PIECE - 1) / PIECE, step_piece, &job);
}

uint64_t crs_optimizer_steps(const crs_optimizer *optimizer)
{
    if (optimizer == NULL)
        return 0;
    return optimizer->steps;
}

void crs_optimizer_set_steps(crs_optimizer *optimizer, uint64_t steps)
{
    if (optimizer == NULL)
        return;
    optimizer->steps = steps;
}

size_t crs_optimizer_n_slots(const crs_optimizer *optimizer)
{
    if (optimizer == NULL)
        return 0;
    const char *const *slot = kinds[optimizer->optim.kind].slot;
    return slot[0] == NULL ? 0 : slot[1] == NULL ? 1 : 2;
}

void *crs_optimizer_slot(crs_optimizer *optimizer, size_t i, const char **name)
{
    if (optimizer == NULL)
        return NULL;
    if (i >= crs_optimizer_n_slots(optimizer))
        return NULL;
    if (name != NULL)
        *name = kinds[optimizer->optim.kind].slot[i];
    return optimizer->slot[i];
}
