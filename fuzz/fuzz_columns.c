/*
 * Any lists of columns choose among those of a table, or are refused: which are features, which
 * are not, which is the target; also beside a table whose columns are in another order.
 */
#include "reading.h"

#include <stdlib.h>
#include <string.h>

static const char table[] = "a,b,\"c,d\",1,2-3,e\n1,2,3,4,5,x\n2,3,4,5,6,y\n7,8,9,1,0,x\n"
                            "0,1,0,1,0,y\n";
static const char other_order[] = "e,z,b,a,2-3,1,\"c,d\"\nx,0,2,1,5,4,3\ny,1,3,2,6,5,4\n";

static void read_other_order(const crs_data_read_options *how, const crs_dataset *data)
{
    crs_data_read_options also = *how;
    crs_dataset again;
    crs_error err;
    crs_status status;
    also.like = data;
    status = crs_data_read(fuzz_file("other.csv", other_order, sizeof other_order - 1), &also, &err,
                           &again);
    if (status == CRS_OK) {
        must(again.n_features == data->n_features && again.n_samples == 2);
        must(again.n_classes == data->n_classes);
    } else {
        fuzz_check_zero(&again, sizeof again);
        fuzz_check_error(&err, status, SIZE_MAX - 1);
    }
    crs_dataset_release(&again);
}

int fuzz_one(const uint8_t *bytes, size_t n)
{
    fuzz_input in = {bytes, n};
    unsigned how = fuzz_byte(&in);
    char *columns = fuzz_text(&in), *ignore = fuzz_text(&in), *target = fuzz_text(&in);
    const char *path = fuzz_file("table.csv", table, sizeof table - 1);
    crs_data_read_options options;
    crs_dataset data;
    crs_error err;
    crs_data_read_options_init(&options);
    options.format = "csv";
    options.columns = how & 1 ? NULL : columns;
    options.ignore = how & 2 ? NULL : ignore;
    options.target = how & 4 ? NULL : target;
    options.target_kind = (crs_target_kind)(how / 8 % 3);
    options.missing = (crs_missing)(how / 32 % 3);
    if (fuzz_read_data(path, &options, n) && crs_data_read(path, &options, &err, &data) == CRS_OK) {
        read_other_order(&options, &data);
        crs_dataset_release(&data);
    }
    free(columns);
    free(ignore);
    free(target);
    return 0;
}
