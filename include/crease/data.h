/*
 * crease/data.h - data sets: made, read from a file, written to one.
 *
 * A crs_dataset holds samples in rows and what is to be learned about each:
 *
 *     crs_dataset data;
 *     if (crs_data_generate("planar", NULL, &err, &data) == CRS_OK) {
 *         ... data.x is [n_samples, n_features], data.y is [n_samples] ...
 *         crs_dataset_release(&data);
 *     }
 *
 * or, from a file (CSV, NPY, NPZ, IDX, HDF5 or safetensors, told apart by what is in it, then by
 * its name; each packed as .gz too, but for HDF5):
 *
 *     crs_data_read("train.csv", NULL, &err, &data)
 *
 * Readers take a file whole or not at all: what is torn, of the wrong shape, not
 * a number or not finite is refused, and err->text says where ("train.csv:7:12:
 * field 3: 'abc' is not a number"), with err->line and err->column (bytes) set
 * for text files. Nothing that a file contains makes a reader abort.
 *
 * Threads: calls on different objects may run at once, save that HDF5's library
 * is usually built for one thread: read one HDF5 file at a time.
 */
#ifndef CREASE_DATA_H
#define CREASE_DATA_H

#include <crease/dtype.h>
#include <crease/sink.h>
#include <crease/status.h>

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- a data set ---------------------------------------------------------- */

/*
 * Data that would take more than half of the machine's memory lie in a file and are mapped:
 * x of a float NPY file as it is, others in a file without a name (in TMPDIR, or /tmp) that goes
 * with the data set. The system then keeps in memory what is in use.
 */
typedef struct crs_data_mapping {
    void *start; /* NULL: none */
    size_t bytes;
    int writable; /* 0: x is the user's file, and must not be written to */
    int file;     /* the file without a name, where writable */
} crs_data_mapping;

/*
 * Filled by the calls below, owned by the caller, released with
 * crs_dataset_release. A zeroed one is empty and may be released too.
 */
typedef struct crs_dataset {
    char *name;        /* the generator's, or the file's without its folder */
    char *description; /* one line: how it was made, or how the file was understood */
    size_t n_samples;
    size_t n_features;
    size_t n_classes;     /* 2: y is 0 or 1; k: y is 0 ... k - 1; 0: y is a value (regression) */
    crs_dtype dtype;      /* of x */
    void *x;              /* [n_samples, n_features] row-major, aligned to 64 bytes */
    double *y;            /* [n_samples, n_targets]: the index of the class, or the value */
    char **class_names;   /* [n_classes], NULL where the classes are just numbered */
    char **feature_names; /* [n_features], NULL where they have none */
    size_t n_targets;     /* values of y a sample; 0 stands for 1 */
    char **target_names;  /* [n_targets], NULL where they have none */
    crs_data_mapping mapping; /* where x is part of a file and not of memory */
} crs_dataset;

/* What is learned about a sample. */
typedef enum crs_learning_task {
    CRS_TASK_CLASSES, /* one class: y is 0 ... n_classes - 1 */
    CRS_TASK_LABELS, /* several labels, each there or not: n_targets > 1, n_classes is 2, y is 0 or 1 */
    CRS_TASK_VALUES /* one or more values: n_classes is 0 */
} crs_learning_task;

CRS_API crs_learning_task crs_dataset_task(const crs_dataset *data);

/* "classes", "labels", "values"; NULL for a value that is none. Static storage. */
CRS_API const char *crs_task_name(crs_learning_task task);

/* Free what it holds and zero it. */
CRS_API void crs_dataset_release(crs_dataset *data);

/* x[sample, feature] as a double, whatever the dtype. No bounds check. */
CRS_API double crs_dataset_x(const crs_dataset *data, size_t sample, size_t feature);

/* ---- generators ---------------------------------------------------------- */

/* Options a generator heeds: bits of crs_data_generator.uses. Seed, samples and dtype all do. */
#define CRS_DATA_USES_NOISE 1u
#define CRS_DATA_USES_FACTOR 2u
#define CRS_DATA_USES_VARIANCE 4u
#define CRS_DATA_USES_CLASSES 8u
#define CRS_DATA_USES_CENTERS 16u

