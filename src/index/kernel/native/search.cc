#include "search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "exact-score.h"

// The bound is that of ../../quantise.ts, with queries of 8 bits (or fewer, by the kernel) and one
// error for each page, the largest of its rows'.

namespace cordon {

namespace {

constexpr double kRowLengthMax = 1 + 1e-5;
constexpr double kSlack = 0x1p-18;
constexpr double kUpward = 1 + 0x1p-20;
constexpr double kStepMin = 0x1p-60;
// How far ahead of the scan its rows are fetched.
constexpr size_t kPagesAhead = 2;
// Rows that wait to be scored, and the part of their vectors that is fetched meanwhile.
constexpr uint32_t kWaitingMax = 1024;
constexpr uint32_t kFetchedFloats = 512;

// One of the best persons so far.
struct Best {
  double score;
  const uint32_t* person;
};

struct Query {
  const float* vector;
  double step;
  double error;
  double floor;
  Best* best;
  uint32_t held;
};

// A row whose bound reached a query's cutoff.
struct Passed {
  const float* vector;
  const uint32_t* person;
  uint32_t query;
  uint32_t row;
};

// What one scan works with; zeroed when it ends, since queries are biometric too.
struct Scratch {
  Query queries[kQueriesMax];
  float reaches[kQueriesMax];
  float cutoffs[kQueriesMax];
  int32_t biases[kQueriesMax];
  float limits[kQueriesMax];
  uint64_t masks[kQueriesPerBlock];
  // A ring: from `scored` to before `passed`, each modulo its size.
  Passed waiting[kWaitingMax];
  uint32_t scored;
  uint32_t passed;
};

void setFloor(Scratch& scratch, uint32_t query, double floor) {
  Query& sought = scratch.queries[query];
  sought.floor = floor;
  const double cutoff = (floor - kRowLengthMax * sought.error - kSlack) / sought.step;
  scratch.cutoffs[query] = static_cast<float>(cutoff);
}

// Interleaves a query with the others of its block.
void placeQuery(const Search& search, Scratch& scratch, uint32_t query, int8_t* blocks) {
  const Layout& layout = *search.layout;
  const double magnitude = search.kernel->queryMagnitude;
  Query& sought = scratch.queries[query];
  sought.vector = search.queries + size_t{query} * layout.dimension;
  double largest = 0;
  for (uint32_t i = 0; i < layout.dimension; i += 1) {
    const double size = fabs(double{sought.vector[i]});
    if (size > largest) largest = size;
  }
  sought.step = fmax(largest / magnitude, kStepMin);
  int8_t* elements = blocks +
                     size_t{query / kQueriesPerBlock} * layout.lines * kQueriesPerBlock * 4 +
                     (query % kQueriesPerBlock) * 4;
  double lengthSquares = 0;
  double errorSquares = 0;
  int32_t sum = 0;
  for (uint32_t i = 0; i < layout.dimension; i += 1) {
    const double value = sought.vector[i];
    // Also what is no number, which the host refuses, becomes one here.
    const double near = nearbyint(value / sought.step);
    const double whole = near < magnitude ? (near > -magnitude ? near : -magnitude) : magnitude;
    const double off = value - sought.step * whole;
    elements[size_t{i / 4} * kQueriesPerBlock * 4 + i % 4] = static_cast<int8_t>(whole);
    sum += static_cast<int32_t>(whole);
    lengthSquares += value * value;
    errorSquares += off * off;
  }
  sought.error = sqrt(errorSquares) * kUpward;
  const double reach = (sqrt(lengthSquares) + sought.error) / sought.step;
  scratch.reaches[query] = static_cast<float>(reach * kUpward);
  scratch.biases[query] = 128 * sum;
  setFloor(scratch, query, search.floors[query]);
}

// What a row's product times its scale must reach in this page.
void setLimits(const Search& search, Scratch& scratch, const PageHead& head) {
  for (uint32_t query = 0; query < search.count; query += 1) {
    scratch.limits[query] = scratch.cutoffs[query] - head.errorMax * scratch.reaches[query];
  }
}

bool isSamePerson(const uint32_t* one, const uint32_t* other) {
  return memcmp(one, other, kKeyWords * sizeof(uint32_t)) == 0;
}

// Takes a person among the best k of a query, which may raise its floor.
void offer(const Search& search, Scratch& scratch, uint32_t query, double score,
           const uint32_t* person) {
  Query& sought = scratch.queries[query];
  uint32_t place = 0;
  while (place < sought.held && !isSamePerson(sought.best[place].person, person)) place += 1;
  if (place < sought.held) {
    if (score <= sought.best[place].score) return;
  } else if (sought.held < search.k) {
    sought.held += 1;
  } else {
    place = search.k - 1;
    if (score <= sought.best[place].score) return;
  }
  for (; place > 0 && sought.best[place - 1].score < score; place -= 1) {
    sought.best[place] = sought.best[place - 1];
  }
  sought.best[place] = {score, person};
  if (sought.held < search.k) return;
  const double kth = sought.best[search.k - 1].score;
  if (kth > sought.floor) setFloor(scratch, query, kth);
}

// Scores a row that passed.
void score(Search& search, Scratch& scratch, const Passed& passed) {
  const Query& sought = scratch.queries[passed.query];
  const double score =
      scoreOf(search.kernel->product(sought.vector, passed.vector, search.layout->dimension));
  if (score < sought.floor) return;
  search.hits[search.hitCount] = {static_cast<int32_t>(passed.query),
                                  static_cast<int32_t>(passed.row), static_cast<float>(score)};
  search.hitCount += 1;
  offer(search, scratch, passed.query, score, passed.person);
}

// Scores the rows that passed in pages before `page`.
void scoreBefore(Search& search, Scratch& scratch, uint32_t page) {
  for (; scratch.scored != scratch.passed; scratch.scored += 1) {
    const Passed& passed = scratch.waiting[scratch.scored % kWaitingMax];
    if (passed.row / kRowsPerPage >= page) return;
    score(search, scratch, passed);
  }
}

// Has the vectors of the rows that passed fetched, which are seldom in a cache: scored at once, they
// would take as long as the scan.
void take(Search& search, Scratch& scratch, const Page& page, uint32_t pageFirst, uint32_t query,
          uint64_t mask) {
  const uint32_t dimension = search.layout->dimension;
  for (; mask != 0; mask &= mask - 1) {
    const auto row = static_cast<uint32_t>(__builtin_ctzll(mask));
    const float* vector = page.vectors + size_t{row} * dimension;
    if (scratch.passed - scratch.scored == kWaitingMax) {
      score(search, scratch, scratch.waiting[scratch.scored % kWaitingMax]);
      scratch.scored += 1;
    }
    scratch.waiting[scratch.passed % kWaitingMax] = {vector, page.keys + row * kKeyWords, query,
                                                     pageFirst + row};
    scratch.passed += 1;
    for (uint32_t i = 0; i < dimension && i < kFetchedFloats; i += 16) {
      __builtin_prefetch(vector + i);
    }
    __builtin_prefetch(page.keys + row * kKeyWords);
  }
}

// Drops the hits that later ones have left behind.
void compact(Search& search, const Scratch& scratch) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < search.hitCount; i += 1) {
    const Hit hit = search.hits[i];
    if (double{hit.score} < scratch.queries[hit.query].floor) continue;
    search.hits[kept] = hit;
    kept += 1;
  }
  search.hitCount = kept;
}

