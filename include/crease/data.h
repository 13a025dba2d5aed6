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
 * or, from a file (CSV or HDF5, told apart by what is in it, then by its name):
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
    double *y;            /* [n_samples]: the index of the class, or the value */
    char **class_names;   /* [n_classes], NULL where the classes are just numbered */
    char **feature_names; /* [n_features], NULL where they have none */
} crs_dataset;

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
     * 1; else values.
     */
    CRS_TARGET_AUTO,
    CRS_TARGET_CLASSES,
    CRS_TARGET_VALUES
} crs_target_kind;

/* Whether the first line of a CSV file names the columns. */
typedef enum crs_csv_header {
    /*
     * Yes where no field of it is a number; or where only the target's is none and
     * the target in the next line is one (columns named 0, 1, 2, label). A first
     * line that is neither that nor a row is refused.
     */
    CRS_CSV_HEADER_AUTO,
    CRS_CSV_HEADER_YES,
    CRS_CSV_HEADER_NO
} crs_csv_header;

/*
 * How to read. Fill it with crs_data_read_options_init, which sets what is given
 * here as the default. Strings and `like` are borrowed for the call.
 */
typedef struct crs_data_read_options {
    crs_dtype dtype; /* of x; CRS_F64 */

    /* "csv" or "hdf5"; NULL: found out. */
    const char *format;

    /* CRS_TARGET_AUTO */
    crs_target_kind target_kind;

    /*
     * Where the target is. CSV: the name of a column, or its number from 1; NULL:
     * the last column. HDF5: the data set of labels; NULL: the one that goes with
     * the samples (train_set_y with train_set_x), or the only one named ..._y.
     */
    const char *target;

    /* HDF5: the data set of samples; NULL: the only one named ..._x. */
    const char *features;

    /* CSV: CRS_CSV_HEADER_AUTO */
    crs_csv_header header;

    /* CSV: ',' ';' or '\t'; 0: the first of these that the first line holds. */
    char separator;

    /*
     * The training data to which this is the test data: the number of features
     * must be the same, and labels become the classes of that data, in its order.
     * NULL: free.
     */
    const crs_dataset *like;
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
 * HDF5: samples along the first axis of the data set ..._x, the other axes
 * flattened in C order; uint8 is divided by 255 (pixels), other numbers are taken
 * as they are. Labels from ..._y, one a sample; names of classes from
 * list_classes, where that is there.
 *
 * Errors: CRS_ENOENT (no such file, column or data set), CRS_EIO (cannot be
 * read, is a folder), CRS_EPARSE (CSV: not a number, torn line, bad quotes, NUL
 * byte, no rows), CRS_EFORMAT (damaged, not of a known format), CRS_ESHAPE
 * (sample counts or ranks that do not fit, not like `like`), CRS_ENONFINITE,
 * CRS_EUNSUPPORTED (HDF5 not in this build), CRS_EINVAL (an option), CRS_ENOMEM.
 */
CRS_API crs_status crs_data_read(const char *path, const crs_data_read_options *options,
                                 crs_error *err, crs_dataset *out);

/* ---- writing ---------------------------------------------------------------- */

/*
 * Write as CSV: a header (the names of the features or x1, x2, ..., then label),
 * then a row a sample with as many digits as read back to the same bits (17, or 9
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