/* What to make. Fill it with crs_data_defaults, then change what is to differ. */
typedef struct crs_data_options {
    size_t n_samples;
    uint32_t seed;   /* as for np.random.seed */
    double noise;    /* standard deviation of what is added; of a blob for blobs */
    double factor;   /* circles: radius of the inner over the outer one, in [0, 1) */
    double variance; /* quantiles: of each coordinate */
    size_t n_classes;
    size_t n_centers; /* blobs: centers; center i has class i % n_classes */
    crs_dtype dtype;  /* of x; the numbers are made in float64, then rounded */
} crs_data_options;

/* One row of the table of generators. */
typedef struct crs_data_generator {
    const char *name;
    const char *summary; /* one line */
    unsigned uses;       /* CRS_DATA_USES_... */
    crs_data_options defaults;
} crs_data_generator;

/* Row i of the table, NULL past its end. Static storage. */
CRS_API const crs_data_generator *crs_data_generator_at(size_t i);

/*
 * The default options of a generator.
 *
 * Errors: CRS_ENOENT (no generator of that name; the text lists those there are).
 */
CRS_API crs_status crs_data_defaults(const char *name, crs_error *err, crs_data_options *out);

/*
 * Make a data set; options NULL: the defaults. All have two features.
 *
 *     planar     the flower of the course: 400 samples, seed 1, noise 0.2 on angle
 *                and radius, class by class, not shuffled
 *     circles    sklearn make_circles(200, factor=0.5, noise=0.3)
 *     moons      sklearn make_moons(200, noise=0.2)
 *     blobs      sklearn make_blobs(200, n_features=2, centers=6, random_state=5), y % 2
 *     quantiles  sklearn make_gaussian_quantiles(cov=0.5, n_samples=200, n_classes=2)
 *     spiral     arms r = linspace(0, 1), t = linspace(4j, 4(j + 1)) + 0.2 randn,
 *                x = (r sin t, r cos t): 3 arms, 300 samples
 *     xor        uniform in the square [-1, 1)^2, class 1 where the signs differ; then noise 0.1
 *     uniform    no structure: x = rand(n, 2), labels from a second rand(n, 2)
 *
 * From one seed the random stream is the one NumPy and scikit-learn draw, in the
 * same order; sin and cos come from the C library, so that last bits may differ.
 *
 * Errors: CRS_ENOENT (no such generator), CRS_EINVAL (an option out of its range:
 * the text says which), CRS_ENOMEM.
 */
CRS_API crs_status crs_data_generate(const char *name, const crs_data_options *options,
                                     crs_error *err, crs_dataset *out);

/* ---- reading --------------------------------------------------------------- */

/* What the target is. */
typedef enum crs_target_kind {
    /*
     * Classes where labels are text, or whole numbers that are 0 ... k - 1 or
     * 1 ... k without a gap (k at most 256) or just two of them, such as -1 and
     * 1; else values. More than 32 classes with fewer than two samples each on
     * average are none: whole numbers are values then, and texts are refused.
     */
    CRS_TARGET_AUTO,
    CRS_TARGET_CLASSES,
    CRS_TARGET_VALUES
} crs_target_kind;

/* Whether the first line of a CSV file names the columns. */
typedef enum crs_csv_header {
    /*
     * Yes where no field of it is a number; where at least half are none and the next line has numbers
     * there; where only the target's is none and the target in the next line is one (columns
     * named 0, 1, 2, label); or where it has the names of `like`. A first line that is
     * neither that nor a row, and one of 0, 1, 2, 3 ... that may be either, are refused.
     */
    CRS_CSV_HEADER_AUTO,
    CRS_CSV_HEADER_YES,
    CRS_CSV_HEADER_NO
} crs_csv_header;

/* What becomes of a sample in which a feature is missing. */
typedef enum crs_missing {
    CRS_MISSING_REFUSE,
    CRS_MISSING_DROP, /* the sample is left out; the description says how many */
    CRS_MISSING_KEEP  /* x is NaN there: crs_scaler_fit is to fill it */
} crs_missing;

/*
 * How to read. Fill it with crs_data_read_options_init, which sets what is given
 * here as the default. Strings and `like` are borrowed for the call.
 */
