#include "kernels.h"

#if defined(__aarch64__)

#include <arm_neon.h>
#if defined(__linux__)
#include <sys/auxv.h>
#endif

#include "exact-score.h"
#include "pages.h"

// Clang and GCC name the extension differently; Apple's processors all have it.
#if defined(__ARM_FEATURE_DOTPROD)
#define DOTPROD
#elif defined(__clang__)
#define DOTPROD __attribute__((target("dotprod")))
#else
#define DOTPROD __attribute__((target("arch=armv8.2-a+dotprod")))
#endif

namespace cordon {

namespace {

constexpr int kParts = 4;

// One group by `Queries` queries: a line is four registers of four rows.
template <int Queries>
DOTPROD inline void tile(const PageScan& page, uint32_t group, int first) {
  const uint8_t* row = page.rows + size_t{group} * page.lines * kLineBytes;
  const int8_t* elements = page.queries + first * 4;
  const uint8x16_t sign = vdupq_n_u8(0x80);
  int32x4_t sums[Queries][kParts];
  for (int q = 0; q < Queries; q += 1) {
    for (int part = 0; part < kParts; part += 1) {
      sums[q][part] = vdupq_n_s32(0);
    }
  }
  for (uint32_t line = 0; line < page.lines; line += 1) {
    int8x16_t rows[kParts];
    __builtin_prefetch(row + page.ahead);
    for (int part = 0; part < kParts; part += 1) {
      rows[part] = vreinterpretq_s8_u8(veorq_u8(vld1q_u8(row + part * 16), sign));
    }
    for (int q = 0; q < Queries; q += 1) {
      int32_t four;
      __builtin_memcpy(&four, elements + q * 4, 4);
      const int8x16_t query = vreinterpretq_s8_s32(vdupq_n_s32(four));
      for (int part = 0; part < kParts; part += 1) {
        sums[q][part] = vdotq_s32(sums[q][part], rows[part], query);
      }
    }
    row += kLineBytes;
    elements += kQueriesPerBlock * 4;
  }
  const float* scales = page.scales + group * kRowsPerGroup;
  const uint32_t bitsOfLanes[4] = {1, 2, 4, 8};
  const uint32x4_t bits = vld1q_u32(bitsOfLanes);
  for (int q = 0; q < Queries; q += 1) {
    const float32x4_t limit = vdupq_n_f32(page.limits[first + q]);
    uint64_t passed = 0;
    for (int part = 0; part < kParts; part += 1) {
      const float32x4_t scaled =
          vmulq_f32(vcvtq_f32_s32(sums[q][part]), vld1q_f32(scales + part * 4));
      const uint32x4_t reached = vandq_u32(vcgeq_f32(scaled, limit), bits);
      passed |= uint64_t{vaddvq_u32(reached)} << (part * 4);
    }
    page.masks[first + q] |= passed << (group * kRowsPerGroup);
  }
}

DOTPROD void scan(const PageScan& page) {
  for (uint32_t group = 0; group < kGroups; group += 1) {
    int query = 0;
    for (; query + 4 <= page.count; query += 4) tile<4>(page, group, query);
    switch (page.count - query) {
      case 3: tile<3>(page, group, query); break;
      case 2: tile<2>(page, group, query); break;
      case 1: tile<1>(page, group, query); break;
      default: break;
    }
  }
}

double product(const float* one, const float* other, uint32_t dimension) {
  return productInline(one, other, dimension);
}

bool isSupported() {
#if defined(__ARM_FEATURE_DOTPROD)
  return true;
#elif defined(__linux__)
  return (getauxval(AT_HWCAP) & (1UL << 20)) != 0;  // HWCAP_ASIMDDP
#else
  return false;
#endif
}

}  // namespace

const Kernel kKernels[] = {
    {"native-neon", 127, isSupported, scan, product},
    scalarKernel(),
};
const int kKernelCount = 2;

}  // namespace cordon

#endif
