#include "data/hdf5_reader/confine.h"

#if defined(__linux__) && defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__linux__) && defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifndef ARCHITECTURE

int crs__hdf5_confine(int file, int line)
{
    (void)file;
    (void)line;
    return 0;
}

#else

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/* The filter is a program of the kernel's packet filter (Documentation/userspace-api/
 * seccomp_filter.rst). Numbers that are looked at fit in 32 bits, and both processors have the
 * lower half of an argument first. */
#define LOAD(field) \
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)offsetof(struct seccomp_data, field))
#define ANSWER(what) BPF_STMT(BPF_RET | BPF_K, (what))
#define ALLOW ANSWER(SECCOMP_RET_ALLOW)
#define REFUSE ANSWER(SECCOMP_RET_ERRNO | EPERM)
/* Skip so many instructions where the value is, or is not, `k`. */
#define SKIP_UNLESS(k, n) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)(k), 0, (n))
#define SKIP_IF(k, n) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)(k), (n), 0)
#define SKIP_IF_ANY(bits, n) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (unsigned)(bits), (n), 0)

/* The call `name`, whatever its arguments. */
#define FREELY(name) SKIP_UNLESS(__NR_##name, 1), ALLOW
/* The call `name` with the descriptor `fd` first. */
#define OF(name, fd) SKIP_UNLESS(__NR_##name, 4), LOAD(args[0]), SKIP_UNLESS(fd, 1), ALLOW, REFUSE

int crs__hdf5_confine(int file, int line)
{
    struct sock_filter filter[] = {
        LOAD(arch),
        SKIP_IF(ARCHITECTURE, 1),
        REFUSE,
        LOAD(nr),
        OF(pread64, file),
        OF(sendto, line),
        OF(recvfrom, line),
        /* memory, but none that is a file's or can be run */
        SKIP_UNLESS(__NR_mmap, 6),
        LOAD(args[2]),
        SKIP_IF_ANY(PROT_EXEC, 3),
        LOAD(args[4]),
        SKIP_UNLESS(-1, 1),
        ALLOW,
        REFUSE,
        SKIP_UNLESS(__NR_mprotect, 4),
        LOAD(args[2]),
        SKIP_IF_ANY(PROT_EXEC, 1),
        ALLOW,
        REFUSE,
        FREELY(brk),
        FREELY(munmap),
        FREELY(mremap),
        FREELY(madvise),
        FREELY(futex),
        FREELY(rt_sigprocmask),
        FREELY(rt_sigreturn),
        FREELY(clock_gettime),
        FREELY(gettimeofday),
        FREELY(getpid),
        FREELY(gettid),
        FREELY(getrandom),
        FREELY(sysinfo),
        FREELY(exit),
        FREELY(exit_group),
        REFUSE,
    };
    struct sock_fprog program = {sizeof filter / sizeof filter[0], filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return 0;
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

#endif
