/*
 * How fast data sets are read, in MB (10^6 bytes) of the file a second of CPU time.
 *
 *     bench_data [MB [FOLDER]]
 *
 * Files of about MB (64) megabytes are made in FOLDER (/tmp): CSV of numbers with 3 to 10
 * digits, of as many digits as a double has, and of whole numbers up to 255, 30 columns and a
 * class each; IDX of pictures; NPY as it is and of the other float. CSV is read turn by turn
 * with its peer, the loop that somebody would write: strtod, number by number, over the text
 * in memory. Seven rounds; the least CPU time counts, since what else the machine does only adds
 * to it. One line of JSON a case.
 */
#include <crease/data.h>
#include <crease/random.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 7
#define COLUMNS 30
#define PIXELS 784

static double cpu(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void fail(const char *what)
{
    (void)fprintf(stderr, "bench_data: %s\n", what);
    exit(3);
}

/* ---- files -------------------------------------------------------------------------------- */

typedef void write_number(FILE *file, crs_random *rng);

static void write_short(FILE *file, crs_random *rng)
{
    int digits = 3 + (int)crs_random_interval(rng, 7); /* 3 ... 10 */
    (void)fprintf(file, "%.*f", digits - 1, crs_random_uniform(rng, -10, 10));
}

static void write_long(FILE *file, crs_random *rng)
{
    (void)fprintf(file, "%.17g", crs_random_randn(rng));
}

static void write_byte(FILE *file, crs_random *rng)
{
    (void)fprintf(file, "%d", (int)crs_random_interval(rng, 255));
}

static void write_csv(FILE *file, size_t bytes, write_number *write)
{
    crs_random rng;
    crs_random_seed(&rng, 1);
    while ((size_t)ftell(file) < bytes) {
        for (int i = 0; i < COLUMNS; i++) {
            write(file, &rng);
            (void)fputc(',', file);
        }
        (void)fprintf(file, "%d\n", (int)crs_random_interval(&rng, 1));
    }
}

static void write_block(FILE *file, size_t bytes)
{
    static unsigned char block[1 << 16];
    for (size_t i = 0; i < sizeof block; i++)
        block[i] = (unsigned char)(i * 37 % 61); /* of a float the exponent stays small */
    for (size_t done = 0; done < bytes; done += sizeof block)
        (void)fwrite(block, 1, bytes - done < sizeof block ? bytes - done : sizeof block, file);
}

static void write_idx(FILE *file, size_t bytes)
{
    uint32_t n = (uint32_t)(bytes / PIXELS);
    const unsigned char head[16] = {0,
                                    0,
                                    8,
                                    3,
                                    (unsigned char)(n >> 24),
                                    (unsigned char)(n >> 16),
                                    (unsigned char)(n >> 8),
                                    (unsigned char)n,
                                    0,
                                    0,
                                    0,
                                    28,
                                    0,
                                    0,
                                    0,
                                    28};
    (void)fwrite(head, 1, sizeof head, file);
    write_block(file, (size_t)n * PIXELS);
}

static void write_npy(FILE *file, size_t bytes)
{
    size_t n = bytes / 4 / PIXELS;
    char dict[128];
    int length =
        snprintf(dict, sizeof dict,
                 "{'descr': '<f4', 'fortran_order': False, 'shape': (%zu, %d), }", n, PIXELS);
    (void)fwrite("\x93NUMPY\1\0\x76\0", 1, 10, file);
    (void)fprintf(file, "%s%*s\n", dict, 117 - length, "");
    write_block(file, n * PIXELS * 4);
}

/* ---- reading -------------------------------------------------------------------------------- */

static double read_seconds(const char *path, crs_dtype dtype)
{
    crs_data_read_options how;
    crs_dataset data;
    crs_error err;
    double start = cpu(), seconds;
    crs_data_read_options_init(&how);
    how.dtype = dtype;
    if (strstr(path, ".csv") == NULL)
        how.target = ""; /* none */
    if (crs_data_read(path, &how, &err, &data) != CRS_OK)
        fail(err.text);
    seconds = cpu() - start;
    crs_dataset_release(&data);
    return seconds;
}

/* strtod over a whole text, its doubles into an array. */
static double peer_seconds(const char *text, size_t n, double *out)
{
    double start = cpu();
    const char *p = text;
    while (p < text + n) {
        char *end;
        *out++ = strtod(p, &end);
        if (end == p)
            fail("the peer found no number");
        p = end + 1;
    }
    return cpu() - start;
}

static char *load(const char *path, size_t *n)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    long size = 0;
    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0 ||
        fseek(file, 0, SEEK_SET) != 0 || (text = malloc((size_t)size + 1)) == NULL ||
        fread(text, 1, (size_t)size, file) != (size_t)size)
        fail("a file that was written cannot be read");
    (void)fclose(file);
    text[size] = '\0';
    *n = (size_t)size;
    return text;
}

static void measure(const char *name, const char *path, crs_dtype dtype)
{
    size_t n;
    int has_peer = strstr(path, ".csv") != NULL;
    char *text = load(path, &n);
    double *numbers = malloc((n / 2 + 1) * sizeof *numbers), least = 1e9, peer = 1e9;
    if (numbers == NULL)
        fail("no memory");
    for (int round = 0; round < ROUNDS; round++) {
        double seconds = read_seconds(path, dtype);
        least = seconds < least ? seconds : least;
        if (has_peer) {
            seconds = peer_seconds(text, n, numbers);
            peer = seconds < peer ? seconds : peer;
        }
    }
    (void)printf("{\"bench\":\"data\",\"case\":\"%s\",\"dtype\":\"%s\",\"bytes\":%zu,"
                 "\"cpu_seconds\":%.4f,\"mb_per_second\":%.0f",
                 name, crs_dtype_name(dtype), n, least, 1e-6 * (double)n / least);
    if (has_peer)
        (void)printf(",\"peer_mb_per_second\":%.0f,\"ratio\":%.2f", 1e-6 * (double)n / peer,
                     peer / least);
    (void)puts("}");
    (void)fflush(stdout);
    free(numbers);
    free(text);
}

static FILE *begin(const char *folder, const char *name, char path[512])
{
    FILE *file;
    (void)snprintf(path, 512, "%s/crease-bench-%ld-%s", folder, (long)getpid(), name);
    file = fopen(path, "wb");
    if (file == NULL)
        fail("no file can be made in the folder");
    return file;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        write_number *write;
    } csv[] = {{"3-to-10-digits", write_short}, {"17-digits", write_long}, {"bytes", write_byte}};
    size_t bytes = (size_t)(argc > 1 ? atoi(argv[1]) : 64) * 1000000;
    const char *folder = argc > 2 ? argv[2] : "/tmp";
    char path[512];
    FILE *file;
    for (size_t i = 0; i < sizeof csv / sizeof *csv; i++) {
        file = begin(folder, "numbers.csv", path);
        write_csv(file, bytes, csv[i].write);
        (void)fclose(file);
        measure(csv[i].name, path, CRS_F32);
        measure(csv[i].name, path, CRS_F64);
        (void)unlink(path);
    }
    file = begin(folder, "pictures-ubyte", path);
    write_idx(file, bytes);
    (void)fclose(file);
    measure("idx", path, CRS_F32);
    (void)unlink(path);
    file = begin(folder, "single.npy", path);
    write_npy(file, bytes);
    (void)fclose(file);
    measure("npy-mapped", path, CRS_F32);
    measure("npy-widened", path, CRS_F64);
    (void)unlink(path);
    return 0;
}
