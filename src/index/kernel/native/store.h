// The memory of the rows, in blocks that are never moved.
#pragma once
#include <stdint.h>

#include "kernels.h"
#include "pages.h"

namespace cordon {

// Memory of a block. Held by the store and by the ArrayBuffer through which JavaScript sees it.
struct Block {
  uint8_t* base;
  size_t bytes;
  int holders;
};

struct Store {
  Layout layout;
  const Kernel* kernel;
  Block** blocks;
  // The same blocks' memory, for the search.
  uint8_t** bases;
  uint32_t blockCount;
};

Store* openStore(uint32_t dimension, const Kernel* kernel);
void closeStore(Store* store);

// Adds a block of zeroed pages. Null: no memory.
Block* growStore(Store* store);
void dropBlock(Block* block);

inline uint32_t pagesOf(const Store& store) {
  return store.blockCount * store.layout.pagesPerBlock;
}

// `number` is below pagesOf.
Page pageOf(const Store& store, uint32_t number);

// Zeroes a page and gives its memory back to the system until it is written again.
void releasePage(const Store& store, uint32_t number);

}  // namespace cordon
