#!/usr/bin/env python3
"""Usage: null_arguments.py TREE LIBRARY COMPILER

Every public call with NULL for each of its pointers in turn, and for all of them at once, and with
zeros for each struct that it reads: a call that returns a status answers CRS_EINVAL to a NULL unless its header allows that (ALLOWED),
no call crashes. The calls come from the headers, and must be those that the library exports, so that
a new one cannot be left out.
"""
import os
import re
import subprocess
import sys
import tempfile

# Where the headers say what a NULL means; anything else is refused.
ALLOWED = {
    ('crs_arrays_read_with', 'options'), ('crs_data_generate', 'options'),
    ('crs_data_read', 'options'), ('crs_diagnose_run', 'options'),
    ('crs_format_printable', 'out'), ('crs_format_printable', 'text'),
    ('crs_gradcheck_net', 'config'), ('crs_net_set_gemm', 'name'), ('crs_rulecheck_run', 'progress'),
    ('crs_rulecheck_run_f64', 'progress'), ('crs_scaler_fit', 'index'),
    ('crs_schedule_share', 'plateau'), ('crs_workspace_load', 'index'),
    ('crs_workspace_load', 'y'), ('crs_workspace_set_rule', 'rule'),
    ('crs_workspace_set_weights', 'weights'),
}
ALLOWED_NAMES = {'err', 'ctx', 'arg', 'progress_ctx'}

TEXTS = {
    'crs_act_parse': 'relu', 'crs_layers_parse': '3', 'crs_loss_parse': 'bce', 'crs_init_parse': 'he',
    'crs_optim_parse': 'adam', 'crs_schedule_parse': 'constant', 'crs_dtype_parse': 'f32',
    'crs_scaling_parse': 'none', 'crs_rule_parse': 'A > 0', 'crs_data_defaults': 'xor',
    'crs_data_generate': 'xor', 'crs_model_set_training': '{}', 'crs_net_set_gemm': 'plain',
}
OPAQUE = {'crs_net': 'net', 'crs_workspace': 'work', 'crs_fit': 'fit', 'crs_rule': 'rule',
          'crs_optimizer': 'optimizer', 'crs_lbfgs': 'lbfgs', 'crs_predictor': 'predictor'}
FILLED = {'crs_dataset': 'data', 'crs_act': 'act', 'crs_sink': 'sink', 'crs_optim': 'optim',
          'crs_fit_config': 'fit_config', 'crs_net_config': 'config', 'crs_model': 'model',
          'crs_random': 'rng', 'crs_compare_config': 'compare_config', 'crs_schedule': 'schedule'}
CALLBACKS = {'crs_task': 'run_task', 'crs_objective': 'objective', 'crs_gradcheck_value': 'value_of',
             'crs_gradcheck_gradient': 'gradient_of', 'crs_rulecheck_progress': 'progress'}
SCALARS = {'size_t', 'uint64_t', 'uint32_t', 'int', 'double', 'float'}
NUMBERS = {'size': '4096', 'n_out': '2', 'n_in': '2', 'layer': '1', 'capacity': '4', 'history': '2',
           'share': '0.5'}

