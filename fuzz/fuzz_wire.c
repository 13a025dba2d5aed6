/*
 * Whatever the process says that reads HDF5 for the library (a file may have taken it over), it is
 * taken for an array, for samples, or refused: frames of every kind, with what they hold and how
 * long they are from the input.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "reading.h"

#if CRS_HAVE_HDF5
#include "data/arrays_reader.h"
#include "data/hdf5_child.h"

#define MAX_ANSWER 60000

static void put_about(fuzz_input *in, fuzz_memory *out)
{
    static const char *const names[] = {"set_x", "set_y", "X", "y", "W1", "a/b", ""};
    crs__hdf5_about about;
    unsigned how = fuzz_byte(in), types = fuzz_byte(in);
    char *text = how & 128 ? fuzz_text(in) : NULL;
    memset(&about, 0, sizeof about);
    (void)snprintf(about.name, sizeof about.name, "%s",
                   text != NULL ? text : names[how % (sizeof names / sizeof *names)]);
    if (text != NULL && strlen(text) >= sizeof about.name)
        memset(about.name, 'a', sizeof about.name); /* a name that does not end */
    free(text);
    about.rank = fuzz_byte(in) % 40;
    for (uint32_t i = 0; i < about.rank && i < CRS__HDF5_RANK; i++) {
        unsigned dim = fuzz_byte(in);
        about.dims[i] = dim == 255 ? fuzz_number(in, 8) : dim % 8;
    }
    about.work = how & 64 ? fuzz_number(in, 8) : 0;
    about.is_matlab = how & 32 ? 1 : 0;
    about.is_empty = how & 16 ? 1 : 0;
    about.kind = about.shown_kind = types % 6;
    about.size = about.shown_size = 1u << types / 8 % 4;
    if (types & 128)
        about.shown_kind = fuzz_byte(in);
    if (how & 8) {
        text = fuzz_text(in);
        memcpy(about.skipped, text,
               strlen(text) < sizeof about.skipped ? strlen(text) : sizeof about.skipped);
        free(text);
    }
    fuzz_put(out, &about, sizeof about);
}

static void put_text(fuzz_input *in, fuzz_memory *out)
{
    char *text = fuzz_text(in);
    fuzz_put(out, text, strlen(text));
    free(text);
}

static void put_payload(fuzz_input *in, uint32_t kind, fuzz_memory *out)
{
    crs__hdf5_strings strings;
    if (kind == CRS__HDF5_ARRAY) {
        put_about(in, out);
    } else if (kind == CRS__HDF5_STRINGS_ARE) {
        strings.n = fuzz_number(in, 1 + fuzz_byte(in) % 8);
        strings.length = fuzz_number(in, 1 + fuzz_byte(in) % 8);
        fuzz_put(out, &strings, sizeof strings);
    } else if (kind == CRS__HDF5_DATA) {
        for (unsigned i = 0, n = fuzz_byte(in) * 8; i < n; i++) {
            uint8_t byte = (uint8_t)(i < 32 ? fuzz_byte(in) : i % 5);
            fuzz_put(out, &byte, 1);
        }
    } else if (kind == CRS__HDF5_REFUSED) {
        fuzz_put_number(out, (uint64_t) - (int64_t)(fuzz_byte(in) % 12), 4);
        put_text(in, out);
    } else if (kind != CRS__HDF5_DONE) {
        put_text(in, out);
    }
}

static void put_frame(fuzz_input *in, fuzz_memory *out)
{
    unsigned how = fuzz_byte(in);
    fuzz_memory payload = {0};
    crs__hdf5_frame frame;
    frame.kind = CRS__HDF5_HELLO + how % 7;
    put_payload(in, frame.kind, &payload);
    frame.length = (uint32_t)payload.n;
    if (how >= 240)
        frame.length = (uint32_t)fuzz_number(in, 4);
    fuzz_put(out, &frame, sizeof frame);
    fuzz_put(out, payload.bytes, payload.n);
    free(payload.bytes);
}

/* The other end has said all of it already, and hears nothing. */
static void talk(const fuzz_memory *answer, size_t size, int as_samples,
                 const crs_data_read_options *options)
{
    crs_error err;
    crs_arrays arrays = {0};
    crs_dataset data = {0};
    crs__data_state state;
    crs__data_file file;
    crs__data_job job = {.file = &file, .options = options, .err = &err};
    crs_status status;
    int line[2], room = 1 << 20;
    memset(&state, 0, sizeof state);
    memset(&file, 0, sizeof file);
    file.fd = -1;
    file.path = "a.h5";
    (void)snprintf(file.shown, sizeof file.shown, "a.h5");
    file.is_regular = 1;
    file.size = size;
    file.state = &state;
    crs__budget_init(&state.budget, size, 0);
    must(socketpair(AF_UNIX, SOCK_STREAM, 0, line) == 0);
    must(setsockopt(line[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof room) == 0);
    must(send(line[1], answer->bytes, answer->n, MSG_DONTWAIT) == (ssize_t)answer->n);
    must(shutdown(line[1], SHUT_WR) == 0);
    crs__hdf5_child_attach(&file, line[0]);
    fuzz_watch(size);
    status = as_samples ? crs__hdf5_read_samples(&job, &data)
                        : crs__hdf5_read_arrays(&file, &err, &arrays);
    fuzz_rest();
    crs__hdf5_child_stop(&file);
    must(close(line[1]) == 0);
    if (status != CRS_OK)
        fuzz_check_error(&err, status, 0);
    if (arrays.skipped != NULL)
        fuzz_check_line(arrays.skipped);
    crs_arrays_release(&arrays);
    crs_dataset_release(&data);
}
#endif

int fuzz_one(const uint8_t *bytes, size_t n)
{
#if CRS_HAVE_HDF5
    fuzz_input in = {bytes, n};
    fuzz_memory answer = {0};
    fuzz_data_options options;
    unsigned what = fuzz_byte(&in);
    size_t size = (size_t)fuzz_number(&in, 2);
    fuzz_data_options_take(&in, &options);
    while (in.left > 0 && answer.n < MAX_ANSWER)
        put_frame(&in, &answer);
    if (answer.n > 0 && answer.n < MAX_ANSWER)
        talk(&answer, size, what & 1, &options.how);
    fuzz_data_options_release(&options);
    free(answer.bytes);
#else
    (void)bytes;
    (void)n;
#endif
    return 0;
}
