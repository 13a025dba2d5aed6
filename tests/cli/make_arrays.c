/*
 * Usage: make_arrays BUG FILE.npz [f32]
 *
 * For transcripts: one pass forward and backward through a net 2-4-1 (relu, sigmoid, binary
 * cross-entropy, 30 samples in columns), written out by hand with BUG planted, and saved as
 * a notebook would. BUG: right, mask (A1 >= 0 for Z1 > 0), sign (Y - A2 for A2 - Y),
 * odd (dW1 of nobody's making), names (right, but two arrays under names nobody knows), nan
 * (one in X), text (no numbers), few (data and gradients of the parameters alone, with mask).
 *
 * Or samples in rows, X and y, to train on: rows, no_y (X alone), few_y (a target less).
 */
#include <crease/arrays.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_X 2
#define N_H 4
#define M 30

typedef struct net {
    double X[N_X][M], Y[1][M], W1[N_H][N_X], b1[N_H][1], W2[1][N_H], b2[1][1];
    double Z1[N_H][M], A1[N_H][M], Z2[1][M], A2[1][M], cost[1];
    double dZ2[1][M], dW2[1][N_H], db2[1][1], dA1[N_H][M], dZ1[N_H][M], dW1[N_H][N_X], db1[N_H][1];
} net;

/* Uniform in [-1, 1): the generator of Knuth's MMIX. */
static double uniform(void)
{
    static uint64_t state = 7;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(state >> 11) * 0x1p-52 - 1;
}

static void fill(size_t n, double *values)
{
    for (size_t i = 0; i < n; i++)
        values[i] = uniform();
}

static void forward(net *n)
{
    n->cost[0] = 0;
    for (size_t s = 0; s < M; s++) {
        n->Z2[0][s] = n->b2[0][0];
        for (size_t h = 0; h < N_H; h++) {
            n->Z1[h][s] = n->b1[h][0];
            for (size_t i = 0; i < N_X; i++)
                n->Z1[h][s] += n->W1[h][i] * n->X[i][s];
            n->A1[h][s] = n->Z1[h][s] > 0 ? n->Z1[h][s] : 0;
            n->Z2[0][s] += n->W2[0][h] * n->A1[h][s];
        }
        n->A2[0][s] = 1 / (1 + exp(-n->Z2[0][s]));
        n->cost[0] -= (n->Y[0][s] > 0 ? log(n->A2[0][s]) : log(1 - n->A2[0][s])) / M;
    }
}

static void backward(net *n, int mask_of_output, double sign)
{
    for (size_t s = 0; s < M; s++) {
        n->dZ2[0][s] = sign * (n->A2[0][s] - n->Y[0][s]);
        n->db2[0][0] += n->dZ2[0][s] / M;
        for (size_t h = 0; h < N_H; h++) {
            int on = mask_of_output ? n->A1[h][s] >= 0 : n->Z1[h][s] > 0;
            n->dW2[0][h] += n->dZ2[0][s] * n->A1[h][s] / M;
            n->dA1[h][s] = n->W2[0][h] * n->dZ2[0][s];
            n->dZ1[h][s] = on ? n->dA1[h][s] : 0;
            n->db1[h][0] += n->dZ1[h][s] / M;
            for (size_t i = 0; i < N_X; i++)
                n->dW1[h][i] += n->dZ1[h][s] * n->X[i][s] / M;
        }
    }
}

/* ---- saving ------------------------------------------------------------------------------ */

static crs_arrays saved;
static int is_single;

static void save_as(const char *name, size_t n_dims, const size_t *dims, const double *values)
{
    float narrow[N_H * M];
    size_t n = 1;
    crs_error err;
    for (size_t i = 0; i < n_dims; i++)
        n *= dims[i];
    for (size_t i = 0; i < n; i++)
        narrow[i] = (float)values[i];
    if (crs_arrays_add(&saved, name, is_single ? CRS_F32 : CRS_F64, n_dims, dims,
                       is_single ? (const void *)narrow : (const void *)values, &err) != CRS_OK) {
        (void)fprintf(stderr, "%s\n", err.text);
        exit(1);
    }
}

