#include "kernels.h"

#include "exact-score.h"
#include "pages.h"

namespace cordon {

namespace {

void scan(const PageScan& page) {
  for (int query = 0; query < page.count; query += 1) {
    for (uint32_t group = 0; group < kGroups; group += 1) {
      const uint8_t* row = page.rows + size_t{group} * page.lines * kLineBytes;
      const float* scales = page.scales + group * kRowsPerGroup;
      const int8_t* elements = page.queries + query * 4;
      int32_t sums[kRowsPerGroup];
      for (int32_t& sum : sums) sum = -page.biases[query];
      for (uint32_t line = 0; line < page.lines; line += 1) {
        for (uint32_t lane = 0; lane < kRowsPerGroup; lane += 1) {
          for (uint32_t i = 0; i < 4; i += 1) sums[lane] += row[lane * 4 + i] * elements[i];
        }
        row += kLineBytes;
        elements += kQueriesPerBlock * 4;
      }
      uint64_t passed = 0;
      for (uint32_t lane = 0; lane < kRowsPerGroup; lane += 1) {
        const float scaled = static_cast<float>(sums[lane]) * scales[lane];
        passed |= uint64_t{scaled >= page.limits[query]} << lane;
      }
      page.masks[query] |= passed << (group * kRowsPerGroup);
    }
  }
}

double product(const float* one, const float* other, uint32_t dimension) {
  return productInline(one, other, dimension);
}

bool isSupported() { return true; }

}  // namespace

Kernel scalarKernel() { return {"native-scalar", 127, isSupported, scan, product}; }

#if !defined(__x86_64__) && !defined(__aarch64__)
const Kernel kKernels[] = {scalarKernel()};
const int kKernelCount = 1;
#endif

}  // namespace cordon
