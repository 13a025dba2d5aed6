/*
 * core/less.h - a comparison that stays one.
 *
 * x < 0 ? 0 : x is -0 for -0. clang (14 at least) makes maximum(0, x) of it where the CPU has
 * such an instruction (WebAssembly, ARM), and that gives 0.
 */
#ifndef CORE_LESS_H
#define CORE_LESS_H

#if defined(__clang__) && (defined(__wasm__) || defined(__aarch64__))
#define CRS__LESS(x, y) crs__kept((x) < (y))

/* The compiler no longer knows where `truth` comes from. */
static inline int crs__kept(int truth)
{
    __asm__("" : "+r"(truth));
    return truth;
}
#else
#define CRS__LESS(x, y) ((x) < (y))
#endif

#endif