static void save(const char *name, size_t rows, size_t columns, const double *values)
{
    save_as(name, rows * columns > 1 ? 2 : 0, (size_t[]){rows, columns}, values);
}

#define SAVE(field)                                                                         \
    save(#field, sizeof n->field / sizeof n->field[0], sizeof n->field[0] / sizeof(double), \
         &n->field[0][0])

static void save_net(const net *n, const char *bug)
{
    int is_few = strcmp(bug, "few") == 0;
    SAVE(X);
    SAVE(Y);
    SAVE(W1);
    save("b1", N_H, 1, &n->b1[0][0]);
    SAVE(W2);
    save("b2", 1, 1, &n->b2[0][0]);
    if (!is_few) {
        SAVE(Z1);
        SAVE(A1);
        SAVE(Z2);
        SAVE(A2);
        save("cost", 1, 1, n->cost);
        SAVE(dZ2);
        SAVE(dA1);
        SAVE(dZ1);
    }
    SAVE(dW2);
    save("db2", 1, 1, &n->db2[0][0]);
    if (strcmp(bug, "names") == 0) {
        save("dW_1", N_H, N_X, &n->dW1[0][0]);
        save("Quux", N_H, 1, &n->db1[0][0]);
        return;
    }
    SAVE(dW1);
    save("db1", N_H, 1, &n->db1[0][0]);
}

/* 1 where BUG is a set of samples. */
static int save_samples(net *n, const char *bug)
{
    double x[M * N_X], y[M];
    int is_rows = strcmp(bug, "rows") == 0;
    int is_alone = strcmp(bug, "no_y") == 0, is_few = strcmp(bug, "few_y") == 0;
    for (size_t s = 0; s < M; s++) {
        for (size_t i = 0; i < N_X; i++)
            x[s * N_X + i] = n->X[i][s];
        y[s] = n->Y[0][s];
    }
    if (is_rows || is_alone || is_few)
        save("X", M, N_X, x);
    if (is_rows || is_few)
        save_as("y", 1, (size_t[]){M - (size_t)is_few}, y);
    return saved.n > 0;
}

static crs_status write_bytes(void *ctx, const void *bytes, size_t n)
{
    return fwrite(bytes, 1, n, ctx) == n ? CRS_OK : CRS_EIO;
}

int main(int argc, char **argv)
{
    static net n;
    crs_error err;
    FILE *file = argc >= 3 ? fopen(argv[2], "wb") : NULL;
    const char *bug = argc >= 3 ? argv[1] : "";
    if (file == NULL)
        return 2;
    is_single = argc > 3;
    fill(N_X * M, &n.X[0][0]);
    fill(N_H * N_X, &n.W1[0][0]);
    fill(N_H, &n.b1[0][0]);
    fill(N_H, &n.W2[0][0]);
    fill(1, &n.b2[0][0]);
    for (size_t s = 0; s < M; s++)
        n.Y[0][s] = n.X[0][s] * n.X[1][s] > 0;
    forward(&n);
    backward(&n, strcmp(bug, "mask") == 0 || strcmp(bug, "few") == 0,
             strcmp(bug, "sign") == 0 ? -1 : 1);
    if (strcmp(bug, "odd") == 0)
        fill(N_H * N_X, &n.dW1[0][0]);
    if (strcmp(bug, "nan") == 0)
        n.X[1][17] = NAN;
    if (!save_samples(&n, bug))
        save_net(&n, bug);
    if (crs_arrays_write_npz(&saved, &(crs_sink){write_bytes, file}, &err) != CRS_OK ||
        fclose(file) != 0) {
        (void)fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    crs_arrays_release(&saved);
    return 0;
}
