// Where the rows of a store lie. A page holds 64 rows, a block holds many pages:
//
//   hot      of each page: elements, scales, head   all that a scan reads, one page after another
//   keys     of each page: 64 persons, 64 templates, 16 bytes each; JavaScript writes and reads them
//   vectors  of each page: 64 rows of float32       read only to score what passed the scan
//
// Elements are 8-bit, 128 added. Sixteen rows form a group, whose elements are interleaved: a line
// of 64 bytes holds elements 0 to 3 of row 0, of row 1, ..., of row 15; the next line elements 4 to
// 7. One register then holds four elements of sixteen rows, whose sums need no adding across lanes.
#pragma once
#include <stddef.h>
#include <stdint.h>

namespace cordon {

constexpr uint32_t kRowsPerPage = 64;
constexpr uint32_t kRowsPerGroup = 16;
constexpr uint32_t kGroups = kRowsPerPage / kRowsPerGroup;
constexpr uint32_t kLineBytes = 64;
constexpr uint32_t kKeyWords = 4;
constexpr uint32_t kDimensionMax = 4096;

struct alignas(64) PageHead {
  // Largest of the rows that the page has held since it was zeroed.
  float errorMax;
};

struct Page {
  uint8_t* elements;
  float* scales;
  PageHead* head;
  // Persons, then templates.
  uint32_t* keys;
  float* vectors;
};

struct Layout {
  uint32_t dimension;
  // Lines of four elements of a group.
  uint32_t lines;
  uint32_t pagesPerBlock;
  size_t elementBytes;
  size_t hotBytes;
  size_t keyBytes;
  size_t vectorBytes;
  size_t keysOffset;
  size_t vectorsOffset;
  size_t blockBytes;
};

Layout layoutOf(uint32_t dimension);

Page pageOf(const Layout& layout, uint8_t* block, uint32_t pageInBlock);

// The float32 vector of `row` becomes its 8-bit form.
void quantise(const Layout& layout, const Page& page, uint32_t row);
void copyRow(const Layout& layout, const Page& from, uint32_t fromRow, const Page& to,
             uint32_t toRow);
void zeroRow(const Layout& layout, const Page& page, uint32_t row);
void zeroPage(const Layout& layout, const Page& page);

}  // namespace cordon
