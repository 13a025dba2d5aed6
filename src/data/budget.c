#include "data/budget.h"

#include "data/reader.h"

#include <stdio.h>

#define KB ((uint64_t)1 << 10)
#define MB ((uint64_t)1 << 20)
#define GB ((uint64_t)1 << 30)
#define FREE_BYTES (256 * MB)
#define TIMES_SIZE 64

uint64_t crs__budget_times(uint64_t a, uint64_t b)
{
    return b != 0 && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

uint64_t crs__budget_plus(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static uint64_t limit_of(uint64_t size)
{
    return crs__budget_plus(FREE_BYTES, crs__budget_times(TIMES_SIZE, size));
}

void crs__budget_init(crs__budget *budget, uint64_t size, uint64_t max_memory)
{
    budget->used = 0;
    budget->is_given = max_memory != 0;
    budget->limit = max_memory != 0 ? max_memory : limit_of(size);
}

static crs__budget *budget_of(const crs__data_file *file)
{
    return file == NULL || file->state == NULL ? NULL : &file->state->budget;
}

void crs__budget_grow(const crs__data_file *file, uint64_t size)
{
    crs__budget *budget = budget_of(file);
    if (budget != NULL && !budget->is_given && limit_of(size) > budget->limit)
        budget->limit = limit_of(size);
}

/* "6.3 GB" */
static void show(uint64_t bytes, char *text, size_t size)
{
    static const char *const units[] = {"KB", "MB", "GB", "TB", "PB", "EB"};
    double value = (double)bytes / (double)KB;
    size_t i = 0;
    for (; value >= 1000 && i < 5; i++)
        value /= (double)KB;
    (void)snprintf(text, size, value < 100 ? "%.1f %s" : "%.0f %s", value, units[i]);
}

/* A value of --max-memory that is at least `bytes`: "7G". */
static void suggest(uint64_t bytes, char *text, size_t size)
{
    uint64_t unit = bytes >= GB ? GB : MB;
    (void)snprintf(text, size, "%llu%c", (unsigned long long)(bytes / unit + (bytes % unit != 0)),
                   unit == GB ? 'G' : 'M');
}

static crs_status refuse(const crs__data_file *file, uint64_t need, int is_known, const char *where,
                         crs_error *err)
{
    const crs__budget *budget = budget_of(file);
    char needs[32], limit[32], option[32];
    const char *why = budget->is_given
                          ? "--max-memory allows"
                          : "a file of its size may take (256 MB and 64 times its size)";
    show(need, needs, sizeof needs);
    show(budget->limit, limit, sizeof limit);
    suggest(is_known ? need : crs__budget_times(2, budget->limit), option, sizeof option);
    if (where == NULL)
        where = file->shown;
    if (is_known)
        return crs_error_set(err, CRS_EFORMAT,
                             "%s: needs %s of memory, more than the %s that %s; --max-memory %s "
                             "allows it",
                             where, needs, limit, why, option);
    return crs_error_set(err, CRS_EFORMAT,
                         "%s: needs more memory than the %s that %s; --max-memory %s allows twice "
                         "as much",
                         where, limit, why, option);
}

static crs_status take(const crs__data_file *file, uint64_t bytes, int is_known, const char *where,
                       crs_error *err)
{
    crs__budget *budget = budget_of(file);
    if (budget == NULL)
        return CRS_OK;
    if (budget->used > budget->limit || bytes > budget->limit - budget->used)
        return refuse(file, crs__budget_plus(budget->used, bytes), is_known, where, err);
    budget->used += bytes;
    return CRS_OK;
}

crs_status crs__budget_take(const crs__data_file *file, uint64_t bytes, const char *where,
                            crs_error *err)
{
    return take(file, bytes, 1, where, err);
}

crs_status crs__budget_take_next(const crs__data_file *file, uint64_t bytes, const char *where,
                                 crs_error *err)
{
    return take(file, bytes, 0, where, err);
}

crs_status crs__budget_foresee(const crs__data_file *file, uint64_t bytes, const char *where,
                               crs_error *err)
{
    crs_status status = take(file, bytes, 1, where, err);
    if (status == CRS_OK)
        crs__budget_return(file, bytes);
    return status;
}

void crs__budget_return(const crs__data_file *file, uint64_t bytes)
{
    crs__budget *budget = budget_of(file);
    if (budget != NULL)
        budget->used -= bytes < budget->used ? bytes : budget->used;
}
