/*
 * One CPU level's limits for one dtype. Included by <level>/peak.c with
 *   T            float or double
 *   NAME(x)      the name of a function or table of this dtype and level
 *   V, V_LANES   a register and how many T it holds
 *   V_LOAD V_STORE V_SET1 V_FMA
 * and may be included again: it undefines what it was given.
 *
 * Twelve chains hide a latency of four to six cycles behind two units and leave the 16
 * registers of the narrow levels room for both operands. They are named one by one, as
 * an array of them would lie in memory at -O2.
 */
#define CHAINS 12
#define EACH_CHAIN(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11)
#define SUMS 8 /* CRS__PEAK_STEP is at least SUMS registers of 16 */
#define EACH_SUM(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7)

#define START(i) V c##i = V_SET1((T)(i));
#define FMA_STEP(i) c##i = V_FMA(c##i, half, one);
#define READ_STEP(i) c##i = V_FMA(V_LOAD(p + (size_t)V_LANES * (i)), one, c##i);
#define ADD(i)                             \
    V_STORE(lanes, c##i);                  \
    for (size_t k = 0; k < V_LANES; k++) { \
        sum += (double)lanes[k];           \
    }

/* c = c / 2 + 1 goes to 2: no overflow, no subnormal number */
static double NAME(peak_fma)(size_t rounds)
{
    V half = V_SET1((T)0.5), one = V_SET1((T)1);
    T lanes[V_LANES];
    double sum = 0;
    EACH_CHAIN(START)
    for (size_t r = 0; r < rounds; r++) {
        EACH_CHAIN(FMA_STEP)
    }
    EACH_CHAIN(ADD)
    return sum;
}

static double NAME(peak_read)(size_t n, const void *x, size_t passes)
{
    const T *end = (const T *)x + n;
    V one = V_SET1((T)1);
    T lanes[V_LANES];
    double sum = 0;
    EACH_SUM(START)
    for (size_t i = 0; i < passes; i++) {
        for (const T *p = x; p < end; p += (size_t)SUMS * V_LANES) {
            EACH_SUM(READ_STEP)
        }
    }
    EACH_SUM(ADD)
    return sum - (double)(V_LANES * SUMS * (SUMS - 1) / 2); /* what START put in */
}

const crs__peak NAME(peak) = {
    .flop = (size_t)2 * CHAINS * V_LANES, .fma = NAME(peak_fma), .read = NAME(peak_read)};

#undef CHAINS
#undef EACH_CHAIN
#undef SUMS
#undef EACH_SUM
#undef START
#undef FMA_STEP
#undef READ_STEP
#undef ADD
#undef T
#undef NAME
#undef V
#undef V_LANES
#undef V_LOAD
#undef V_STORE
#undef V_SET1
#undef V_FMA
