// SPDX-License-Identifier: GPL-2.0
/*
 * Student's t distribution by the regularized incomplete beta function, which the C library lacks:
 * P(|T| > t) = I_x(df / 2, 1 / 2) with x = df / (df + t^2) (DLMF 8.17, Abramowitz and Stegun
 * 26.7.1). Its continued fraction, DLMF 8.17.22, is evaluated by Lentz's method as modified by
 * Thompson and Barnett, J. Comput. Phys. 64 (1986) 490-509.
 */
#include <math.h>
#include "stats/student.h"

#define MAX_STEPS	500
#define PRECISION	1e-14
#define TINY		1e-300

static double not_zero(double value)
{
	return fabs(value) < TINY ? TINY : value;
}

/* Converges fast for x < (a + 1) / (a + b + 2). */
static double beta_fraction(double x, double a, double b)
{
	double c = 1, d = 1 / not_zero(1 - (a + b) * x / (a + 1)), h = d, term, step;
	int m;

	for (m = 1; m <= MAX_STEPS; m++) {
		term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		d = 1 / not_zero(1 + term * d);
		c = not_zero(1 + term / c);
		h *= d * c;
		term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
		d = 1 / not_zero(1 + term * d);
		c = not_zero(1 + term / c);
		step = d * c;
		h *= step;
		if (fabs(step - 1) < PRECISION)
			break;
	}
	return h;
}

/* I_x(a, b); y is 1 - x, given for the sake of x near 1. */
static double beta_regularized(double x, double y, double a, double b)
{
	double front;

	if (x <= 0 || y <= 0)
		return x > 0;
	front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(y));
	if (x < (a + 1) / (a + b + 2))
		return front * beta_fraction(x, a, b) / a;
	return 1 - front * beta_fraction(y, b, a) / b;
}

/**
 * student_two_sided() - how likely a value at least that far from 0 is
 * @t: the value
 * @df: degrees of freedom, above 0; need not be whole
 *
 * Return: 0..1.
 */
double student_two_sided(double t, double df)
{
	double square = t * t;

	if (isinf(t))
		return 0;
	return beta_regularized(df / (df + square), square / (df + square), df / 2, 0.5);
}