// Bits of the rows from `first` to before `end` in the page that begins at `pageFirst`.
uint64_t rowsWithin(uint32_t pageFirst, uint32_t first, uint32_t end) {
  uint64_t mask = ~uint64_t{0};
  if (first > pageFirst) mask <<= first - pageFirst;
  if (end < pageFirst + kRowsPerPage) mask &= ~uint64_t{0} >> (pageFirst + kRowsPerPage - end);
  return mask;
}

uint32_t scanRows(Search& search, Scratch& scratch, const int8_t* blocks) {
  const Layout& layout = *search.layout;
  const size_t blockBytes = size_t{layout.lines} * kQueriesPerBlock * 4;
  // As long as a fetch takes: about the time of eight pages for a lone query.
  const uint32_t delay = 1 + kQueriesPerBlock / search.count;
  const uint32_t roomWanted = search.count * kRowsPerPage + kWaitingMax;
  uint32_t from = search.first;
  while (from < search.end) {
    const uint32_t pageFirst = from - from % kRowsPerPage;
    if (search.hitsMax - search.hitCount < roomWanted) {
      compact(search, scratch);
      if (search.hitsMax - search.hitCount < roomWanted) break;
    }
    const uint32_t number = search.pages[from / kRowsPerPage];
    const Page page = pageOf(layout, search.blocks[number / layout.pagesPerBlock],
                             number % layout.pagesPerBlock);
    const uint64_t within = rowsWithin(pageFirst, search.first, search.end);
    setLimits(search, scratch, *page.head);
    for (uint32_t query = 0; query < search.count; query += kQueriesPerBlock) {
      const uint32_t left = search.count - query;
      const uint32_t count = left < kQueriesPerBlock ? left : kQueriesPerBlock;
      memset(scratch.masks, 0, sizeof scratch.masks);
      search.kernel->scan({page.elements, layout.lines, kPagesAhead * layout.hotBytes,
                           blocks + query / kQueriesPerBlock * blockBytes,
                           static_cast<int>(count), scratch.biases + query, page.scales,
                           scratch.limits + query, scratch.masks});
      for (uint32_t i = 0; i < count; i += 1) {
        const uint64_t mask = scratch.masks[i] & within;
        if (mask == 0) continue;
        take(search, scratch, page, pageFirst, query + i, mask);
      }
    }
    from = pageFirst + kRowsPerPage;
    const uint32_t next = from / kRowsPerPage;
    scoreBefore(search, scratch, pageFirst == 0 ? next : next - (delay < next ? delay : next));
  }
  scoreBefore(search, scratch, UINT32_MAX);
  return from < search.end ? from : search.end;
}

