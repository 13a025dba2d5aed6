/* The losses for one dtype; included by loss.c with T, FN(x) and EXP. */

static void FN(bce_output)(size_t n, size_t batch, const void *z_, void *a_, size_t ld)
{
    const T *z = z_;
    T *a = a_;
    static const crs_act sigmoid = {.id = CRS_ACT_SIGMOID};
    for (size_t j = 0; j < n; j++)
        for (size_t s = 0; s < batch; s++)
            a[j * ld + s] = FN(crs_act_value)(&sigmoid, z[j * ld + s]);
}

static double FN(bce_cost)(COST_ARGUMENTS)
{
    const T *z = z_, *y = y_;
    double sum = 0;
    (void)bend;
    for (size_t j = 0; j < n; j++) {
        for (size_t s = 0; s < batch; s++) {
            /* -t log sigmoid(x) - (1 - t) log(1 - sigmoid(x)) = max(x, 0) - t x + log1p(exp(-|x|)) */
            double x = z[j * ld + s], t = y[j * ldy + s];
            double factor = x > 0 ? 1 - t : -t;
            /* 0 times an infinite z is 0: a saturated output that is right costs nothing */
            sum += log1p(exp(-fabs(x))) + (factor != 0 ? factor * x : 0);
        }
    }
    return sum / (double)batch;
}

static void FN(softmax_output)(size_t n, size_t batch, const void *z_, void *a_, size_t ld)
{
    const T *z = z_;
    T *a = a_;
    for (size_t s = 0; s < batch; s++) {
        T max = z[s], sum = 0;
        for (size_t j = 1; j < n; j++)
            max = z[j * ld + s] > max ? z[j * ld + s] : max;
        for (size_t j = 0; j < n; j++)
            sum += a[j * ld + s] = EXP(z[j * ld + s] - max);
        for (size_t j = 0; j < n; j++)
            a[j * ld + s] /= sum;
    }
}

static double FN(softmax_cost)(COST_ARGUMENTS)
{
    const T *z = z_, *y = y_;
    double total = 0;
    (void)bend;
    for (size_t s = 0; s < batch; s++) {
        double max = z[s], sum = 0, log_sum;
        for (size_t j = 1; j < n; j++)
            max = fmax(max, z[j * ld + s]);
        for (size_t j = 0; j < n; j++)
            sum += exp((double)z[j * ld + s] - max);
        log_sum = max + log(sum);
        for (size_t j = 0; j < n; j++)
            total += (double)y[j * ldy + s] * (log_sum - (double)z[j * ld + s]);
    }
    return total / (double)batch;
}

static void FN(linear_output)(size_t n, size_t batch, const void *z_, void *a_, size_t ld)
{
    const T *z = z_;
    T *a = a_;
    for (size_t j = 0; j < n; j++)
        for (size_t s = 0; s < batch; s++)
            a[j * ld + s] = z[j * ld + s];
}

static double FN(squared_cost)(COST_ARGUMENTS)
{
    const T *z = z_, *y = y_;
    double sum = 0;
    (void)bend;
    for (size_t j = 0; j < n; j++) {
        for (size_t s = 0; s < batch; s++) {
            double error = (double)z[j * ld + s] - (double)y[j * ldy + s];
            sum += error * error / 2;
        }
    }
    return sum / (double)batch;
}

static double FN(absolute_cost)(COST_ARGUMENTS)
{
    const T *z = z_, *y = y_;
    double sum = 0;
    (void)bend;
    for (size_t j = 0; j < n; j++)
        for (size_t s = 0; s < batch; s++)
            sum += fabs((double)z[j * ld + s] - (double)y[j * ldy + s]);
    return sum / (double)batch;
}

static double FN(huber_cost)(COST_ARGUMENTS)
{
    const T *z = z_, *y = y_;
    double sum = 0;
    for (size_t j = 0; j < n; j++) {
        for (size_t s = 0; s < batch; s++) {
            double size = fabs((double)z[j * ld + s] - (double)y[j * ldy + s]);
            sum += size > bend ? bend * (size - bend / 2) : size * size / 2;
        }
    }
    return sum / (double)batch;
}

