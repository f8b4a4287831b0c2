// The inner loops, one for each kind of processor. None is a choice of the compiler's flags: what a
// processor has is asked when the program runs.
#pragma once
#include <stddef.h>
#include <stdint.h>

namespace cordon {

constexpr int kQueriesPerBlock = 8;

// Compares one page with up to eight queries.
struct PageScan {
  // Elements of the page, as pages.h lays them out.
  const uint8_t* rows;
  uint32_t lines;
  // Bytes from here to the rows that are scanned next, which are fetched meanwhile.
  size_t ahead;
  // For each line: four elements of query 0, of query 1, ..., of query 7.
  const int8_t* queries;
  int count;
  // 128 times the sum of each query's elements, by which the rows' 128 raises their products.
  const int32_t* biases;
  // Of each row.
  const float* scales;
  // Of each query. A row passes when its product times its scale reaches it.
  const float* limits;
  // Of each query: a bit for each row that passed. Zero beforehand.
  uint64_t* masks;
};

struct Kernel {
  const char* name;
  // Largest element of a query: the sums must not overflow in this kernel's registers.
  int queryMagnitude;
  bool (*isSupported)();
  void (*scan)(const PageScan& page);
  // The exact score, by the same instructions. See exact-score.h.
  double (*product)(const float* one, const float* other, uint32_t dimension);
};

// Plain C++, for every processor.
Kernel scalarKernel();

// The fastest first; the last runs everywhere.
extern const Kernel kKernels[];
extern const int kKernelCount;

}  // namespace cordon