// A memset that is not left out because nobody reads what it wrote.
void wipe(void* memory, size_t bytes) {
  memset(memory, 0, bytes);
  __asm__ __volatile__("" : : "r"(memory) : "memory");
}

}  // namespace

int64_t run(Search& search) {
  search.hitCount = 0;
  const uint32_t blockCount = (search.count + kQueriesPerBlock - 1) / kQueriesPerBlock;
  const size_t queryBytes = size_t{blockCount} * search.layout->lines * kQueriesPerBlock * 4;
  const size_t bestBytes = size_t{search.count} * search.k * sizeof(Best);
  auto* scratch = static_cast<Scratch*>(calloc(1, sizeof(Scratch)));
  auto* blocks = static_cast<int8_t*>(calloc(1, queryBytes + 1));
  auto* best = static_cast<Best*>(malloc(bestBytes + 1));
  int64_t stopped = -1;
  if (scratch != nullptr && blocks != nullptr && best != nullptr) {
    for (uint32_t query = 0; query < search.count; query += 1) {
      scratch->queries[query].best = best + size_t{query} * search.k;
      placeQuery(search, *scratch, query, blocks);
    }
    stopped = scanRows(search, *scratch, blocks);
    compact(search, *scratch);
  }
  if (scratch != nullptr) wipe(scratch, sizeof(Scratch));
  if (blocks != nullptr) wipe(blocks, queryBytes);
  free(scratch);
  free(blocks);
  free(best);
  return stopped;
}

}  // namespace cordon
