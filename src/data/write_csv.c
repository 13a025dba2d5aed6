#include "core/arguments.h"
#include "core/memory.h"
#include "data/dataset.h"
#include "data/number.h"

#include <crease/data.h>

#include <stdio.h>
#include <string.h>

#define BUFFER ((size_t)64 << 10)
/* Longer than any number as %.17g prints it, with a separator. */
#define LONGEST_NUMBER 32

/* Bytes on their way to the sink; after a failure nothing more is sent. */
typedef struct writer {
    const crs_sink *sink;
    char *buffer; /* [BUFFER] */
    size_t used;
    crs_status status;
} writer;

static void flush(writer *w)
{
    if (w->status == CRS_OK && w->used > 0)
        w->status = w->sink->write(w->sink->ctx, w->buffer, w->used);
    w->used = 0;
}

static void put(writer *w, char c)
{
    if (w->used == BUFFER)
        flush(w);
    w->buffer[w->used++] = c;
}

/* 17 digits tell any two doubles apart, 9 any two floats. */
static void put_number(writer *w, double value, int digits)
{
    if (BUFFER - w->used < LONGEST_NUMBER)
        flush(w);
    w->used += (size_t)snprintf(w->buffer + w->used, LONGEST_NUMBER, "%.*g", digits, value);
}

/* Quoted where it must be; a field ends on its line, so that line breaks become blanks. */
static void put_name(writer *w, const char *name)
{
    int quoted = name[0] == '#' || strpbrk(name, ",;\t\"\r\n ") != NULL;
    if (quoted)
        put(w, '"');
    for (; *name != '\0'; name++) {
        if (*name == '"')
            put(w, '"');
        put(w, (char)(*name == '\r' || *name == '\n' ? ' ' : *name));
    }
    if (quoted)
        put(w, '"');
}

static void put_header(writer *w, const crs_dataset *data)
{
    char name[LONGEST_NUMBER];
    size_t n_targets = crs__dataset_targets(data);
    for (size_t j = 0; j < data->n_features; j++) {
        (void)snprintf(name, sizeof name, "x%zu", j + 1);
        put_name(w, data->feature_names == NULL ? name : data->feature_names[j]);
        put(w, ',');
    }
    for (size_t k = 0; k < n_targets; k++) {
        if (n_targets > 1)
            (void)snprintf(name, sizeof name, "label%zu", k + 1);
        else
            (void)snprintf(name, sizeof name, "label");
        put_name(w, data->target_names == NULL ? name : data->target_names[k]);
        put(w, (char)(k + 1 < n_targets ? ',' : '\n'));
    }
}

crs_status crs_data_write_csv(const crs_dataset *data, const crs_sink *sink, crs_error *err)
{
    if (data == NULL || sink == NULL || sink->write == NULL)
        return crs__null_argument(err, __func__);
    writer w = {sink, NULL, 0, CRS_OK};
    crs__number_locale locale;
    int digits = data->dtype == CRS_F32 ? 9 : 17;
    size_t n_targets = crs__dataset_targets(data);
    if (data->n_samples == 0 || data->n_features == 0)
        return crs_error_set(err, CRS_EINVAL, "a data set without samples cannot be written");
    w.buffer = crs__alloc(BUFFER, 1);
    if (w.buffer == NULL || crs__number_enter(&locale) != 0) {
        crs__free(w.buffer);
        return crs_error_set(err, CRS_ENOMEM, "not enough memory to write the data set");
    }
    put_header(&w, data);
    for (size_t i = 0; i < data->n_samples && w.status == CRS_OK; i++) {
        for (size_t j = 0; j < data->n_features; j++) {
            put_number(&w, crs_dataset_x(data, i, j), digits);
            put(&w, ',');
        }
        for (size_t k = 0; k < n_targets; k++) {
            put_number(&w, data->y[i * n_targets + k], 17);
            put(&w, (char)(k + 1 < n_targets ? ',' : '\n'));
        }
    }
    flush(&w);
    crs__number_leave(&locale);
    crs__free(w.buffer);
    return w.status == CRS_OK
               ? CRS_OK
               : crs_error_set(err, w.status, "the data set could not be written: %s",
                               crs_status_text(w.status));
}
