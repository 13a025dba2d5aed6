/*
 * A main in place of libFuzzer's: runs the target once for each file named, and for each file in
 * a folder named. It needs no special build, so every build can run the corpus.
 *
 * Usage: fuzz_NAME [--short-memory] FILE|FOLDER...
 *
 * --short-memory: what reads is run with each of its allocations failing, too.
 */
#include "fuzz.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
int LLVMFuzzerInitialize(int *argc, char ***argv) __attribute__((weak));
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t n, size_t room);

/* Processor seconds that one input may take. */
#define SECONDS 20

static const char *current = "";

static void say_which(int signal_number)
{
    static const char text[] = "\nwhile running ";
    (void)!write(STDERR_FILENO, text, sizeof text - 1);
    (void)!write(STDERR_FILENO, current, strlen(current));
    (void)!write(STDERR_FILENO, "\n", 1);
    (void)signal(signal_number, SIG_DFL);
    (void)raise(signal_number);
}

static size_t run_file(const char *path)
{
    struct itimerval limit = {{0, 0}, {SECONDS, 0}}, none = {{0, 0}, {0, 0}};
    fuzz_memory input = {0};
    char buffer[4096];
    size_t n;
    FILE *file = fopen(path, "rb");
    must(file != NULL);
    while ((n = fread(buffer, 1, sizeof buffer, file)) > 0)
        fuzz_put(&input, buffer, n);
    must(ferror(file) == 0);
    (void)fclose(file);
    current = path;
    must(setitimer(ITIMER_PROF, &limit, NULL) == 0);
    (void)LLVMFuzzerTestOneInput(input.bytes, input.n);
    must(setitimer(ITIMER_PROF, &none, NULL) == 0);
    free(input.bytes);
    return 1;
}

static size_t run_folder(const char *folder)
{
    struct dirent **entries;
    size_t n_run = 0;
    int n = scandir(folder, &entries, NULL, alphasort);
    must(n >= 0);
    for (int i = 0; i < n; i++) {
        char path[4096];
        (void)snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.')
            n_run += run_file(path);
        free(entries[i]);
    }
    free(entries);
    return n_run;
}

/* Nothing is changed here. */
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t n, size_t room)
{
    (void)bytes;
    (void)room;
    return n;
}

int main(int argc, char **argv)
{
    size_t n = 0;
    (void)signal(SIGABRT, say_which);
    (void)signal(SIGPROF, say_which);
    if (LLVMFuzzerInitialize != NULL)
        (void)LLVMFuzzerInitialize(&argc, &argv);
    fuzz_short_memory = argc > 1 && strcmp(argv[1], "--short-memory") == 0;
    for (int i = 1 + fuzz_short_memory; i < argc; i++) {
        struct stat info;
        if (stat(argv[i], &info) != 0) {
            fprintf(stderr, "%s: no such file or folder\n", argv[i]);
            return 2;
        }
        n += S_ISDIR(info.st_mode) ? run_folder(argv[i]) : run_file(argv[i]);
    }
    printf("%zu inputs\n", n);
    return n == 0; /* a corpus that is gone */
}
