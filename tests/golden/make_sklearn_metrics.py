#!/usr/bin/python3
"""Print tests/golden/sklearn_metrics.h: predictions, and what scikit-learn says of them.

    /usr/bin/python3 tests/golden/make_sklearn_metrics.py > tests/golden/sklearn_metrics.h
    clang-format -i tests/golden/sklearn_metrics.h

Run once, with scikit-learn 1.2.1 (Debian 12: python3-sklearn). The tests need no Python.
scikit-learn puts 0 (or raises) where a metric is not defined; here NAN stands there, and
means are those of the rest. Probabilities are held within 1e-15 of 0 and 1, not epsilon. What
it has no function for (Brier of several classes, labels' log loss, calibration error) is the
formula of crease/metrics.h in NumPy.
"""
import warnings

import numpy as np
import sklearn
from sklearn import metrics as sk
from sklearn.calibration import calibration_curve

warnings.simplefilter("ignore")
R = np.random.RandomState(20)
CASES = []


def number(v):
    return "NAN" if np.isnan(v) else str(int(v)) if v == int(v) else float(v).hex()


def array(name, values, kind="double"):
    text = number if kind == "double" else lambda v: str(int(v))
    print(f"static const {kind} {name}[] = {{{', '.join(text(v) for v in np.ravel(values))}}};")


def auc(y, score):
    return sk.roc_auc_score(y, score) if 0 < np.sum(y) < len(y) else np.nan


def nanmean(v):
    v = np.asarray(v, float)
    return np.nan if np.all(np.isnan(v)) else np.nanmean(v)


def per_class(y, said, score):
    """y, said: [n, k] of 0 and 1."""
    rows = []
    for c in range(y.shape[1]):
        p, r, f, _ = sk.precision_recall_fscore_support(y[:, c], said[:, c], average="binary", zero_division=0)
        n, m, k = y[:, c].sum(), said[:, c].sum(), (y[:, c] * said[:, c]).sum()
        rows.append([n, m, k, p if m else np.nan, r if n else np.nan, f if n + m else np.nan,
                     auc(y[:, c], score[:, c])])
    return np.array(rows, float)


def bins(confidence, right):
    """scikit-learn's bins are (a, b], ours [a, b): the same where none lies on a border."""
    inner = confidence[confidence < 1]
    assert not np.any(np.isclose(inner * 10, np.round(inner * 10)))
    true, said = calibration_curve(right.astype(int), confidence, n_bins=10, pos_label=1)
    index = np.minimum((confidence * 10).astype(int), 9)
    rows = np.full((10, 3), np.nan)
    rows[:, 0] = np.bincount(index, minlength=10)
    rows[rows[:, 0] > 0, 1], rows[rows[:, 0] > 0, 2] = said, true
    gap = np.nan_to_num(np.abs(rows[:, 2] - rows[:, 1]))
    return rows, np.sum(rows[:, 0] * gap) / len(confidence)


def emit(name, task, p, y, scores, **found):
    p, y = np.asarray(p, float), np.asarray(y, float)
    number_of = len(CASES)
    array(f"p_{number_of}", p)
    array(f"y_{number_of}", y)
    parts = [f'.name = "{name}"', f".task = CRS_TASK_{task}", f".n_out = {p.shape[1]}", f".n = {len(p)}",
             f".p = p_{number_of}", f".y = y_{number_of}", f".are_scores = {int(scores)}"]
    for key in ("confusion", "per_class", "bins", "values", "fpr", "tpr"):
        if key in found:
            array(f"{key}_{number_of}", found[key], "size_t" if key == "confusion" else "double")
            parts.append(f".{key} = {key}_{number_of}")
    for key in ("accuracy", "precision", "recall", "f1", "roc_auc", "log_loss", "brier", "calibration_error",
                "r2", "mae", "rmse"):
        parts.append(f".{key} = {number(found.get(key, np.nan))}")
    for key in ("n_classes", "roc_class", "n_points"):
        parts.append(f".{key} = {int(found.get(key, 0))}")
    CASES.append("{" + ", ".join(parts) + "}")


def curve(y, score):
    """Of the first class that has one."""
    for c in range(y.shape[1]):
        if 0 < y[:, c].sum() < len(y):
            fpr, tpr, _ = sk.roc_curve(y[:, c], score[:, c], drop_intermediate=False)
            return {"roc_class": c, "n_points": len(fpr), "fpr": fpr, "tpr": tpr}
    return {}


def macro(rows):
    return dict(zip(("precision", "recall", "f1", "roc_auc"), [nanmean(rows[:, j]) for j in range(3, 7)]))


def classes(name, p, y, scores=False):
    p, y = np.asarray(p, float), np.asarray(y, int)
    single = p.shape[1] == 1
    k = 2 if single else p.shape[1]
    said = (p[:, 0] > (0 if scores else 0.5)).astype(int) if single else p.argmax(1)
    full = np.c_[-p, p] if single else p
    hot, hot_said = np.eye(k, dtype=int)[y], np.eye(k, dtype=int)[said]
    rows = per_class(hot, hot_said, full)
    found = {"accuracy": sk.accuracy_score(y, said), "n_classes": k, "per_class": rows,
             "confusion": sk.confusion_matrix(y, said, labels=range(k)), **macro(rows), **curve(hot, full)}
    if not scores:
        both = np.c_[1 - p, p] if single else p
        found["log_loss"] = sk.log_loss(y, both, eps=1e-15, labels=range(k))
        found["brier"] = (sk.brier_score_loss(y, p[:, 0], pos_label=1) if single
                          else np.mean(np.sum((p - hot) ** 2, axis=1)))
        found["bins"], found["calibration_error"] = bins(both.max(1), said == y)
        if not single and len(set(y)) == k:
            assert np.isclose(found["roc_auc"], sk.roc_auc_score(y, p, multi_class="ovr", average="macro"))
    emit(name, "CLASSES", p, y, scores, **found)


