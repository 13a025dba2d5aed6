/*
 * crease/fleet.h - many nets, trained side by side.
 *
 * A fleet is an array of runs, each a net with its data and its way of training: seeds,
 * step sizes, rules, values at kinks may all differ, and so may shapes. Nets are trained
 * in place.
 *
 *     crs_fleet_run runs[256];
 *     for (size_t i = 0; i < 256; i++) {
 *         crs_random_seed(&random, i);
 *         crs_net_create(&shape, &err, &runs[i].net);
 *         crs_net_init(runs[i].net, &init, &random);
 *         runs[i].data = &data;
 *         runs[i].train = (crs_train_config){.lr = 0.1, .iterations = 1000};
 *     }
 *     crs_executor_threads(0, &executor);
 *     crs_fleet_train(256, runs, &executor, &err);
 *     crs_executor_release(&executor);
 *
 * Small nets run one a thread; a net with a large layer has the whole executor for its
 * products. Each net ends with the bits that crs_train would give it alone.
 */
#ifndef CREASE_FLEET_H
#define CREASE_FLEET_H

#include <crease/train.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct crs_fleet_run {
    crs_net *net;            /* in: initialised; out: trained. Of this run alone */
    const crs_dataset *data; /* borrowed; runs may share it */
    /*
     * Its executor is not looked at. An observer is called in whichever thread trains the
     * net, so one that several runs share must expect calls at once.
     */
    crs_train_config train;

    crs_status status; /* out: how this run ended */
    crs_score score;   /* out: of the trained net on its data; NAN where it did not end well */
} crs_fleet_run;

/*
 * Train n runs on `executor` (NULL: one after the other in the calling thread) and score them.
 * A run that fails does not stop the others.
 *
 * Errors: those of crs_train; the first run's that failed, in their order, whose number
 * the text says. The status of every run is in it.
 */
CRS_API crs_status crs_fleet_train(size_t n, crs_fleet_run *runs, const crs_executor *executor,
                                   crs_error *err);

#ifdef __cplusplus
}
#endif
#endif
