#include "development/trend/student.h"

#include <cmath>
#include <initializer_list>

namespace comity::development {
namespace {

// The continued fraction of the incomplete beta function, by Lentz's method.
double fraction(double a, double b, double x) {
    constexpr double kTiny = 1e-300;
    constexpr int kMost = 1000;
    double c = 1;
    double d = 1 - (a + b) * x / (a + 1);
    d = 1 / (std::abs(d) < kTiny ? kTiny : d);
    double h = d;
    for (int m = 1; m <= kMost; ++m) {
        const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        double change = 1;
        for (const double term : {even, odd}) {
            d = 1 + term * d;
            d = 1 / (std::abs(d) < kTiny ? kTiny : d);
            c = 1 + term / c;
            if (std::abs(c) < kTiny) c = kTiny;
            change = d * c;
            h *= change;
        }
        if (std::abs(change - 1) < 1e-16) break;
    }
    return h;
}

// The regularised incomplete beta function.
double beta(double a, double b, double x) {
    if (x <= 0) return 0;
    if (x >= 1) return 1;
    const double front =
        std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x));
    return x < (a + 1) / (a + b + 2) ? front * fraction(a, b, x) / a : 1 - front * fraction(b, a, 1 - x) / b;
}

double cumulative(double t, double degrees) {
    const double tail = 0.5 * beta(degrees / 2, 0.5, degrees / (degrees + t * t));
    return t > 0 ? 1 - tail : tail;
}

}  // namespace

double student_quantile(double p, double degrees) {
    if (p == 0.5) return 0;
    if (p < 0.5) return -student_quantile(1 - p, degrees);
    double low = 0;
    double high = 1;
    while (cumulative(high, degrees) < p && high < 1e12) high *= 2;
    for (int i = 0; i < 200 && high - low > 1e-13 * high; ++i) {
        const double middle = (low + high) / 2;
        (cumulative(middle, degrees) < p ? low : high) = middle;
    }
    return (low + high) / 2;
}

}  // namespace comity::development
