// What JavaScript calls; ../native.ts is the other side. Every argument is checked here, whoever
// calls: a wrong one throws, and nothing outside of the store and the given arrays is touched.
#include <node_api.h>
#include <string.h>

#include "search.h"
#include "store.h"

namespace {

using namespace cordon;

constexpr napi_type_tag kStoreTag = {0x636f72646f6e3031, 0x726f77732d737472};
constexpr size_t kArgumentsMax = 10;
// The first hit's place holds how many there are.
constexpr uint32_t kHitWords = 3;

// The arguments of one call. After the first wrong one an exception is pending and `isWrong`.
struct Call {
  napi_env env;
  napi_value values[kArgumentsMax];
  bool isWrong;

  Call(napi_env environment, napi_callback_info info, size_t wanted)
      : env(environment), values(), isWrong(false) {
    size_t count = kArgumentsMax;
    const bool isRead = napi_get_cb_info(env, info, &count, values, nullptr, nullptr) == napi_ok;
    if (!isRead || count != wanted) refuse("wrong number of arguments");
  }

  void refuse(const char* why) {
    if (!isWrong) napi_throw_range_error(env, nullptr, why);
    isWrong = true;
  }

  // A whole number of 0 to `most`.
  uint32_t whole(size_t i, uint32_t most) {
    if (isWrong) return 0;
    double value = -1;
    if (napi_get_value_double(env, values[i], &value) != napi_ok || !(value >= 0) ||
        value > most || value != static_cast<uint32_t>(value)) {
      refuse("not a whole number, or out of range");
      return 0;
    }
    return static_cast<uint32_t>(value);
  }

  Store* store() {
    if (isWrong) return nullptr;
    bool isStore = false;
    void* pointer = nullptr;
    if (napi_check_object_type_tag(env, values[0], &kStoreTag, &isStore) != napi_ok || !isStore ||
        napi_get_value_external(env, values[0], &pointer) != napi_ok) {
      refuse("not a store");
    }
    return static_cast<Store*>(pointer);
  }

  void* array(size_t i, napi_typedarray_type wanted, size_t& length) {
    length = 0;
    if (isWrong) return nullptr;
    bool isArray = false;
    napi_typedarray_type type = wanted;
    void* data = nullptr;
    if (napi_is_typedarray(env, values[i], &isArray) != napi_ok || !isArray ||
        napi_get_typedarray_info(env, values[i], &type, &length, &data, nullptr, nullptr) !=
            napi_ok ||
        type != wanted) {
      refuse("not the typed array that is wanted");
      length = 0;
    }
    return data;
  }

  // Page and row arguments, from `i` on.
  Page page(const Store& store, size_t i, uint32_t& row) {
    const uint32_t pages = pagesOf(store);
    if (pages == 0) refuse("no such page");
    const uint32_t number = whole(i, pages - 1);
    row = whole(i + 1, kRowsPerPage - 1);
    return isWrong ? Page{} : pageOf(store, number);
  }