typedef struct crs_data_read_options {
    crs_dtype dtype; /* of x; CRS_F64 */

    /* "csv", "npy", "npz", "idx", "hdf5", "safetensors"; NULL: found out. */
    const char *format;

    /* CRS_TARGET_AUTO */
    crs_target_kind target_kind;

    /*
     * A file of its own for the target, of any format: all of it, or what `target` names in it.
     * NULL: it is in the same file.
     */
    const char *target_path;

    /*
     * The columns that are features, and those that are not, with commas between: names, numbers
     * from 1, ranges of either ("x1,x4", "2-5,9"; an exact name goes first). NULL: all but the
     * target; NULL: none.
     */
    const char *columns;
    const char *ignore;

    /* Fields of a feature that are empty, NA, N/A, NaN, null, None, ? or - alone. */
    crs_missing missing; /* CRS_MISSING_REFUSE */

    /* Unsigned bytes (pixels) become numbers by division by 255; 0: as they are. */
    int scale_bytes; /* 1 */

    /*
     * Where the target is. CSV: the name of a column, or its number from 1; NULL:
     * the last column; several with commas between, or a range ("8-10"), where an
     * exact name goes first. HDF5, NPZ, safetensors: the data set (array, tensor) of labels; NULL: the one that
     * goes with the samples (train_set_y with train_set_x, y with X), or the only one named ..._y.
     * NPY: a column, as for CSV. "": there is no target; y is 0.
     */
    const char *target;

    /* HDF5, NPZ, safetensors: the data set of samples; NULL: the only one named ..._x (or X). */
    const char *features;

    /* CSV: CRS_CSV_HEADER_AUTO */
    crs_csv_header header;

    /* CSV: ',' ';' or '\t'; 0: the first of these that the first line holds. */
    char separator;

    /*
     * The training data to which this is the test data: labels become the classes of that data,
     * in its order. Where both have names, the features (unless `columns` says which) and the
     * target (unless `target` does) are found by them: columns that it has not are left out, and
     * the description says how many. Else the number of features must be the same. NULL: free.
     */
    const crs_dataset *like;

    /*
     * From how many bytes on x lies in a file and is mapped (crs_data_mapping); 0: half of the
     * machine's memory.
     */
    size_t memory_limit;

    /*
     * Bytes that a file may take while it is read: what is held of it, as it is held, what is
     * unpacked into TMPDIR, and what the reading itself needs; for a target in a file of its own
     * as much again. A file that needs more is refused before it is allocated. 0: 256 MB and 64
     * times the file's size.
     */
    size_t max_memory;
} crs_data_read_options;

CRS_API void crs_data_read_options_init(crs_data_read_options *out);

/* One row of the table of readers. */
typedef struct crs_data_format {
    const char *name;       /* "csv" */
    const char *extensions; /* ".csv .tsv .txt" */
    const char *summary;    /* one line */
    const char *package;    /* NULL, or the Debian package this build lacks for it */
} crs_data_format;

/* Row i of the table, NULL past its end. Static storage. */
CRS_API const crs_data_format *crs_data_format_at(size_t i);

/*
 * Read a file; options NULL: the defaults.
 *
 * CSV: a row a sample, numbers in every column but the target's. Fields may be
 * quoted ("a ""b"""), not across lines; lines end in LF or CRLF; a UTF-8 byte
 * order mark, empty lines and lines that start with # are skipped. Numbers are
 * read as in C ("1e-3"), whatever the locale, correctly rounded.
 *
 * Arrays (NPY, NPZ, IDX, HDF5, safetensors): samples along the first axis, the other axes
 * flattened in C order; uint8 is divided by 255 (pixels) unless scale_bytes is 0, other numbers
 * are taken as they are. Labels one a sample, [n], [n, 1] or [1, n], or several, [n, k]. HDF5:
 * names of classes from list_classes, where that is there. NPY in Fortran order with two axes at
 * most. A float NPY of options->dtype, little-endian (as this machine is), is mapped: it must stay
 * as it is while the data set lives.
 *
 * Several targets are labels where nothing but 0 and 1 occurs and target_kind is not
 * CRS_TARGET_VALUES, else values. The description ends in what the target is taken for.
 *
 * A missing target is refused whatever options->missing says. A target file that has not as many
 * rows as the data is refused with both counts.
 *
 * Errors: CRS_ENOENT (no such file, column or data set), CRS_EIO (cannot be
 * read, is a folder, no room on the disk), CRS_EPARSE (CSV: not a number, torn line, bad quotes, NUL
 * byte, no rows, two columns of a name that is asked for), CRS_EFORMAT (damaged, claims more than it
 * holds, needs more than max_memory, not of a known format), CRS_ESHAPE (sample counts or ranks that do not fit, not like
 * `like`), CRS_ENONFINITE (also: every sample lacks a value), CRS_EUNSUPPORTED (a part that this
 * build lacks; elements that are no numbers), CRS_EINVAL (an option), CRS_ENOMEM.
 */
