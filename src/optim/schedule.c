#include "optim/options.h"

#include "core/arguments.h"

#include <crease/optim.h>

#include <math.h>

static const double pi = 3.14159265358979323846;

/* Bits of crs__option_kind.has, in the order of `options`. */
enum { WARMUP = 1, FACTOR = 2, EVERY = 4, FLOOR = 8, PATIENCE = 16 };

/* The shortest `every`, and the longest time, in epochs. */
#define LEAST 1e-6
#define MOST 1e9

static const crs__option options[] = {
    {"warmup", offsetof(crs_schedule, warmup), 0, 0, MOST, 0},
    {"factor", offsetof(crs_schedule, factor), 0, 0, 1, 0},
    {"every", offsetof(crs_schedule, every), 0, LEAST, MOST, 0},
    {"floor", offsetof(crs_schedule, floor), 0, 0, 1, 0},
    {"patience", offsetof(crs_schedule, patience), 1, 0, MOST, 0},
};

static const crs__option_kind kinds[] = {
    [CRS_SCHEDULE_CONSTANT] = {"constant", WARMUP},
    [CRS_SCHEDULE_STEP] = {"step", WARMUP | FACTOR | EVERY},
    [CRS_SCHEDULE_COSINE] = {"cosine", WARMUP | FLOOR},
    [CRS_SCHEDULE_PLATEAU] = {"plateau", WARMUP | FACTOR | PATIENCE},
    [CRS_SCHEDULE_ONECYCLE] = {"onecycle", 0},
};

static const crs__option_set set = {
    .what = "schedule",
    .n_kinds = sizeof kinds / sizeof kinds[0],
    .n_options = sizeof options / sizeof options[0],
    .kinds = kinds,
    .options = options,
};

static crs_schedule defaults_of(crs_schedule_kind kind)
{
    return (crs_schedule){.kind = kind, .factor = 0.1, .every = 30, .patience = 10};
}

crs_status crs_schedule_parse(const char *text, crs_error *err, crs_schedule *out)
{
    if (text == NULL || out == NULL)
        return crs__null_argument(err, __func__);
    const char *rest;
    size_t kind;
    crs_schedule read;
    crs_status status = crs__options_kind(&set, text, err, &kind, &rest);
    if (status != CRS_OK)
        return status;
    read = defaults_of((crs_schedule_kind)kind);
    status = crs__options_read(&set, kind, text, rest, err, &read);
    if (status == CRS_OK)
        *out = read;
    return status;
}

void crs_schedule_format(const crs_schedule *schedule, char *text, size_t size)
{
    if (schedule == NULL || text == NULL)
        return;
    const crs_schedule defaults = defaults_of(schedule->kind);
    crs__options_format(&set, (size_t)schedule->kind, schedule, &defaults, text, size);
}

void crs_plateau_see(const crs_schedule *schedule, crs_plateau *plateau, double score)
{
    if (schedule == NULL || plateau == NULL)
        return;
    if (plateau->epochs == 0)
        plateau->best = INFINITY;
    plateau->epochs++;
    plateau->waited++;
    if (score < plateau->best) {
        plateau->best = score;
        plateau->waited = 0;
    }
    if (plateau->waited > schedule->patience) {
        plateau->lowered++;
        plateau->waited = 0;
    }
}

/* From `from` at t = 0 to `to` at t = 1 and after it, along half a cosine. */
static double half_cosine(double from, double to, double t)
{
    return to + (from - to) / 2 * (1 + cos(pi * (t < 1 ? t : 1)));
}

/* torch.optim.lr_scheduler.OneCycleLR with its defaults, as a share of max_lr. */
static double one_cycle(double step, double steps)
{
    const double start = 1 / 25.0, end = start / 1e4, top = 0.3 * steps - 1, last = steps - 1;
    if (step <= top)
        return half_cosine(start, 1, step / top);
    return half_cosine(1, end, (step - top) / (last - top));
}

double crs_schedule_share(const crs_schedule *schedule, uint64_t step, uint64_t steps,
                          uint64_t per_epoch, const crs_plateau *plateau)
{
    if (schedule == NULL)
        return 0;
    double share = 1, ramp = schedule->warmup * (double)per_epoch, at = (double)step + 1;
    switch (schedule->kind) {
    case CRS_SCHEDULE_CONSTANT:
        break;
    case CRS_SCHEDULE_STEP:
        share = pow(schedule->factor, floor((double)step / (schedule->every * (double)per_epoch)));
        break;
    case CRS_SCHEDULE_COSINE:
        share = half_cosine(1, schedule->floor, step < steps ? (double)step / (double)steps : 1);
        break;
    case CRS_SCHEDULE_PLATEAU:
        share = pow(schedule->factor, plateau == NULL ? 0 : (double)plateau->lowered);
        break;
    case CRS_SCHEDULE_ONECYCLE:
        return one_cycle((double)step, (double)steps);
    }
    return at < ramp ? share * (at / ramp) : share;
}
