// The public headers from C++, and a gradient check with lambdas as callbacks.
#include <crease/act.h>
#include <crease/compare.h>
#include <crease/data.h>
#include <crease/gradcheck.h>
#include <crease/rulecheck.h>
#include <crease/train.h>

#include <cstdio>
#include <vector>

// Is the gradient of sum of factor x_i^2 / 2, claimed to be x_i, found right?
static bool passes(double factor)
{
    const std::vector<double> x = {0.5, -2, 3};
    crs_gradcheck *check = nullptr;
    crs_error err;
    const crs_status status = crs_gradcheck_function(
        [](void *ctx, size_t n, const double *p) {
            double sum = 0;
            for (size_t i = 0; i < n; i++)
                sum += *static_cast<double *>(ctx) * p[i] * p[i] / 2;
            return sum;
        },
        [](void *, size_t n, const double *p, double *gradient) {
            for (size_t i = 0; i < n; i++)
                gradient[i] = p[i];
        },
        &factor, x.size(), x.data(), &err, &check);
    if (status != CRS_OK) {
        std::puts(err.text);
        return false;
    }
    std::puts(check->explanation);
    const bool passed = check->passed != 0;
    crs_gradcheck_destroy(check);
    return passed;
}

int main()
{
    return passes(1) && !passes(2) ? 0 : 1;
}
