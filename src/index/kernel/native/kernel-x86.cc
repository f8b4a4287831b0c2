#include "kernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include "exact-score.h"
#include "pages.h"

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vnni")))
#define AVX2 __attribute__((target("avx2,fma")))

namespace cordon {

namespace {

// --- AVX-512 VNNI: four products of 8 bits are added to each of sixteen sums by one instruction ---

// `Groups` groups by `Queries` queries: as many sums as hide the instruction's latency, and few
// enough to stay in the 32 registers.
template <int Groups, int Queries>
AVX512 inline void tile512(const PageScan& page, uint32_t group) {
  const size_t groupBytes = size_t{page.lines} * kLineBytes;
  const uint8_t* row = page.rows + group * groupBytes;
  const int8_t* elements = page.queries;
  __m512i sums[Groups][Queries];
#pragma GCC unroll 8
  for (int q = 0; q < Queries; q += 1) {
#pragma GCC unroll 8
    for (int g = 0; g < Groups; g += 1) sums[g][q] = _mm512_set1_epi32(-page.biases[q]);
  }
  for (uint32_t line = 0; line < page.lines; line += 1) {
    __m512i rows[Groups];
#pragma GCC unroll 8
    for (int g = 0; g < Groups; g += 1) {
      rows[g] = _mm512_loadu_si512(row + g * groupBytes);
      // Into the second cache: the first has no room. A lone stream the processor foresees itself.
      if constexpr (Groups > 1) __builtin_prefetch(row + g * groupBytes + page.ahead, 0, 1);
    }
#pragma GCC unroll 8
    for (int q = 0; q < Queries; q += 1) {
      int32_t four;
      __builtin_memcpy(&four, elements + q * 4, 4);
      const __m512i query = _mm512_set1_epi32(four);
#pragma GCC unroll 8
      for (int g = 0; g < Groups; g += 1) {
        sums[g][q] = _mm512_dpbusd_epi32(sums[g][q], rows[g], query);
      }
    }
    row += kLineBytes;
    elements += kQueriesPerBlock * 4;
  }
#pragma GCC unroll 8
  for (int g = 0; g < Groups; g += 1) {
    const uint32_t first = (group + g) * kRowsPerGroup;
    const __m512 scales = _mm512_loadu_ps(page.scales + first);
#pragma GCC unroll 8
    for (int q = 0; q < Queries; q += 1) {
      const __m512 scaled = _mm512_mul_ps(_mm512_cvtepi32_ps(sums[g][q]), scales);
      const __m512 limit = _mm512_set1_ps(page.limits[q]);
      const __mmask16 passed = _mm512_cmp_ps_mask(scaled, limit, _CMP_GE_OQ);
      if (__builtin_expect(passed != 0, 0)) page.masks[q] |= uint64_t{passed} << first;
    }
  }
}

template <int Groups, int Queries>
AVX512 void all512(const PageScan& page) {
  for (uint32_t group = 0; group < kGroups; group += Groups) tile512<Groups, Queries>(page, group);
}

AVX512 void scan512(const PageScan& page) {
  switch (page.count) {
    case 1: return all512<1, 1>(page);
    case 2: return all512<1, 2>(page);
    case 3: return all512<1, 3>(page);
    case 4: return all512<2, 4>(page);
    case 5: return all512<2, 5>(page);
    case 6: return all512<2, 6>(page);
    case 7: return all512<2, 7>(page);
    default: return all512<2, 8>(page);
  }
}

AVX512 double product512(const float* one, const float* other, uint32_t dimension) {
  return productInline(one, other, dimension);
}

bool has512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vnni");
}

// --- AVX2: pairs of products are added to 16 bits, with saturation, then pairs of those to 32 ---

// Rows are up to 255, so that queries up to 64 keep a pair of products below 2^15.
constexpr int kMagnitude256 = 64;

AVX2 inline int passed256(__m256i sums, const float* scales, float limit) {
  const __m256 scaled = _mm256_mul_ps(_mm256_cvtepi32_ps(sums), _mm256_loadu_ps(scales));
  return _mm256_movemask_ps(_mm256_cmp_ps(scaled, _mm256_set1_ps(limit), _CMP_GE_OQ));
}

template <int Queries>
AVX2 inline void tile256(const PageScan& page, uint32_t group, int first) {
  const uint8_t* row = page.rows + size_t{group} * page.lines * kLineBytes;
  const int8_t* elements = page.queries + first * 4;
  const __m256i ones = _mm256_set1_epi16(1);
  __m256i low[Queries];
  __m256i high[Queries];
#pragma GCC unroll 4
  for (int q = 0; q < Queries; q += 1) {
    low[q] = high[q] = _mm256_set1_epi32(-page.biases[first + q]);
  }
  for (uint32_t line = 0; line < page.lines; line += 1) {
    const __m256i a = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(row));
    const __m256i b = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(row + 32));
    if constexpr (Queries > 1) __builtin_prefetch(row + page.ahead, 0, 1);
#pragma GCC unroll 4
    for (int q = 0; q < Queries; q += 1) {
      int32_t four;
      __builtin_memcpy(&four, elements + q * 4, 4);
      const __m256i query = _mm256_set1_epi32(four);
      low[q] = _mm256_add_epi32(low[q],
                                _mm256_madd_epi16(_mm256_maddubs_epi16(a, query), ones));
      high[q] = _mm256_add_epi32(high[q],
                                 _mm256_madd_epi16(_mm256_maddubs_epi16(b, query), ones));
    }
    row += kLineBytes;
    elements += kQueriesPerBlock * 4;
  }
  const float* scales = page.scales + group * kRowsPerGroup;
#pragma GCC unroll 4
  for (int q = 0; q < Queries; q += 1) {
    const int passed = passed256(low[q], scales, page.limits[first + q]) |
                       passed256(high[q], scales + 8, page.limits[first + q]) << 8;
    page.masks[first + q] |= static_cast<uint64_t>(passed) << (group * kRowsPerGroup);
  }
}

AVX2 void scan256(const PageScan& page) {
  for (uint32_t group = 0; group < kGroups; group += 1) {
    int query = 0;
    for (; query + 4 <= page.count; query += 4) tile256<4>(page, group, query);
    switch (page.count - query) {
      case 3: tile256<3>(page, group, query); break;
      case 2: tile256<2>(page, group, query); break;
      case 1: tile256<1>(page, group, query); break;
      default: break;
    }
  }
}

AVX2 double product256(const float* one, const float* other, uint32_t dimension) {
  return productInline(one, other, dimension);
}

bool has256() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

}  // namespace

const Kernel kKernels[] = {
    {"native-avx512vnni", 127, has512, scan512, product512},
    {"native-avx2", kMagnitude256, has256, scan256, product256},
    scalarKernel(),
};
const int kKernelCount = 3;

}  // namespace cordon

#endif
