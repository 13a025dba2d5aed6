#include "peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void peer_fail(const char *what)
{
    (void)fprintf(stderr, "peer: %s\n", what);
    exit(3);
}

void *peer_alloc(size_t n, size_t size)
{
    void *p = aligned_alloc(64, (n * size + 127) / 64 * 64);
    if (p == NULL)
        peer_fail("out of memory");
    memset(p, 0, n * size);
    return p;
}

static double now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double *read_numbers(const workload *w, const char *name, size_t n)
{
    char path[600];
    double *x = peer_alloc(n, sizeof *x);
    FILE *file;
    (void)snprintf(path, sizeof path, "%s/%s", w->dir, name);
    file = fopen(path, "rb");
    if (file == NULL || fread(x, sizeof *x, n, file) != n)
        peer_fail(path);
    (void)fclose(file);
    return x;
}

static void read_widths(workload *w, char *text)
{
    w->n_layers = 0;
    w->n_params = 0;
    for (char *at = text; w->n_layers <= PEER_MAX_LAYERS; at++) {
        w->widths[w->n_layers++] = strtoul(at, &at, 10);
        if (*at != ',')
            break;
    }
    w->n_layers--;
    for (size_t l = 1; l <= w->n_layers; l++)
        w->n_params += (w->widths[l - 1] + 1) * w->widths[l];
}

static void load(workload *w, const char *line)
{
    static char widths[1024];
    free(w->x), free(w->y), free(w->w), free(w->order);
    if (sscanf(line, "load %511s %15s %7s %d %zu %zu %zu %lf %15s %zu %1023s", w->dir, w->kind,
               w->dtype, &w->threads, &w->batch, &w->iterations, &w->nets, &w->lr, w->loss,
               &w->samples, widths) != 11)
        peer_fail("a load of another form");
    read_widths(w, widths);
    w->x = read_numbers(w, "x", w->samples * w->widths[0]);
    w->y = read_numbers(w, "y", w->samples);
    w->w = read_numbers(w, "w", w->nets * w->n_params);
    w->order = read_numbers(w, "order", w->samples);
}

static void save(const peer *p, const workload *w, const char *path)
{
    double *out = peer_alloc(w->nets * w->n_params + w->widths[w->n_layers], sizeof *out);
    size_t n = p->save(w, out);
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(out, sizeof *out, n, file) != n || fclose(file) != 0)
        peer_fail(path);
    free(out);
}

int peer_main(const peer *p)
{
    static workload w;
    char line[4096], path[1024];
    unsigned long n;
    while (fgets(line, sizeof line, stdin) != NULL) {
        if (strncmp(line, "load ", 5) == 0) {
            const char *why;
            load(&w, line);
            why = p->load(&w);
            (void)printf(why == NULL ? "{\"ok\":true}\n" : "{\"no\":\"%s\"}\n", why);
        } else if (sscanf(line, "run %lu", &n) == 1) {
            double start = now();
            for (unsigned long i = 0; i < n; i++)
                p->run(&w);
            (void)printf("{\"seconds\":%.9f}\n", now() - start);
        } else if (sscanf(line, "save %1023s", path) == 1) {
            save(p, &w, path);
            (void)puts("{\"ok\":true}");
        } else {
            break;
        }
        (void)fflush(stdout);
    }
    return 0;
}