def labels(name, p, y):
    p, y = np.asarray(p, float), np.asarray(y, int)
    said = (p > 0.5).astype(int)
    rows = per_class(y, said, p)
    each = [sk.log_loss(y[:, j], p[:, j], eps=1e-15, labels=[0, 1]) for j in range(p.shape[1])]
    briers = [sk.brier_score_loss(y[:, j], p[:, j], pos_label=1) for j in range(p.shape[1])]
    table, error = bins(np.maximum(p, 1 - p).ravel(), (said == y).ravel())
    emit(name, "LABELS", p, y, False, accuracy=sk.accuracy_score(y, said), n_classes=p.shape[1], per_class=rows,
         log_loss=np.mean(each), brier=np.mean(briers), bins=table, calibration_error=error, **macro(rows),
         **curve(y, p))


def values(name, p, y):
    p, y = np.asarray(p, float), np.asarray(y, float)
    r2 = sk.r2_score(y, p, multioutput="raw_values")
    r2[np.ptp(y, axis=0) == 0] = np.nan
    mae = sk.mean_absolute_error(y, p, multioutput="raw_values")
    mse = sk.mean_squared_error(y, p, multioutput="raw_values")
    emit(name, "VALUES", p, y, False, values=np.c_[r2, mae, np.sqrt(mse)], r2=nanmean(r2),
         mae=sk.mean_absolute_error(y, p), rmse=np.sqrt(sk.mean_squared_error(y, p)))


def softmax(z):
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def compositions(n, k):
    """Probabilities of k / 31: many ties, none on a border of the bins."""
    return R.multinomial(31, np.full(k, 1 / k), n) / 31


print("/* Made by tests/golden/make_sklearn_metrics.py with "
      f"NumPy {np.__version__}, scikit-learn {sklearn.__version__}. Do not edit. */")
print("#ifndef GOLDEN_SKLEARN_METRICS_H\n#define GOLDEN_SKLEARN_METRICS_H\n")
print("#include <crease/metrics.h>\n\n#include <math.h>\n")
print("""/* NULL and NAN where the task has none; per_class and bins as the fields of the structs. */
typedef struct sklearn_case {
    const char *name;
    crs_learning_task task;
    size_t n_out, n;
    const double *p, *y;
    int are_scores;
    const size_t *confusion;
    const double *per_class; /* [n_classes, 7] */
    const double *bins;      /* [10, 3] */
    const double *values;    /* [n_out, 3] */
    const double *fpr, *tpr; /* [n_points], of roc_class */
    double accuracy, precision, recall, f1, roc_auc, log_loss, brier, calibration_error, r2, mae, rmse;
    size_t n_classes, roc_class, n_points;
} sklearn_case;
""")

y = R.randint(0, 2, 60)
classes("two classes", 1 / (1 + np.exp(-R.randn(60, 1) - 1.5 * (y[:, None] - 0.5))), y)
y = R.randint(0, 2, 60)
classes("two classes, ties", compositions(60, 2)[:, :1], y)
y = R.randint(0, 4, 40)
classes("four classes", softmax(R.randn(40, 4) + 1.5 * np.eye(4)[y]), y)
y = R.randint(0, 5, 60)
p = compositions(60, 5)
p[:, 0] += p[:, 2]
p[:, 2] = 0
classes("five classes, ties, one never predicted", p, y)
y = 2 * R.randint(0, 2, 30)
classes("three classes, one not there", softmax(R.randn(30, 3)), y)
classes("three classes, one alone there", softmax(R.randn(20, 3)), np.ones(20))
classes("two classes, one alone there", R.rand(20, 1), np.zeros(20))
y = R.randint(0, 2, 20)
classes("two classes, perfect", y[:, None], y)
y = np.arange(20) % 4
classes("four classes, perfect", np.eye(4)[y], y)
classes("four classes, surely wrong", np.eye(4)[(y + 1) % 4], y)
y = R.randint(0, 2, 40)
classes("two classes, scores", R.randn(40, 1) + y[:, None] - 0.5, y, scores=True)
y = R.randint(0, 3, 40)
classes("three classes, scores", R.randn(40, 3) + np.eye(3)[y], y, scores=True)
classes("one sample", softmax(R.randn(1, 3)), [2])
y = R.randint(0, 2, (30, 4))
labels("four labels", 1 / (1 + np.exp(-R.randn(30, 4) - 3 * (y - 0.5))), y)
y = R.randint(0, 2, (40, 3))
y[:, 1] = 0
labels("three labels, ties, one never there", compositions(120, 2)[:, :1].reshape(40, 3), y)
labels("two labels, perfect", [[0, 1], [1, 1], [1, 0]], [[0, 1], [1, 1], [1, 0]])
y = R.randn(30, 1)
values("one value", y + 0.3 * R.randn(30, 1), y)
y = R.randn(30, 3) * [1, 100, 1e-3] + [0, 1e4, 5]
values("three values", y + 0.3 * R.randn(30, 3) * [1, 100, 1e-3], y)
y = np.c_[R.randn(20), np.full(20, 0.1)]
values("two values, one constant", y + 0.1 * R.randn(20, 2), y)
values("one value, perfect", y[:, :1], y[:, :1])
values("one value, worse than the mean", -y[:, :1], y[:, :1])

print("static const sklearn_case sklearn_cases[] = {")
print(",\n".join(CASES))
print("};\n\n#endif")