CRS_API crs_status crs_data_read(const char *path, const crs_data_read_options *options,
                                 crs_error *err, crs_dataset *out);

/* ---- preparing -------------------------------------------------------------- */

typedef enum crs_scaling {
    CRS_SCALE_NONE,
    CRS_SCALE_STANDARD, /* (x - mean) / standard deviation (of n, not n - 1); a constant feature: 0 */
    CRS_SCALE_MINMAX /* (x - min) / (max - min), so 0 ... 1 on what it was fitted to; a constant one: 0 */
} crs_scaling;

/* "none", "standard", "minmax"; NULL for a value that is none. Static storage. */
CRS_API const char *crs_scaling_name(crs_scaling scaling);
/* Errors: CRS_ENOENT (none of these; the text lists them). */
CRS_API crs_status crs_scaling_parse(const char *text, crs_error *err, crs_scaling *out);

/*
 * What is done to a feature before a net sees it: (x - shift) * scale, and `fill` in place of a
 * NaN. Owned by the caller, released with crs_scaler_release; zeroed it does nothing.
 */
typedef struct crs_scaler {
    crs_scaling scaling;
    size_t n_features;     /* 0: it does nothing */
    double *shift, *scale; /* [n_features] */
    double *fill;          /* [n_features], before scaling; NULL: a NaN is refused */
} crs_scaler;

typedef enum crs_fill { CRS_FILL_NONE, CRS_FILL_MEAN, CRS_FILL_MEDIAN, CRS_FILL_ZERO } crs_fill;

/*
 * Fit to samples index[0] ... index[n - 1] of `data` (NULL: all of them); NaN are left out.
 * Errors: CRS_ENONFINITE (a NaN without fill, a feature that has nothing but NaN: says which),
 * CRS_ENOMEM.
 */
CRS_API crs_status crs_scaler_fit(crs_scaling scaling, crs_fill fill, const crs_dataset *data,
                                  size_t n, const size_t *index, crs_error *err, crs_scaler *out);
/* To every sample of `data`, in place (what is mapped from the user's file is first copied to one
 * of our own). Errors: CRS_ESHAPE, CRS_ENONFINITE, CRS_EIO, CRS_ENOMEM. */
CRS_API crs_status crs_scaler_apply(const crs_scaler *scaler, crs_dataset *data, crs_error *err);
CRS_API crs_status crs_scaler_copy(const crs_scaler *scaler, crs_scaler *out); /* CRS_ENOMEM */
CRS_API void crs_scaler_release(crs_scaler *scaler);

/*
 * Set samples apart for validation, drawn by `seed`: order[0] ... order[*n_train - 1] are for training, the rest of
 * order[n_samples] for validation, both in rising order. `share` of the samples, in (0, 1), at least one and not
 * all; classes in the proportions of the whole (largest remainder), one of which there are two
 * samples or more on both sides where the share allows.
 * Errors: CRS_EINVAL (a share out of its range, fewer than two samples), CRS_ENOMEM.
 */
CRS_API crs_status crs_dataset_split(const crs_dataset *data, double share, uint32_t seed,
                                     crs_error *err, size_t *order, size_t *n_train);

/* ---- writing ---------------------------------------------------------------- */

/*
 * Write as CSV: a header (the names of the features or x1, x2, ..., then those of the
 * targets, or label, or label1, label2, ...), then a row a sample with as many digits as read back to the same bits (17, or 9
 * for float32). A class is written as its index.
 *
 * Errors: what the sink returns, CRS_EINVAL (no samples), CRS_ENOMEM.
 */
CRS_API crs_status crs_data_write_csv(const crs_dataset *data, const crs_sink *sink,
                                      crs_error *err);

#ifdef __cplusplus
}
#endif
#endif
