#include "store.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

namespace cordon {

namespace {

#if defined(MAP_NORESERVE)
constexpr int kMapFlags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
#else
constexpr int kMapFlags = MAP_PRIVATE | MAP_ANONYMOUS;
#endif

// What the processor translates by one entry when it may.
constexpr size_t kHugeBytes = size_t{2} << 20;

uint8_t* mapAligned(size_t bytes) {
  void* mapped = mmap(nullptr, bytes + kHugeBytes, PROT_READ | PROT_WRITE, kMapFlags, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  auto* start = static_cast<uint8_t*>(mapped);
  const size_t before = (kHugeBytes - reinterpret_cast<uintptr_t>(start) % kHugeBytes) % kHugeBytes;
  if (before > 0) munmap(start, before);
  if (before < kHugeBytes) munmap(start + before + bytes, kHugeBytes - before);
  return start + before;
}

Block* mapBlock(const Layout& layout, bool isFirst) {
  uint8_t* base = mapAligned(layout.blockBytes);
  if (base == nullptr) return nullptr;
#if defined(MADV_DONTDUMP)
  // Templates have no place in a core file.
  madvise(base, layout.blockBytes, MADV_DONTDUMP);
#endif
#if defined(MADV_HUGEPAGE)
  // Of what is scanned: a batch takes a third less time. Not of the vectors, of which few are read;
  // and not of the first block, where a small gallery would pay for whole huge pages.
  const size_t scanned = layout.hotBytes * layout.pagesPerBlock;
  if (!isFirst) madvise(base, scanned - scanned % kHugeBytes, MADV_HUGEPAGE);
#else
  (void)isFirst;
#endif
  auto* block = static_cast<Block*>(malloc(sizeof(Block)));
  if (block == nullptr) {
    munmap(base, layout.blockBytes);
    return nullptr;
  }
  *block = {base, layout.blockBytes, 1};
  return block;
}

// Gives back the whole pages of the machine within this range.
void giveBack(void* from, size_t bytes) {
#if defined(__linux__)
  const auto unit = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto start = (reinterpret_cast<uintptr_t>(from) + unit - 1) / unit * unit;
  const auto end = (reinterpret_cast<uintptr_t>(from) + bytes) / unit * unit;
  if (end > start) madvise(reinterpret_cast<void*>(start), end - start, MADV_DONTNEED);
#else
  (void)from;
  (void)bytes;
#endif
}

}  // namespace

Store* openStore(uint32_t dimension, const Kernel* kernel) {
  auto* store = static_cast<Store*>(malloc(sizeof(Store)));
  if (store != nullptr) *store = {layoutOf(dimension), kernel, nullptr, nullptr, 0};
  return store;
}

void closeStore(Store* store) {
  for (uint32_t i = 0; i < store->blockCount; i += 1) dropBlock(store->blocks[i]);
  free(store->blocks);
  free(store->bases);
  free(store);
}

Block* growStore(Store* store) {
  const size_t wanted = size_t{store->blockCount} + 1;
  auto** blocks = static_cast<Block**>(realloc(store->blocks, wanted * sizeof(Block*)));
  if (blocks == nullptr) return nullptr;
  store->blocks = blocks;
  auto** bases = static_cast<uint8_t**>(realloc(store->bases, wanted * sizeof(uint8_t*)));
  if (bases == nullptr) return nullptr;
  store->bases = bases;
  Block* block = mapBlock(store->layout, store->blockCount == 0);
  if (block == nullptr) return nullptr;
  store->blocks[store->blockCount] = block;
  store->bases[store->blockCount] = block->base;
  store->blockCount += 1;
  return block;
}

void dropBlock(Block* block) {
  block->holders -= 1;
  if (block->holders > 0) return;
  munmap(block->base, block->bytes);
  free(block);
}

Page pageOf(const Store& store, uint32_t number) {
  const uint32_t pagesPerBlock = store.layout.pagesPerBlock;
  return pageOf(store.layout, store.bases[number / pagesPerBlock], number % pagesPerBlock);
}

void releasePage(const Store& store, uint32_t number) {
  const Page page = pageOf(store, number);
  zeroPage(store.layout, page);
  giveBack(page.elements, store.layout.hotBytes);
  giveBack(page.keys, store.layout.keyBytes);
  giveBack(page.vectors, store.layout.vectorBytes);
}

}  // namespace cordon
