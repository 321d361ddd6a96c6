#ifndef KHIEN_LITERALS_H
#define KHIEN_LITERALS_H

/* The first steps of the literal scanner in the words of wider vectors than Swift is compiled for. A
   function that ends with the name of an instruction set may be called only where `khien_vectors` says
   that the processor has it. */

#include <stddef.h>
#include <stdint.h>
#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

/* The widest vectors that processor and operating system have, of those that have functions here:
   0: none, 1: AVX2, 2: AVX-512 (F, BW, VL). */
static inline int khien_vectors(void) {
#if defined(__x86_64__)
    uint32_t a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE)) return 0;
    uint32_t state, unused;
    __asm__("xgetbv" : "=a"(state), "=d"(unused) : "c"(0));
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
    if ((state & 0x06) != 0x06 || !(b & bit_AVX2)) return 0;
    const uint32_t wide = bit_AVX512F | bit_AVX512BW | bit_AVX512VL;
    return (state & 0xE6) == 0xE6 && (b & wide) == wide ? 2 : 1;
#else
    return 0;
#endif
}

/* How windows of text are hashed and asked for: see LiteralHash and LiteralPass. */
typedef struct {
    /* 2^(16 - shift) words; four bytes behind them are never read. */
    const uint32_t *cells;
    uint16_t first, second, shift;
    /* Is set in every byte of text. */
    uint8_t fold;
} khien_cells;

/* The pairs of bytes that text is compared with, by the halves of their bytes: bit k of each of the four
   tables is set where a pair of bucket k has this half. */
typedef struct {
    uint8_t tables[64];
    uint8_t fold;
} khien_pairs;

#if defined(__x86_64__)

#define KHIEN_AVX2 __attribute__((target("avx2")))
#define KHIEN_AVX512 __attribute__((target("avx2,avx512f,avx512bw,avx512vl")))

/* One bit for each of the `count` windows at every second byte of `text`, the first in bit 0, whose bit
   is set in its cell. `count` is 1 to 64; reads 2 * count + 2 bytes. */
KHIEN_AVX512 static inline uint64_t khien_windows_avx512(const void *text, size_t count, const khien_cells *how) {
    const unsigned char *from = (const unsigned char *)text;
    const __m512i fold = _mm512_set1_epi8((char)how->fold);
    const __m512i first = _mm512_set1_epi16((short)how->first), second = _mm512_set1_epi16((short)how->second);
    const __m128i shift = _mm_cvtsi32_si128(how->shift);
    uint64_t found = 0;
    for (size_t place = 0; place < count; place += 32) {
        const __mmask32 wanted = count - place >= 32 ? ~(__mmask32)0 : ((__mmask32)1 << (count - place)) - 1;
        const __m512i low = _mm512_or_si512(_mm512_maskz_loadu_epi16(wanted, from + 2 * place), fold);
        const __m512i high = _mm512_or_si512(_mm512_maskz_loadu_epi16(wanted, from + 2 * place + 2), fold);
        __m512i cell = _mm512_add_epi16(_mm512_mullo_epi16(low, first),
            _mm512_mullo_epi16(_mm512_and_si512(high, _mm512_set1_epi16(0xFF)), second));
        cell = _mm512_xor_si512(cell, _mm512_srli_epi16(cell, 8));
        const __m512i bit = _mm512_and_si512(_mm512_add_epi16(_mm512_srli_epi16(high, 8), cell), _mm512_set1_epi16(31));
        const __m512i number = _mm512_srl_epi16(cell, shift);
        const __m512i some = _mm512_i32gather_epi32(_mm512_cvtepu16_epi32(_mm512_castsi512_si256(number)), how->cells, 4);
        const __m512i rest = _mm512_i32gather_epi32(_mm512_cvtepu16_epi32(_mm512_extracti64x4_epi64(number, 1)), how->cells, 4);
        const __m512i one = _mm512_set1_epi32(1);
        const uint32_t even = _mm512_test_epi32_mask(_mm512_srlv_epi32(some, _mm512_cvtepu16_epi32(_mm512_castsi512_si256(bit))), one);
        const uint32_t odd = _mm512_test_epi32_mask(_mm512_srlv_epi32(rest, _mm512_cvtepu16_epi32(_mm512_extracti64x4_epi64(bit, 1))), one);
        found |= (uint64_t)((even | odd << 16) & wanted) << place;
    }
    return found;
}