SUPPORT = r'''
#include <sys/types.h>
#include <sys/wait.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
%s
static double numbers[4096];
static size_t counts[4096];
static char text[4096];
static crs_error err;
static crs_net *net;
static crs_workspace *work;
static crs_fit *fit;
static crs_rule *rule;
static crs_optimizer *optimizer;
static crs_lbfgs *lbfgs;
static crs_predictor *predictor;
static crs_dataset data;
static crs_act act;
static crs_optim optim;
static crs_schedule schedule;
static crs_fit_config fit_config;
static crs_compare_config compare_config;
static crs_net_config config;
static crs_model model;
static crs_random rng;

static crs_status take(void *ctx, const void *bytes, size_t n)
{ (void)ctx; (void)bytes; (void)n; return CRS_OK; }
static crs_sink sink = {take, NULL};
static void run_task(void *arg, size_t i, int worker) { (void)arg; (void)i; (void)worker; }
static crs_status objective(void *ctx, size_t n, const double *p, double *cost, double *g)
{ (void)ctx; *cost = 0; for (size_t i = 0; i < n; i++) { g[i] = p[i]; *cost += p[i] * p[i]; } return CRS_OK; }
static double value_of(void *ctx, size_t n, const double *x) { (void)ctx; (void)n; return x[0]; }
static void gradient_of(void *ctx, size_t n, const double *x, double *g)
{ (void)ctx; (void)x; for (size_t i = 0; i < n; i++) g[i] = 1; }
static int progress(void *ctx, double done) { (void)ctx; (void)done; return 1; }

static void need(crs_status status)
{ if (status != CRS_OK) { fprintf(stderr, "cannot be set up: %%s\n", err.text); exit(1); } }

static void set_up(void)
{
    static size_t widths[3] = {2, 3, 1};
    static crs_act acts[2];
    crs_act_get(CRS_ACT_RELU, &act);
    acts[0] = acts[1] = act;
    config.n_layers = 2; config.widths = widths; config.acts = acts;
    config.loss = CRS_LOSS_BCE; config.dtype = CRS_F64;
    need(crs_net_create(&config, &err, &net));
    need(crs_data_generate("xor", NULL, &err, &data));
    need(crs_workspace_create(net, 4, NULL, &err, &work));
    need(crs_workspace_load(work, 1, numbers, numbers, NULL, &err));
    crs_net_forward(net, work);
    crs_fit_config_init(&fit_config);
    crs_compare_config_init(&compare_config);
    need(crs_fit_create(net, &data, &fit_config, &err, &fit));
    need(crs_rule_parse("A > 0", &err, &rule));
    need(crs_optim_parse("adam", &err, &optim));
    need(crs_schedule_parse("constant", &err, &schedule));
    need(crs_optimizer_create(&optim, CRS_F64, 1, NULL, &err, &optimizer));
    need(crs_lbfgs_create(1, 2, &err, &lbfgs));
    need(crs_predictor_create(net, 4, NULL, &err, &predictor));
    crs_random_seed(&rng, 1);
    model.net = net; model.task = CRS_TASK_CLASSES; model.n_classes = 2; model.n_targets = 1;
}

enum { NO_STATUS = 1000 };
typedef struct row { const char *call, *argument; int (*run)(void); int allowed; } row;
'''

MAIN = r'''
/* What a child's exit says: 0, it is as it must be. */
static int try_row(const row *r)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        int answer;
        alarm(20);
        answer = r->run();
        _exit(answer == NO_STATUS || r->allowed || answer == CRS_EINVAL ? 0 : 1);
    }
    if (child < 0 || waitpid(child, &status, 0) != child) {
        perror("fork");
        exit(1);
    }
    if (WIFSIGNALED(status))
        printf("%s, %s: killed by signal %d\n", r->call, r->argument, WTERMSIG(status));
    else if (WEXITSTATUS(status) == 1)
        printf("%s, %s: not CRS_EINVAL\n", r->call, r->argument);
    else if (WEXITSTATUS(status) != 0)
        printf("%s, %s: exit status %d\n", r->call, r->argument, WEXITSTATUS(status));
    return status != 0;
}

int main(void)
{
    size_t n = sizeof rows / sizeof rows[0];
    int bad = 0;
    setvbuf(stdout, NULL, _IONBF, 0);
    set_up();
    for (size_t i = 0; i < n; i++)
        bad |= try_row(&rows[i]);
    printf("%zu arguments\n", n);
    return bad;
}
'''


def parse(folder):
    """[(name, returned type, [(type, name)])] of every CRS_API function."""
    calls = []
    for file in sorted(os.listdir(folder)):
        with open(os.path.join(folder, file), encoding='utf-8') as f:
            source = re.sub(r'/\*.*?\*/', '', f.read(), flags=re.S)
        source = re.sub(r'^#(.*\\\n)*.*$', '', source, flags=re.M)
        for found in re.finditer(r'CRS_API\s+([^;]*);', source):
            one = re.sub(r'\s+', ' ', found.group(1))
            one = re.sub(r' CRS_PRINTF\(.*', '', one)
            parts = re.fullmatch(r'(.*?)(crs_\w+)\((.*)\)', one)
            arguments = []
            for argument in parts.group(3).split(','):
                argument = argument.strip()
                if argument in ('void', '...'):
                    continue
                kind, name = re.fullmatch(r'(.*?)(\w+)', argument).groups()
                arguments.append((kind.strip(), name))
            calls.append((parts.group(2), parts.group(1).strip(), arguments))
    return calls


def is_pointer(kind):
    return '*' in kind or kind in CALLBACKS


