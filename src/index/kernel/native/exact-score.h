// The same sum as ../../exact-score.ts, bit for bit: products of float32 are exact in float64, sum
// i % 8 takes every eighth of them in order, and the eight are added as a tree. Whatever registers
// the compiler chooses for a vector of eight, the additions stay these.
#pragma once
#include <stdint.h>

namespace cordon {

typedef float Floats __attribute__((vector_size(8 * sizeof(float)), aligned(4), may_alias));
typedef double Sums __attribute__((vector_size(8 * sizeof(double))));

static inline __attribute__((always_inline)) double productInline(const float* one,
                                                                  const float* other,
                                                                  uint32_t dimension) {
  Sums sums = {};
  uint32_t i = 0;
  for (; i + 8 <= dimension; i += 8) {
    const auto a = *reinterpret_cast<const Floats*>(one + i);
    const auto b = *reinterpret_cast<const Floats*>(other + i);
    sums += __builtin_convertvector(a, Sums) * __builtin_convertvector(b, Sums);
  }
  for (; i < dimension; i += 1) sums[i % 8] += double{one[i]} * double{other[i]};
  return ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

static inline double scoreOf(double product) {
  const double rounded = static_cast<float>(product);
  return rounded > 1 ? 1 : rounded < -1 ? -1 : rounded;
}

}  // namespace cordon
