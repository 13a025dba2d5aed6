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

static double FN(bce_cost)(size_t n, size_t batch, const void *z_, size_t ld, const void *y_, size_t ldy)
{
    const T *z = z_, *y = y_;
    double sum = 0;
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

static double FN(softmax_cost)(size_t n, size_t batch, const void *z_, size_t ld, const void *y_, size_t ldy)
{
    const T *z = z_, *y = y_;
    double total = 0;
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

static void FN(squared_output)(size_t n, size_t batch, const void *z_, void *a_, size_t ld)
{
    const T *z = z_;
    T *a = a_;
    for (size_t j = 0; j < n; j++)
        for (size_t s = 0; s < batch; s++)
            a[j * ld + s] = z[j * ld + s];
}

static double FN(squared_cost)(size_t n, size_t batch, const void *z_, size_t ld, const void *y_, size_t ldy)
{
    const T *z = z_, *y = y_;
    double sum = 0;
    for (size_t j = 0; j < n; j++) {
        for (size_t s = 0; s < batch; s++) {
            double error = (double)z[j * ld + s] - (double)y[j * ldy + s];
            sum += error * error / 2;
        }
    }
    return sum / (double)batch;
}

static void FN(delta)(size_t n, size_t batch, const void *a_, const void *y_, void *dz_, size_t ld)
{
    const T *a = a_, *y = y_;
    T *dz = dz_;
    for (size_t j = 0; j < n; j++)
        for (size_t s = 0; s < batch; s++)
            dz[j * ld + s] = a[j * ld + s] - y[j * ld + s];
}

static const crs__loss FN(losses)[] = {
    [CRS__BCE] = {FN(bce_output), FN(bce_cost), FN(delta)},
    [CRS__SOFTMAX] = {FN(softmax_output), FN(softmax_cost), FN(delta)},
    [CRS__SQUARED] = {FN(squared_output), FN(squared_cost), FN(delta)},
};

#undef T
#undef FN
#undef EXP
