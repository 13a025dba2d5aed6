/*
 * model_data.h - samples for a trained model: the columns it learned from, in its order.
 */
#ifndef MODEL_DATA_H
#define MODEL_DATA_H

#include "command.h"

#include <crease/data.h>
#include <crease/model.h>

#include <stdbool.h>

/* What a user says of the file; NULL: not said. */
typedef struct model_data_options {
    const char *data, *target, *features, *columns, *ignore;
    bool header, no_header;
} model_data_options;

/* The rows of a table of options; `struct_` has a field `d` of type model_data_options. */
#define MODEL_DATA_OPTION(struct_, kind, key, name, value, help, field) \
    {                                                                   \
        kind, key, name, value, help, offsetof(struct_, d.field), 0, 0  \
    }
#define MODEL_DATA_OPTIONS(struct_)                                                  \
    MODEL_DATA_OPTION(struct_, OPTION_INPUT, 'd', "data", "FILE",                    \
                      "the samples, in any format that `crease train` reads", data), \
        MODEL_DATA_COLUMN_OPTIONS(struct_)
#define MODEL_DATA_COLUMN_OPTIONS(struct_)                                                      \
    MODEL_DATA_OPTION(struct_, OPTION_TEXT, 0, "features", "NAME",                              \
                      "the array of samples in a file of several", features),                   \
        MODEL_DATA_OPTION(struct_, OPTION_TEXT, 0, "columns", "COLUMNS",                        \
                          "the columns the net learned from (default: those of its names)",     \
                          columns),                                                             \
        MODEL_DATA_OPTION(struct_, OPTION_TEXT, 0, "ignore", "COLUMNS", "columns to leave out", \
                          ignore),                                                              \
        {OPTION_FLAG,                                                                           \
         0,                                                                                     \
         "header",                                                                              \
         NULL,                                                                                  \
         "the first line of a text table names its columns",                                    \
         offsetof(struct_, d.header),                                                           \
         0,                                                                                     \
         0},                                                                                    \
    {                                                                                           \
        OPTION_FLAG, 0, "no-header", NULL, "the first line of a text table is data",            \
            offsetof(struct_, d.no_header), 0, 0                                                \
    }

/*
 * More predictions than this are not held at once: classes are then measured block by block, without
 * the area under the ROC curve, which needs all of a class's.
 */
#define MODEL_DATA_MAX_HELD ((size_t)1 << 25)
/* Samples of a block. */
#define MODEL_DATA_BLOCK 256

/* Text that looks like a file's name, and is one's: not a column. */
bool model_data_is_file(const char *text);

/*
 * Read what `options` name as float64, not scaled; the target too where `with_target`. On failure a message is
 * printed and *out is empty.
 */
exit_status model_data_load(const char *command, const model_data_options *options,
                            const crs_model *model, bool with_target, crs_dataset *out);

/*
 * The same as the net in `model` sees them while it trains: read in `dtype`, features and values scaled as the
 * model says.
 */
exit_status model_data_load_scaled(const char *command, const model_data_options *options,
                                   const crs_model *model, crs_dtype dtype, crs_dataset *out);

/*
 * Outputs of the net for all samples, [n, outputs]; the caller frees them. On failure a message is
 * printed and *out is NULL.
 */
exit_status model_data_predict(const char *command, const crs_model *model, const crs_dataset *data,
                               double **out);

/* What to call the model's classes, labels or values; NULL: they have no names. */
const char *const *model_data_names(const crs_model *model);

#endif
