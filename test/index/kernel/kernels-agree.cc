// Holds every kernel of this build that the processor supports to the plain one: same rows passed,
// bit for bit, and the same scores. Exits with 1 and says where they differ.
//
// Compiled with the kernels by cross-compiled.test.ts, for processors other than the one it runs on.
#include <stdio.h>
#include <string.h>

#include <vector>

#include "kernels.h"
#include "pages.h"

using namespace cordon;

namespace {

uint32_t state = 1;

uint32_t draw() {
  state = state * 1664525u + 1013904223u;
  return state >> 8;
}

bool agrees(const Kernel& kernel, uint32_t dimension, int count) {
  const uint32_t lines = (dimension + 3) / 4;
  std::vector<uint8_t> rows(size_t{kGroups} * lines * kLineBytes);
  for (uint8_t& element : rows) element = 1 + draw() % 255;
  std::vector<int8_t> queries(size_t{lines} * kQueriesPerBlock * 4);
  std::vector<int32_t> biases(kQueriesPerBlock);
  const int magnitude = kernel.queryMagnitude;
  for (size_t i = 0; i < queries.size(); i += 1) {
    const int value = static_cast<int>(draw() % (2 * magnitude + 1)) - magnitude;
    queries[i] = static_cast<int8_t>(value);
    biases[i / 4 % kQueriesPerBlock] += 128 * value;
  }
  float scales[kRowsPerPage];
  for (float& scale : scales) scale = (draw() % 1000) * 1e-5f;
  float limits[kQueriesPerBlock];
  for (float& limit : limits) limit = static_cast<float>(static_cast<int>(draw() % 4000) - 2000);
  limits[0] = -1e30f;
  uint64_t own[kQueriesPerBlock] = {};
  uint64_t plain[kQueriesPerBlock] = {};
  PageScan page{rows.data(), lines,          0,      queries.data(), count,
                biases.data(), scales,       limits, own};
  kernel.scan(page);
  page.masks = plain;
  scalarKernel().scan(page);
  if (memcmp(own, plain, sizeof own) != 0) return false;

  std::vector<float> one(dimension);
  std::vector<float> other(dimension);
  for (float& value : one) value = draw() * 1e-7f - 0.8f;
  for (float& value : other) value = draw() * 1e-7f - 0.8f;
  const double score = kernel.product(one.data(), other.data(), dimension);
  return score == scalarKernel().product(one.data(), other.data(), dimension);
}

}  // namespace

int main() {
  for (int i = 0; i < kKernelCount; i += 1) {
    const Kernel& kernel = kKernels[i];
    if (!kernel.isSupported()) {
      printf("%s is not supported\n", kernel.name);
      continue;
    }
    for (uint32_t dimension : {1u, 2u, 3u, 4u, 5u, 45u, 64u, 160u, 511u, 512u, 1024u}) {
      for (int count = 1; count <= kQueriesPerBlock; count += 1) {
        for (int round = 0; round < 8; round += 1) {
          if (agrees(kernel, dimension, count)) continue;
          printf("%s differs: dimension %u, %d queries\n", kernel.name, dimension, count);
          return 1;
        }
      }
    }
    printf("%s agrees\n", kernel.name);
  }
  return 0;
}