/* max(0, x), and NaN for NaN */
static double FN(positive)(double x)
{
    return CRS__LESS(x, 0) ? 0 : x;
}

/* The class of sample s: where its one-hot y is largest. */
static size_t FN(class_of)(size_t n, const T *y, size_t ldy, size_t s)
{
    size_t best = 0;
    for (size_t j = 1; j < n; j++)
        best = y[j * ldy + s] > y[best * ldy + s] ? j : best;
    return best;
}

static double FN(hinge_cost)(COST_ARGUMENTS)
{
    const T *z = z_, *y = y_;
    double sum = 0;
    (void)bend;
    for (size_t s = 0; s < batch; s++) {
        size_t c = FN(class_of)(n, y, ldy, s);
        if (n == 1)
            sum += FN(positive)(1 - (2 * (double)y[s] - 1) * (double)z[s]);
        for (size_t j = 0; j < n; j++)
            if (j != c)
                sum += FN(positive)(1 + (double)z[j * ld + s] - (double)z[c * ld + s]);
    }
    return sum / (double)batch;
}

static void FN(delta)(DELTA_ARGUMENTS)
{
    const T *a = a_, *y = y_;
    T *dz = dz_;
    (void)bend;
    for (size_t j = 0; j < n; j++)
        for (size_t s = 0; s < batch; s++)
            dz[j * ld + s] = a[j * ld + s] - y[j * ld + s];
}

static void FN(absolute_delta)(DELTA_ARGUMENTS)
{
    const T *a = a_, *y = y_;
    T *dz = dz_;
    (void)bend;
    for (size_t j = 0; j < n; j++) {
        for (size_t s = 0; s < batch; s++) {
            T error = a[j * ld + s] - y[j * ld + s];
            dz[j * ld + s] = error > 0 ? 1 : error < 0 ? -1 : error; /* 0 and NaN are themselves */
        }
    }
}

static void FN(huber_delta)(DELTA_ARGUMENTS)
{
    const T *a = a_, *y = y_, most = (T)bend;
    T *dz = dz_;
    for (size_t j = 0; j < n; j++) {
        for (size_t s = 0; s < batch; s++) {
            T error = a[j * ld + s] - y[j * ld + s];
            dz[j * ld + s] = error > most ? most : error < -most ? -most : error;
        }
    }
}

/* The slope of max(0, x). */
static T FN(positive_slope)(T x)
{
    return x > 0 ? 1 : CRS__LESS(x, 0) || x == 0 ? 0 : x;
}

static void FN(hinge_delta)(DELTA_ARGUMENTS)
{
    const T *a = a_, *y = y_;
    T *dz = dz_;
    (void)bend;
    for (size_t s = 0; s < batch; s++) {
        size_t c = FN(class_of)(n, y, ld, s);
        T t = 2 * y[s] - 1, sum = 0;
        if (n == 1) {
            dz[s] = -t * FN(positive_slope)(1 - t * a[s]);
            continue;
        }
        for (size_t j = 0; j < n; j++)
            if (j != c)
                sum += dz[j * ld + s] = FN(positive_slope)(1 + a[j * ld + s] - a[c * ld + s]);
        dz[c * ld + s] = -sum;
    }
}

static const crs__loss FN(losses)[] = {
    [CRS__BCE] = {FN(bce_output), FN(bce_cost), FN(delta)},
    [CRS__SOFTMAX] = {FN(softmax_output), FN(softmax_cost), FN(delta)},
    [CRS__SQUARED] = {FN(linear_output), FN(squared_cost), FN(delta)},
    [CRS__ABSOLUTE] = {FN(linear_output), FN(absolute_cost), FN(absolute_delta)},
    [CRS__HUBER] = {FN(linear_output), FN(huber_cost), FN(huber_delta)},
    [CRS__HINGE] = {FN(linear_output), FN(hinge_cost), FN(hinge_delta)},
};

#undef T
#undef FN
#undef EXP