  napi_value number(double value) {
    napi_value result = nullptr;
    napi_create_double(env, value, &result);
    return result;
  }
};

napi_value kernels(napi_env env, napi_callback_info) {
  napi_value names = nullptr;
  napi_create_array(env, &names);
  uint32_t count = 0;
  for (int i = 0; i < kKernelCount; i += 1) {
    if (!kKernels[i].isSupported()) continue;
    napi_value name = nullptr;
    napi_create_string_utf8(env, kKernels[i].name, NAPI_AUTO_LENGTH, &name);
    napi_set_element(env, names, count, name);
    count += 1;
  }
  return names;
}

// (dimension, kernel): a store
napi_value open(napi_env env, napi_callback_info info) {
  Call call(env, info, 2);
  const uint32_t dimension = call.whole(0, kDimensionMax);
  if (dimension == 0) call.refuse("no dimension");
  if (call.isWrong) return nullptr;
  char name[32] = "";
  napi_get_value_string_utf8(env, call.values[1], name, sizeof name, nullptr);
  const Kernel* kernel = nullptr;
  for (int i = 0; i < kKernelCount; i += 1) {
    if (strcmp(kKernels[i].name, name) == 0 && kKernels[i].isSupported()) kernel = &kKernels[i];
  }
  Store* store = kernel == nullptr ? nullptr : openStore(dimension, kernel);
  if (store == nullptr) {
    call.refuse("no such kernel on this processor, or no memory");
    return nullptr;
  }
  napi_value external = nullptr;
  const auto close = [](napi_env, void* data, void*) { closeStore(static_cast<Store*>(data)); };
  if (napi_create_external(env, store, close, nullptr, &external) != napi_ok) {
    closeStore(store);
    return nullptr;
  }
  napi_type_tag_object(env, external, &kStoreTag);
  return external;
}

// (store): pagesPerBlock, hotBytes, keysOffset, keyBytes, vectorsOffset, vectorBytes
napi_value layout(napi_env env, napi_callback_info info) {
  Call call(env, info, 1);
  const Store* store = call.store();
  if (call.isWrong) return nullptr;
  const Layout& is = store->layout;
  const size_t values[] = {is.pagesPerBlock, is.hotBytes,      is.keysOffset,
                           is.keyBytes,      is.vectorsOffset, is.vectorBytes};
  napi_value result = nullptr;
  napi_create_array(env, &result);
  for (uint32_t i = 0; i < 6; i += 1) {
    napi_set_element(env, result, i, call.number(static_cast<double>(values[i])));
  }
  return result;
}

// (store): the ArrayBuffer of a new block
napi_value grow(napi_env env, napi_callback_info info) {
  Call call(env, info, 1);
  Store* store = call.store();
  if (call.isWrong) return nullptr;
  Block* block = pagesOf(*store) > UINT32_MAX / 2 ? nullptr : growStore(store);
  if (block == nullptr) {
    call.refuse("no memory for more rows");
    return nullptr;
  }
  napi_value buffer = nullptr;
  const auto drop = [](napi_env, void*, void* hint) { dropBlock(static_cast<Block*>(hint)); };
  block->holders += 1;
  if (napi_create_external_arraybuffer(env, block->base, block->bytes, drop, block, &buffer) !=
      napi_ok) {
    block->holders -= 1;
    call.refuse("this runtime allows no memory of native code");
    return nullptr;
  }
  return buffer;
}

// (store, page, row)
template <void (*work)(const Layout&, const Page&, uint32_t)>
napi_value onRow(napi_env env, napi_callback_info info) {
  Call call(env, info, 3);
  const Store* store = call.store();
  if (call.isWrong) return nullptr;
  uint32_t row = 0;
  const Page page = call.page(*store, 1, row);
  if (!call.isWrong) work(store->layout, page, row);
  return nullptr;
}

// (store, page, row, page, row): from the first to the second
napi_value copy(napi_env env, napi_callback_info info) {
  Call call(env, info, 5);
  const Store* store = call.store();
  if (call.isWrong) return nullptr;
  uint32_t fromRow = 0;
  uint32_t toRow = 0;
  const Page from = call.page(*store, 1, fromRow);
  const Page to = call.page(*store, 3, toRow);
  if (call.isWrong || (from.elements == to.elements && fromRow == toRow)) return nullptr;
  copyRow(store->layout, from, fromRow, to, toRow);
  return nullptr;
}

// (store, page)
napi_value release(napi_env env, napi_callback_info info) {
  Call call(env, info, 2);
  const Store* store = call.store();
  if (call.isWrong) return nullptr;
  if (pagesOf(*store) == 0) call.refuse("no such page");
  const uint32_t number = call.whole(1, pagesOf(*store) - 1);
  if (!call.isWrong) releasePage(*store, number);
  return nullptr;
}

// The pages of the rows that are to be scanned are pages of this store.
bool arePages(const Store& store, const Search& search, size_t pages) {
  if (search.first > search.end) return false;
  const uint32_t before = (search.end + kRowsPerPage - 1) / kRowsPerPage;
  if (before > pages) return false;
  for (uint32_t i = search.first / kRowsPerPage; i < before; i += 1) {
    if (search.pages[i] >= pagesOf(store)) return false;
  }
  return true;
}

// (store, pages, first, end, queries, firstQuery, count, k, floors, hits): the row before which it
// stopped. `hits` holds their number, two words left out, then query, row and score of each.
napi_value scan(napi_env env, napi_callback_info info) {
  Call call(env, info, 10);
  const Store* store = call.store();
  if (call.isWrong) return nullptr;
  size_t pages = 0;
  size_t queryFloats = 0;
  size_t floors = 0;
  size_t hitWords = 0;
  Search search{};
  search.layout = &store->layout;
  search.kernel = store->kernel;
  search.blocks = store->bases;
  search.pages = static_cast<uint32_t*>(call.array(1, napi_uint32_array, pages));
  search.first = call.whole(2, INT32_MAX);
  search.end = call.whole(3, INT32_MAX);
  const auto* queries = static_cast<float*>(call.array(4, napi_float32_array, queryFloats));
  const uint32_t firstQuery = call.whole(5, INT32_MAX);
  search.count = call.whole(6, kQueriesMax);
  search.k = call.whole(7, kPersonsMax);
  search.floors = static_cast<double*>(call.array(8, napi_float64_array, floors));
  auto* hits = static_cast<int32_t*>(call.array(9, napi_int32_array, hitWords));
  if (call.isWrong) return nullptr;
  const size_t dimension = store->layout.dimension;
  const size_t hitsMax = hitWords / kHitWords;
  if (search.k == 0 || search.count == 0 || floors < search.count || !arePages(*store, search, pages) ||
      (size_t{firstQuery} + search.count) * dimension > queryFloats ||
      hitsMax < kHitsMin + 1 || hitsMax > INT32_MAX) {
    call.refuse("a scan beyond its arrays");
    return nullptr;
  }
  search.queries = queries + firstQuery * dimension;
  search.hits = reinterpret_cast<Hit*>(hits + kHitWords);
  search.hitsMax = static_cast<uint32_t>(hitsMax - 1);
  const int64_t stopped = run(search);
  hits[0] = static_cast<int32_t>(search.hitCount);
  if (stopped < 0) {
    call.refuse("no memory for the search");
    return nullptr;
  }
  return call.number(static_cast<double>(stopped));
}

napi_value init(napi_env env, napi_value exports) {
  const struct {
    const char* name;
    napi_callback function;
  } functions[] = {
      {"kernels", kernels}, {"open", open}, {"layout", layout},   {"grow", grow},
      {"quantise", onRow<quantise>}, {"copy", copy}, {"zero", onRow<zeroRow>}, {"release", release},
      {"scan", scan},
  };
  for (const auto& each : functions) {
    napi_value function = nullptr;
    if (napi_create_function(env, each.name, NAPI_AUTO_LENGTH, each.function, nullptr,
                             &function) != napi_ok ||
        napi_set_named_property(env, exports, each.name, function) != napi_ok) {
      return nullptr;
    }
  }
  return exports;
}

}  // namespace

NAPI_MODULE(NODE_GYP_MODULE_NAME, init)
