#include "rules.h"

#include "message.h"

exit_status rules_parse(const char *command, size_t n, const char *const *texts, crs_rule **out)
{
    crs_error err;
    for (size_t i = 0; i < n; i++)
        out[i] = NULL;
    for (size_t i = 0; i < n; i++) {
        if (crs_rule_parse(texts[i], &err, &out[i]) == CRS_OK)
            continue;
        rules_release(n, out);
        if (err.column == 0)
            return fail_library(command, &err);
        if (err.line > 1)
            return fail(exit_status_of(err.status), command, "rule '%s', line %zu, column %zu: %s",
                        texts[i], err.line, err.column, err.text);
        return fail(exit_status_of(err.status), command, "rule '%s', column %zu: %s", texts[i],
                    err.column, err.text);
    }
    return EXIT_DONE;
}

void rules_release(size_t n, crs_rule **rules)
{
    for (size_t i = 0; i < n; i++) {
        crs_rule_destroy(rules[i]);
        rules[i] = NULL;
    }
}
