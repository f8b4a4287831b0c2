#include "pages.h"

#include <math.h>
#include <string.h>

namespace cordon {

namespace {

constexpr size_t kBlockBytesWanted = size_t{32} << 20;
constexpr float kMagnitude = 127.0f;
// Of rows of zeros, and of rows so small that dividing by their scale would mean nothing.
constexpr float kScaleMin = 0x1p-60f;
// More than sums in double and the rounding to float can lose.
constexpr double kUpward = 1 + 0x1p-20;

size_t roundUp(size_t value, size_t unit) { return (value + unit - 1) / unit * unit; }

uint8_t* elementsOf(const Layout& layout, const Page& page, uint32_t row) {
  return page.elements + size_t{row / kRowsPerGroup} * layout.lines * kLineBytes +
         (row % kRowsPerGroup) * 4;
}

}  // namespace

Layout layoutOf(uint32_t dimension) {
  Layout layout{};
  layout.dimension = dimension;
  layout.lines = (dimension + 3) / 4;
  layout.elementBytes = size_t{kGroups} * layout.lines * kLineBytes;
  layout.hotBytes = layout.elementBytes + kRowsPerPage * sizeof(float) + sizeof(PageHead);
  layout.keyBytes = kRowsPerPage * 2 * kKeyWords * sizeof(uint32_t);
  layout.vectorBytes = size_t{kRowsPerPage} * dimension * sizeof(float);
  const size_t pageBytes = layout.hotBytes + layout.keyBytes + layout.vectorBytes;
  const size_t pages = kBlockBytesWanted / pageBytes;
  layout.pagesPerBlock = pages < 1 ? 1 : static_cast<uint32_t>(pages);
  layout.keysOffset = roundUp(layout.hotBytes * layout.pagesPerBlock, 4096);
  layout.vectorsOffset = roundUp(layout.keysOffset + layout.keyBytes * layout.pagesPerBlock, 4096);
  layout.blockBytes = roundUp(layout.vectorsOffset + layout.vectorBytes * layout.pagesPerBlock, 4096);
  return layout;
}

Page pageOf(const Layout& layout, uint8_t* block, uint32_t pageInBlock) {
  uint8_t* hot = block + layout.hotBytes * pageInBlock;
  uint8_t* scales = hot + layout.elementBytes;
  return {
      hot,
      reinterpret_cast<float*>(scales),
      reinterpret_cast<PageHead*>(scales + kRowsPerPage * sizeof(float)),
      reinterpret_cast<uint32_t*>(block + layout.keysOffset + layout.keyBytes * pageInBlock),
      reinterpret_cast<float*>(block + layout.vectorsOffset + layout.vectorBytes * pageInBlock),
  };
}

void quantise(const Layout& layout, const Page& page, uint32_t row) {
  const float* vector = page.vectors + size_t{row} * layout.dimension;
  float largest = 0;
  for (uint32_t i = 0; i < layout.dimension; i += 1) {
    const float size = fabsf(vector[i]);
    if (size > largest) largest = size;
  }
  const float scale = fmaxf(largest / kMagnitude, kScaleMin);
  uint8_t* elements = elementsOf(layout, page, row);
  double squares = 0;
  for (uint32_t i = 0; i < layout.lines * 4; i += 1) {
    const float value = i < layout.dimension ? vector[i] : 0;
    // Also what is no number, which the host refuses, becomes one here.
    const float near = nearbyintf(value / scale);
    const float whole = near < kMagnitude ? (near > -kMagnitude ? near : -kMagnitude) : kMagnitude;
    const double off = double{value} - double{scale} * double{whole};
    squares += off * off;
    elements[size_t{i / 4} * kLineBytes + i % 4] =
        static_cast<uint8_t>(static_cast<int>(whole) + 128);
  }
  page.scales[row] = scale;
  page.head->errorMax = fmaxf(page.head->errorMax, static_cast<float>(sqrt(squares) * kUpward));
}

void copyRow(const Layout& layout, const Page& from, uint32_t fromRow, const Page& to,
             uint32_t toRow) {
  const uint8_t* source = elementsOf(layout, from, fromRow);
  uint8_t* target = elementsOf(layout, to, toRow);
  for (uint32_t line = 0; line < layout.lines; line += 1) {
    memcpy(target + size_t{line} * kLineBytes, source + size_t{line} * kLineBytes, 4);
  }
  to.scales[toRow] = from.scales[fromRow];
  // The row's own error is not kept: that of the page it comes from is at least as large.
  to.head->errorMax = fmaxf(to.head->errorMax, from.head->errorMax);
  memcpy(to.vectors + size_t{toRow} * layout.dimension,
         from.vectors + size_t{fromRow} * layout.dimension, layout.dimension * sizeof(float));
  for (uint32_t kind = 0; kind < 2; kind += 1) {
    memcpy(to.keys + (kind * kRowsPerPage + toRow) * kKeyWords,
           from.keys + (kind * kRowsPerPage + fromRow) * kKeyWords, kKeyWords * sizeof(uint32_t));
  }
}

void zeroRow(const Layout& layout, const Page& page, uint32_t row) {
  uint8_t* elements = elementsOf(layout, page, row);
  for (uint32_t line = 0; line < layout.lines; line += 1) {
    memset(elements + size_t{line} * kLineBytes, 0, 4);
  }
  page.scales[row] = 0;
  memset(page.vectors + size_t{row} * layout.dimension, 0, layout.dimension * sizeof(float));
  for (uint32_t kind = 0; kind < 2; kind += 1) {
    memset(page.keys + (kind * kRowsPerPage + row) * kKeyWords, 0, kKeyWords * sizeof(uint32_t));
  }
}

void zeroPage(const Layout& layout, const Page& page) {
  memset(page.elements, 0, layout.hotBytes);
  memset(page.keys, 0, layout.keyBytes);
  memset(page.vectors, 0, layout.vectorBytes);
}

}  // namespace cordon
