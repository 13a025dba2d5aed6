/* crease info: what this build has, and what it uses on this machine. */
#include "command.h"
#include "info_model.h"
#include "json.h"
#include "message.h"
#include "options.h"
#include "say.h"

#include <crease/data.h>
#include <crease/executor.h>
#include <crease/info.h>

#include <stdio.h>
#include <string.h>

static const cli_option options[] = {
    {OPTION_END, 0, NULL, NULL, NULL, 0, 0, 0},
};

static const command_line line = {
    .name = "info",
    .arguments = "[MODEL]",
    .arguments_are_inputs = true,
    .max_arguments = 1,
    .intro = "Say what this build has, and what it uses on this machine; or what is in a trained "
             "model's file.",
    .details = "The environment variable CREASE_CPU (scalar, avx2, avx512; on ARM scalar, neon) "
               "lowers the CPU level;\n"
               "CREASE_GEMM (built-in, openblas, onednn) names what multiplies large matrices.",
    .options = options,
};

static json_t *part_json(const crs_info_part *part)
{
    return json_pack("{s:s, s:s, s:b, s:s}", "name", part->name, "gives", part->gives, "present",
                     part->present, "package", part->package);
}

static json_t *formats_json(void)
{
    json_t *formats = json_array();
    const crs_data_format *row;
    for (size_t i = 0; formats != NULL && (row = crs_data_format_at(i)) != NULL; i++) {
        json_t *format =
            json_pack("{s:s, s:s, s:s, s:b}", "name", row->name, "extensions", row->extensions,
                      "summary", row->summary, "present", row->package == NULL);
        if (json_array_append_new(formats, format) != 0) {
            json_decref(formats);
            formats = NULL;
        }
    }
    return formats;
}

static exit_status print_json(const crs_info *info, int threads)
{
    json_t *parts = json_array();
    for (int i = 0; i < info->n_parts && parts != NULL; i++) {
        if (json_array_append_new(parts, part_json(&info->parts[i])) != 0) {
            json_decref(parts);
            parts = NULL;
        }
    }
    return json_print(line.name, json_pack("{s:s, s:s, s:s, s:s, s:i, s:s, s:o, s:o}", "version",
                                           info->version, "compiler", info->compiler, "cpu_level",
                                           info->cpu_level, "cpu_best", info->cpu_best, "threads",
                                           threads, "gemm", info->gemm, "parts", parts,
                                           "data_formats", formats_json()));
}

static void print_text(const crs_info *info, int threads)
{
    int width = 0;
    say("crease %s, compiled by %s\n", info->version, info->compiler);
    say("CPU level        %s", info->cpu_level);
    if (strcmp(info->cpu_level, info->cpu_best) != 0)
        say(" (this CPU can run %s)", info->cpu_best);
    say("\nthreads          %d\n", threads);
    say("large products   %s\n", info->gemm);
    (void)puts("optional parts");
    for (int i = 0; i < info->n_parts; i++) {
        int length = (int)strlen(info->parts[i].gives);
        width = length > width ? length : width;
    }
    for (int i = 0; i < info->n_parts; i++) {
        const crs_info_part *part = &info->parts[i];
        say("  %-14s %-*s  ", part->name, width, part->gives);
        if (part->present)
            (void)puts("present");
        else
            say("missing: install %s and build again\n", part->package);
    }
    (void)puts("data files, each packed as .gz too");
    for (size_t i = 0; crs_data_format_at(i) != NULL; i++) {
        const crs_data_format *row = crs_data_format_at(i);
        say("  %-14s %s%s\n", row->name, row->summary, row->package == NULL ? "" : " (missing)");
    }
}

exit_status command_info(int argc, char **argv)
{
    common_options common;
    size_t n_arguments;
    char **arguments;
    crs_executor executor;
    crs_info info;
    exit_status status;
    int n_threads;
    options_result result =
        options_read(&line, argc, argv, &common, NULL, &n_arguments, &arguments);
    if (result != OPTIONS_RUN)
        return options_exit(result);
    if (n_arguments == 1)
        return info_model(arguments[0], &common);
    crs_info_get(&info);
    status = options_threads("info", &common, &executor);
    if (status != EXIT_DONE)
        return status;
    n_threads = crs_executor_workers(&executor);
    crs_executor_release(&executor);
    if (common.json)
        return print_json(&info, n_threads);
    print_text(&info, n_threads);
    return EXIT_DONE;
}
