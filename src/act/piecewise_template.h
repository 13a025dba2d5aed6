/*
 * The piecewise linear activations, for one type. Included by piecewise.c once
 * for float and once for double, with
 *     T        the type
 *     NAME(x)  crs__act_x_f32 or crs__act_x_f64
 *
 * Comparisons are written so that NaN falls through to the last branch, which
 * hands it on, and so that -0 stays -0 where g(z) = z.
 *
 * A slope of leaky_relu is rounded to T once; then g is a single product.
 */

/* `slope`, but NaN where z is NaN. */
static T NAME(unless_nan)(T z, T slope)
{
    return isnan(z) ? z : slope;
}

T NAME(linear)(const crs_act *act, T z)
{
    (void)act;
    return z;
}

T NAME(linear_slope)(const crs_act *act, T z)
{
    (void)act;
    return NAME(unless_nan)(z, 1);
}

T NAME(relu)(const crs_act *act, T z)
{
    (void)act;
    return CRS__LESS(z, 0) ? 0 : z;
}

T NAME(relu_slope)(const crs_act *act, T z)
{
    (void)act;
    return NAME(unless_nan)(z, z > 0 ? 1 : 0);
}

T NAME(leaky_relu)(const crs_act *act, T z)
{
    return z < 0 ? (T)act->param * z : z;
}

/* At 0 it is asked only when the slope left of it is 1 as well. */
T NAME(leaky_relu_slope)(const crs_act *act, T z)
{
    return NAME(unless_nan)(z, z < 0 ? (T)act->param : 1);
}

T NAME(relu6)(const crs_act *act, T z)
{
    (void)act;
    return CRS__LESS(z, 0) ? 0 : z > 6 ? 6 : z;
}

T NAME(relu6_slope)(const crs_act *act, T z)
{
    (void)act;
    return NAME(unless_nan)(z, z > 0 && z < 6 ? 1 : 0);
}

T NAME(hardtanh)(const crs_act *act, T z)
{
    (void)act;
    return z < -1 ? -1 : z > 1 ? 1 : z;
}

T NAME(hardtanh_slope)(const crs_act *act, T z)
{
    (void)act;
    return NAME(unless_nan)(z, z > -1 && z < 1 ? 1 : 0);
}

T NAME(abs)(const crs_act *act, T z)
{
    (void)act;
    return (T)fabs((double)z);
}

T NAME(abs_slope)(const crs_act *act, T z)
{
    (void)act;
    return NAME(unless_nan)(z, z < 0 ? -1 : 1);
}

/* min(max(z + 3, 0), 6) / 6: two roundings between the kinks. */
T NAME(hard_sigmoid)(const crs_act *act, T z)
{
    (void)act;
    return z <= -3 ? 0 : z >= 3 ? 1 : (z + 3) / 6;
}

T NAME(hard_sigmoid_slope)(const crs_act *act, T z)
{
    (void)act;
    return NAME(unless_nan)(z, z > -3 && z < 3 ? (T)1 / 6 : 0);
}
