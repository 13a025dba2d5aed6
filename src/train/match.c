#include "train/match.h"

#include "net/net.h"

size_t crs__match_targets(const crs_dataset *data)
{
    return data->n_targets == 0 ? 1 : data->n_targets;
}

static crs_status check_targets(const crs_net *net, const crs_dataset *data, crs_error *err)
{
    size_t n_out = crs_net_width(net, crs_net_layers(net)), n_targets = crs__match_targets(data);
    if (crs__net_has_classes(net)) {
        if (n_targets != 1)
            return crs_error_set(err, CRS_ESHAPE,
                                 "the data has %zu targets a sample, %s loss learns one class",
                                 n_targets, crs_loss_name(crs_net_loss(net)));
        if (n_out > 1 && data->n_classes > n_out)
            return crs_error_set(err, CRS_ESHAPE, "the data has %zu classes, the net %zu outputs",
                                 data->n_classes, n_out);
        return crs__net_check_labels(net, data->n_samples, data->y, NULL, err);
    }
    if (n_targets == n_out)
        return CRS_OK;
    if (n_targets == 1)
        return crs_error_set(err, CRS_ESHAPE,
                             "the data has one target a sample, the net %zu outputs with %s loss",
                             n_out, crs_loss_name(crs_net_loss(net)));
    return crs_error_set(err, CRS_ESHAPE,
                         "the data has %zu targets a sample, the net %zu outputs with %s loss",
                         n_targets, n_out, crs_loss_name(crs_net_loss(net)));
}

crs_status crs__match_check(const crs_net *net, const crs_dataset *data, crs_error *err)
{
    if (data->n_samples == 0)
        return crs_error_set(err, CRS_ESHAPE, "the data set '%s' has no samples", data->name);
    if (data->n_features != crs_net_width(net, 0))
        return crs_error_set(err, CRS_ESHAPE, "the data has %zu features, the net expects %zu",
                             data->n_features, crs_net_width(net, 0));
    if (data->dtype != crs_net_dtype(net))
        return crs_error_set(err, CRS_ESHAPE, "the data is %s, the net %s",
                             crs_dtype_name(data->dtype), crs_dtype_name(crs_net_dtype(net)));
    return check_targets(net, data, err);
}
