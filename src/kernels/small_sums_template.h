/*
 * How 16 partial sums become one, for a level's registers; a part of small_template.h.
 */
/* ---- sums of lanes ------------------------------------------------------------------ */

/*
 * MERGE<t>(p, q): registers in which every row has LANES / 2^t lanes; each row's upper half
 * is added to its lower, and the rows of q follow those of p.
 */
#define SPLIT(p, q, lower, upper) \
    (__builtin_shufflevector(p, q, lower) + __builtin_shufflevector(p, q, upper))
#if V_LANES == 16
#define L0 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23
#define U0 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31
#define L1 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27
#define U1 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31
#define L2 0, 1, 4, 5, 8, 9, 12, 13, 16, 17, 20, 21, 24, 25, 28, 29
#define U2 2, 3, 6, 7, 10, 11, 14, 15, 18, 19, 22, 23, 26, 27, 30, 31
#define L3 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define U3 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31
#elif V_LANES == 8
#define L0 0, 1, 2, 3, 8, 9, 10, 11
#define U0 4, 5, 6, 7, 12, 13, 14, 15
#define L1 0, 1, 4, 5, 8, 9, 12, 13
#define U1 2, 3, 6, 7, 10, 11, 14, 15
#define L2 0, 2, 4, 6, 8, 10, 12, 14
#define U2 1, 3, 5, 7, 9, 11, 13, 15
#elif V_LANES == 4
#define L0 0, 1, 4, 5
#define U0 2, 3, 6, 7
#define L1 0, 2, 4, 6
#define U1 1, 3, 5, 7
#elif V_LANES == 2
#define L0 0, 2
#define U0 1, 3
#endif

/* Each register of r ends as the sum of its lanes, in lane 0; V_LANES of them in one, in their order. */
INLINE V NAME(merge)(V *r)
{
#if V_LANES > 1
    UNROLL
    for (int i = 0; i < V_LANES / 2; i++)
        r[i] = SPLIT(r[2 * i], r[2 * i + 1], L0, U0);
#endif
#if V_LANES > 2
    UNROLL
    for (int i = 0; i < V_LANES / 4; i++)
        r[i] = SPLIT(r[2 * i], r[2 * i + 1], L1, U1);
#endif
#if V_LANES > 4
    UNROLL
    for (int i = 0; i < V_LANES / 8; i++)
        r[i] = SPLIT(r[2 * i], r[2 * i + 1], L2, U2);
#endif
#if V_LANES > 8
    r[0] = SPLIT(r[0], r[1], L3, U3);
#endif
    return r[0];
}

/*
 * What is added in the end: out[i] = the sum of 16 lanes as the tree of kernels.h, for i <
 * count, with the last V_LANES of the lanes of row i in last[i] and those before in rows[i].
 */
INLINE void NAME(sum_up)(int count, T (*rows)[16], const V *last, T *out)
{
    UNROLL
    for (int from = 0; from < count; from += V_LANES) {
        V r[V_LANES];
        UNROLL
        for (int i = 0; i < V_LANES; i++) {
            V part[N_V];
            if (from + i >= count) {
                r[i] = V_SET1((T)0);
                continue;
            }
            UNROLL
            for (int v = 0; v + 1 < N_V; v++)
                part[v] = V_LOAD(rows[from + i] + v * V_LANES);
            part[N_V - 1] = last[from + i];
            UNROLL
            for (int width = N_V / 2; width > 0; width /= 2) {
                UNROLL
                for (int v = 0; v < width; v++)
                    part[v] = part[v] + part[v + width];
            }
            r[i] = part[0];
        }
        V_STORE(out + from, NAME(merge)(r));
    }
}
