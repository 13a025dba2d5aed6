/*
 * crease/bench.h - the most that this machine's arithmetic and memory give.
 *
 * A time says little without the limit it was taken under, and the limit moves with
 * the clock and the load: measure it in the same run, beside the time. These calls
 * do nothing but work at the limit, with the vector instructions of the CPU level in
 * use (crs_info); the clock is the caller's:
 *
 *     double sum, start = now();
 *     double flop = crs_peak_fma(CRS_F32, 1000000, &sum);
 *     double gflops = 1e-9 * flop / (now() - start);
 *
 * Both work in the calling thread, allocate nothing and touch nothing that is shared:
 * for the limit of several threads call them in each.
 */
#ifndef CREASE_BENCH_H
#define CREASE_BENCH_H

#include <crease/dtype.h>
#include <crease/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Do `rounds` rounds of fused multiply-adds in registers, each independent of its
 * neighbours. Returns how many floating-point operations that were, two an element
 * and multiply-add; 0 for a dtype that is none. *sum is what they added up to, finite
 * for any number of rounds: it is there so that no compiler leaves the work out.
 */
CRS_API double crs_peak_fma(crs_dtype dtype, size_t rounds, double *sum);

/*
 * Read x, [n] of `dtype`, from first to last, `passes` times. Returns how many bytes
 * were read: n is cut down to what whole steps of 128 elements need, and a dtype that
 * is none gives 0. *sum is n times the mean times `passes`, up to rounding. Where x
 * lies (in which cache) is decided by n, and by passes that came before.
 */
CRS_API double crs_peak_read(crs_dtype dtype, size_t n, const void *x, size_t passes, double *sum);

#ifdef __cplusplus
}
#endif
#endif
