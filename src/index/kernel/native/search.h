// One scan of some of a gallery's rows for a few queries.
#pragma once
#include <stdint.h>

#include "kernels.h"
#include "pages.h"

namespace cordon {

constexpr uint32_t kQueriesMax = 64;
constexpr uint32_t kPersonsMax = 4096;
// Fewest hits that there is room for: those of one page of every query, and of the rows waiting.
constexpr uint32_t kHitsMin = kQueriesMax * kRowsPerPage + 2048;

// A row that may be among the answers.
struct Hit {
  int32_t query;
  int32_t row;
  float score;
};

struct Search {
  const Layout* layout;
  const Kernel* kernel;
  uint8_t* const* blocks;
  // Numbers of the gallery's pages, in the order of its rows.
  const uint32_t* pages;
  uint32_t first;
  uint32_t end;
  // `count` vectors of `dimension` floats.
  const float* queries;
  uint32_t count;
  // Persons wanted.
  uint32_t k;
  // Scores below which no row of each query matters.
  const double* floors;
  // At least kHitsMin.
  Hit* hits;
  uint32_t hitsMax;
  // Written by the scan.
  uint32_t hitCount;
};

// Finds every row that is among the best k persons' of a query, beside some that are not: a hit
// counts only if it reaches the k-th best of the persons found. Returns the row before which it
// stopped: `end`, or less when there is no more room for hits. -1: no memory.
int64_t run(Search& search);

}  // namespace cordon