/* Eight or sixteen windows of `khien_windows_avx2`, whose first and second words are given. */
KHIEN_AVX2 static inline uint32_t khien_windows16_avx2(__m256i low, __m256i high, const khien_cells *how) {
    const __m256i fold = _mm256_set1_epi8((char)how->fold);
    low = _mm256_or_si256(low, fold);
    high = _mm256_or_si256(high, fold);
    __m256i cell = _mm256_add_epi16(_mm256_mullo_epi16(low, _mm256_set1_epi16((short)how->first)),
        _mm256_mullo_epi16(_mm256_and_si256(high, _mm256_set1_epi16(0xFF)), _mm256_set1_epi16((short)how->second)));
    cell = _mm256_xor_si256(cell, _mm256_srli_epi16(cell, 8));
    const __m256i bit = _mm256_andnot_si256(_mm256_add_epi16(_mm256_srli_epi16(high, 8), cell), _mm256_set1_epi16(31));
    const __m256i number = _mm256_srl_epi16(cell, _mm_cvtsi32_si128(how->shift));
    const int *cells = (const int *)(const void *)how->cells;
    const __m256i some = _mm256_i32gather_epi32(cells, _mm256_cvtepu16_epi32(_mm256_castsi256_si128(number)), 4);
    const __m256i rest = _mm256_i32gather_epi32(cells, _mm256_cvtepu16_epi32(_mm256_extracti128_si256(number, 1)), 4);
    /* The bit that was asked for becomes the highest. */
    const __m256i even = _mm256_sllv_epi32(some, _mm256_cvtepu16_epi32(_mm256_castsi256_si128(bit)));
    const __m256i odd = _mm256_sllv_epi32(rest, _mm256_cvtepu16_epi32(_mm256_extracti128_si256(bit, 1)));
    return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(even)) | (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(odd)) << 8;
}

/* As `khien_windows_avx512`; reads up to 2 * count + 16 bytes. */
KHIEN_AVX2 static inline uint64_t khien_windows_avx2(const void *text, size_t count, const khien_cells *how) {
    const unsigned char *from = (const unsigned char *)text;
    uint64_t found = 0;
    size_t place = 0;
    for (; place + 8 < count; place += 16) {
        const __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)(from + 2 * place));
        const __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(from + 2 * place + 2));
        found |= (uint64_t)khien_windows16_avx2(low, high, how) << place;
    }
    if (place < count) {
        const __m128i low = _mm_loadu_si128((const __m128i *)(const void *)(from + 2 * place));
        const __m128i high = _mm_loadu_si128((const __m128i *)(const void *)(from + 2 * place + 2));
        found |= (uint64_t)khien_windows16_avx2(_mm256_zextsi128_si256(low), _mm256_zextsi128_si256(high), how) << place;
    }
    return found & (~(uint64_t)0 >> (64 - count));
}

/* One bit for each of the `count` places of `text` where a pair may begin, the first in bit 0. `count` is 1
   to 64; reads count + 1 bytes. */
KHIEN_AVX512 static inline uint64_t khien_pairs_avx512(const void *text, size_t count, const khien_pairs *how) {
    const unsigned char *from = (const unsigned char *)text;
    const __mmask64 wanted = ~(uint64_t)0 >> (64 - count);
    const __m512i fold = _mm512_set1_epi8((char)how->fold), half = _mm512_set1_epi8(15);
    const __m512i one = _mm512_or_si512(_mm512_maskz_loadu_epi8(wanted, from), fold);
    const __m512i two = _mm512_or_si512(_mm512_maskz_loadu_epi8(wanted, from + 1), fold);
    __m512i tables[4];
    for (int index = 0; index < 4; index++) {
        tables[index] = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(const void *)(how->tables + 16 * index)));
    }
    const __m512i found = _mm512_and_si512(
        _mm512_and_si512(_mm512_shuffle_epi8(tables[0], _mm512_and_si512(one, half)),
            _mm512_shuffle_epi8(tables[1], _mm512_and_si512(_mm512_srli_epi16(one, 4), half))),
        _mm512_and_si512(_mm512_shuffle_epi8(tables[2], _mm512_and_si512(two, half)),
            _mm512_shuffle_epi8(tables[3], _mm512_and_si512(_mm512_srli_epi16(two, 4), half))));
    return _mm512_test_epi8_mask(found, found) & wanted;
}

/* As `khien_pairs_avx512`; reads up to count + 32 bytes. */
KHIEN_AVX2 static inline uint64_t khien_pairs_avx2(const void *text, size_t count, const khien_pairs *how) {
    const unsigned char *from = (const unsigned char *)text;
    const __m256i fold = _mm256_set1_epi8((char)how->fold), half = _mm256_set1_epi8(15);
    __m256i tables[4];
    for (int index = 0; index < 4; index++) {
        tables[index] = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)(how->tables + 16 * index)));
    }
    uint64_t all = 0;
    for (size_t place = 0; place < count; place += 32) {
        const __m256i one = _mm256_or_si256(_mm256_loadu_si256((const __m256i *)(const void *)(from + place)), fold);
        const __m256i two = _mm256_or_si256(_mm256_loadu_si256((const __m256i *)(const void *)(from + place + 1)), fold);
        const __m256i found = _mm256_and_si256(
            _mm256_and_si256(_mm256_shuffle_epi8(tables[0], _mm256_and_si256(one, half)),
                _mm256_shuffle_epi8(tables[1], _mm256_and_si256(_mm256_srli_epi16(one, 4), half))),
            _mm256_and_si256(_mm256_shuffle_epi8(tables[2], _mm256_and_si256(two, half)),
                _mm256_shuffle_epi8(tables[3], _mm256_and_si256(_mm256_srli_epi16(two, 4), half))));
        const uint32_t none = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(found, _mm256_setzero_si256()));
        all |= (uint64_t)~none << place;
    }
    return all & (~(uint64_t)0 >> (64 - count));
}

#endif

#endif
