/*
 * net/stages.h - a pass cut into stages, for one thread or several.
 *
 * A pass is a list of steps: each layer forward, the output, its delta, da and the rule
 * down to layer 1, then the weights. A step is done in pieces, of units or of samples; one
 * that is cut by samples may follow another in the same piece, because a sample needs no
 * other. What is left are few stages with a barrier between two, and none in a small net.
 * Every element is summed in the same order whatever the cut: no bit depends on it.
 */
#ifndef NET_STAGES_H
#define NET_STAGES_H

#include "net/net.h"

typedef enum crs__step_kind {
    CRS__STEP_FWD,    /* z of a layer, and a of a hidden one */
    CRS__STEP_OUTPUT, /* a of the output: it may want z of all units */
    CRS__STEP_DELTA,  /* dz of the output */
    CRS__STEP_DATA,   /* dz of the layer below */
    CRS__STEP_WEIGHTS /* dw and db, or the update */
} crs__step_kind;

typedef struct crs__step {
    crs__step_kind kind;
    size_t layer;
    size_t pieces;
    int by_units; /* 0: pieces are samples */
} crs__step;

/* Steps [first, end) of one stage; those of weights stand side by side, others follow each other. */
typedef struct crs__stage {
    crs_workspace *work;
    size_t first, end;
} crs__stage;

struct crs__stages {
    const crs_net *net;
    crs_net *update; /* NULL: the gradient is wanted */
    double lr;
    crs__step *steps;   /* [3 n_layers + 2] */
    crs__stage *stages; /* as many */
    crs_phase *phases;
    char *panels; /* [workers, CRS__PANEL_BYTES] */
};

/* Room for the steps of a net; NULL when there is no memory. */
crs__stages *crs__stages_create(const crs_net *net, int workers);
void crs__stages_destroy(crs__stages *stages);

enum { CRS__FORWARD = 1, CRS__BACKWARD = 2 };

/*
 * Run the parts of a pass. With `update` (then net is it) the parameters are changed, by
 * p <- p - lr g, and the workspace's gradient holds nothing of use.
 */
void crs__stages_run(const crs_net *net, crs_workspace *work, int parts, crs_net *update,
                     double lr);

#endif
