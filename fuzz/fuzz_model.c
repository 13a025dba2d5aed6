/* Any bytes are read as a model, whole, or refused; what is read can be written, and read again. */
#include <crease/model.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void must(int condition)
{
    if (!condition)
        abort();
}

typedef struct memory {
    size_t n, room;
    unsigned char *bytes;
} memory;

static crs_status into_memory(void *ctx, const void *bytes, size_t n)
{
    memory *m = ctx;
    if (m->n + n > m->room) {
        m->room = 2 * (m->n + n);
        m->bytes = realloc(m->bytes, m->room);
        must(m->bytes != NULL);
    }
    memcpy(m->bytes + m->n, bytes, n);
    m->n += n;
    return CRS_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    crs_model model, again;
    crs_error err;
    memory out = {0}, c = {0};
    if (crs_model_read_memory(n, bytes, "m", &err, &model) != CRS_OK) {
        must(model.net == NULL && err.text[0] != '\0' && strchr(err.text, '\n') == NULL);
        return 0;
    }
    must(crs_model_write(&model, &(crs_sink){into_memory, &out}, &err) == CRS_OK);
    must(crs_model_read_memory(out.n, out.bytes, "m", &err, &again) == CRS_OK);
    must(crs_model_export_c(&model, "m", &(crs_sink){into_memory, &c}, &err) == CRS_OK);
    free(out.bytes);
    free(c.bytes);
    crs_model_release(&again);
    crs_model_release(&model);
    return 0;
}