def value(call, kind, name, statics):
    """A C expression that the call can take."""
    if kind in CALLBACKS:
        return CALLBACKS[kind]
    if kind in SCALARS:
        return NUMBERS.get(name, '1')
    if '*' not in kind:
        return '(%s)0' % kind
    base = re.sub(r'\bconst\b|\*', '', kind).strip()
    stars = kind.count('*')
    if kind == 'const char *':
        return '"%s"' % TEXTS.get(call, 'x')
    if kind == 'char *':
        return 'text'
    if kind == 'crs_error *':
        return '&err'
    if base == 'void' or base in ('double', 'float') and stars == 1:
        return '(void *)numbers'
    if base == 'size_t' and stars == 1:
        return 'counts'
    if kind == 'const crs_executor *':
        return 'NULL'
    if stars == 1 and base in OPAQUE:
        return OPAQUE[base]
    if stars == 1 and base in FILLED and not (name == 'out' and 'const' not in kind):
        return '&' + FILLED[base]
    if kind == 'const crs_rule *const *':
        return '(const crs_rule *const[]){rule}'
    # something to write to, or a struct of zeros to read
    held = 'static %s%s held_%d;' % (base, ' *' * (stars - 1), len(statics))
    if base in ('char',):
        held = 'static const ' + held[7:]
    statics.append(held)
    return '&held_%d' % (len(statics) - 1)


def generate(calls, headers):
    rows, bodies, statics = [], [], []

    def add(name, returned, what, allowed, values):
        call = '%s(%s)' % (name, ', '.join(values))
        run = 'return (int)%s;' % call if returned == 'crs_status' else \
            '(void)%s; return NO_STATUS;' % call
        bodies.append('static int run_%d(void) { %s }' % (len(rows), run))
        rows.append('{"%s", "%s", run_%d, %d},' % (name, what, len(rows), allowed))

    for name, returned, arguments in calls:
        pointers = [i for i, (kind, _) in enumerate(arguments) if is_pointer(kind)]
        if name.endswith('_destroy'):
            cases = [([i], True) for i in pointers]
        else:
            cases = [([i], (name, arguments[i][1]) in ALLOWED or arguments[i][1] in ALLOWED_NAMES or
                      arguments[i][0] == 'const crs_executor *') for i in pointers]
            if len(pointers) > 1:
                cases.append((pointers, all(allowed for _, allowed in cases)))
        for null, allowed in cases:
            what = arguments[null[0]][1] if len(null) == 1 else 'all'
            add(name, returned, what + ' NULL', allowed,
                ['NULL' if i in null else value(name, kind, argument, statics)
                 for i, (kind, argument) in enumerate(arguments)])
        # structs of zeros: what they should point to is not there
        for i, (kind, argument) in enumerate(arguments):
            struct = re.fullmatch(r'const (crs_\w+) \*', kind)
            if struct and struct.group(1) not in OPAQUE and struct.group(1) != 'crs_executor':
                add(name, returned, argument + ' zeroed', True,
                    ['&(%s){0}' % struct.group(1) if k == i else value(name, *pair, statics)
                     for k, pair in enumerate(arguments)])
    includes = '\n'.join('#include <crease/%s>' % header for header in headers)
    return (SUPPORT % includes + '\n'.join(statics) + '\n' + '\n'.join(bodies) +
            '\nstatic const row rows[] = {\n' + '\n'.join(rows) + '\n};\n' + MAIN)


def exported(library):
    out = subprocess.run(['nm', '-D', '--defined-only', library], check=True, capture_output=True,
                         text=True).stdout
    return {line.split()[-1] for line in out.splitlines() if line.split()[-1].startswith('crs_')}


def main():
    tree, library, compiler = sys.argv[1:4]
    folder = os.path.join(tree, 'include', 'crease')
    calls = parse(folder)
    names = {name for name, _, _ in calls}
    if library.endswith('.so') or '.so.' in library:
        for name in sorted(names ^ exported(library)):
            print('%s: in the headers or in the library, but not in both' % name)
        if names != exported(library):
            return 1
    for name, argument in sorted(ALLOWED):
        if not any(name == call and argument in [a for _, a in arguments]
                   for call, _, arguments in calls):
            print('%s has no argument %s any more' % (name, argument))
            return 1
    with tempfile.TemporaryDirectory() as scratch:
        source = os.path.join(scratch, 'null.c')
        program = os.path.join(scratch, 'null')
        with open(source, 'w', encoding='utf-8') as f:
            f.write(generate(calls, sorted(os.listdir(folder))))
        subprocess.run([compiler, '-std=c11', '-D_POSIX_C_SOURCE=200809L', '-w', '-O0', '-I',
                        os.path.join(tree, 'include'), source, library,
                        '-Wl,-rpath,' + os.path.dirname(os.path.abspath(library)), '-lm', '-o', program],
                       check=True)
        return subprocess.run([program], check=False).returncode


if __name__ == '__main__':
    sys.exit(main())
