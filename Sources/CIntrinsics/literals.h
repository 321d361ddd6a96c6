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
   0: none, 1: AVX2, 2: AVX-512 (F, BW, DQ, VL), 3: the same and VBMI2. */
static inline int khien_vectors(void) {
#if defined(__x86_64__)
    uint32_t a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE)) return 0;
    uint32_t state, unused;
    __asm__("xgetbv" : "=a"(state), "=d"(unused) : "c"(0));
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
    if ((state & 0x06) != 0x06 || !(b & bit_AVX2)) return 0;
    const uint32_t wide = bit_AVX512F | bit_AVX512BW | bit_AVX512DQ | bit_AVX512VL | bit_BMI2;
    if ((state & 0xE6) != 0xE6 || (b & wide) != wide) return 1;
    return c & bit_AVX512VBMI2 ? 3 : 2;
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

/* The filters of the indexes of windows: six, back, four, head, tail. */
typedef struct {
    const uint32_t *bits[5];
    /* 32 less the bits of a bit's number. */
    uint32_t shifts[5];
    /* What tells the tags of an index from those of others. */
    uint32_t mixes[5];
    uint32_t factors[2];
    uint8_t fold;
} khien_filters;

/* The pairs of bytes that text is compared with, by the halves of their bytes: bit k of each of the four
   tables is set where a pair of bucket k has this half. */
typedef struct {
    uint8_t tables[64];
    uint8_t fold;
    /* 1: all first bytes are beyond ASCII, so that text without such has none of them. */
    uint8_t beyond_ascii;
} khien_pairs;

#if defined(__x86_64__)

#define KHIEN_AVX2 __attribute__((target("avx2")))
#define KHIEN_AVX512 __attribute__((target("avx2,bmi2,popcnt,avx512f,avx512bw,avx512dq,avx512vl")))
#define KHIEN_VBMI2 __attribute__((target("avx2,bmi2,popcnt,avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi2")))

/* `khien_cells` in every lane. */
typedef struct {
    __m512i fold, first, second;
    __m128i shift;
    const uint32_t *cells;
} khien_cells512;

KHIEN_AVX512 static inline khien_cells512 khien_spread_avx512(const khien_cells *how) {
    const khien_cells512 spread = {_mm512_set1_epi8((char)how->fold), _mm512_set1_epi16((short)how->first),
        _mm512_set1_epi16((short)how->second), _mm_cvtsi32_si128(how->shift), how->cells};
    return spread;
}

/* Of 32 windows at every second byte, whose first and second words are given, those whose bit is set in their cell,
   the first the lowest. */
KHIEN_AVX512 static inline uint32_t khien_windows32_avx512(__m512i low, __m512i high, const khien_cells512 how) {
    const __m512i one = _mm512_set1_epi32(1);
    low = _mm512_or_si512(low, how.fold);
    high = _mm512_or_si512(high, how.fold);
    __m512i cell = _mm512_add_epi16(_mm512_mullo_epi16(low, how.first),
        _mm512_mullo_epi16(_mm512_and_si512(high, _mm512_set1_epi16(0xFF)), how.second));
    cell = _mm512_xor_si512(cell, _mm512_srli_epi16(cell, 8));
    const __m512i bit = _mm512_add_epi16(_mm512_srli_epi16(high, 8), cell);
    const __m512i number = _mm512_srl_epi16(cell, how.shift);
    /* Even windows stand in the lower halves of double words, odd ones in the upper halves. */
    const __m512i some = _mm512_i32gather_epi32(_mm512_and_si512(number, _mm512_set1_epi32(0xFFFF)), how.cells, 4);
    const __m512i rest = _mm512_i32gather_epi32(_mm512_srli_epi32(number, 16), how.cells, 4);
    /* Turned by the lowest five bits of a number. */
    const __mmask16 even = _mm512_test_epi32_mask(_mm512_rorv_epi32(some, bit), one);
    const __mmask16 odd = _mm512_test_epi32_mask(_mm512_rorv_epi32(rest, _mm512_srli_epi32(bit, 16)), one);
    return _pdep_u32(even, 0x55555555) | _pdep_u32(odd, 0xAAAAAAAA);
}

/* Of up to 32 windows at `from`; reads their bytes only. */
KHIEN_AVX512 static inline uint32_t khien_some_windows_avx512(const unsigned char *from, size_t count, const khien_cells512 how) {
    const __mmask32 wanted = count >= 32 ? ~(uint32_t)0 : ((uint32_t)1 << count) - 1;
    return khien_windows32_avx512(_mm512_maskz_loadu_epi16(wanted, from), _mm512_maskz_loadu_epi16(wanted, from + 2), how) & wanted;
}

/* Asks for text 2 KiB ahead: between two blocks are other steps, where the processor's own foresight ends. Reads
   nothing and cannot fault. */
static inline void khien_ahead(const unsigned char *from) { __builtin_prefetch(from + 2048, 0, 3); }

/* Writes the places of those of 32 windows that were `found`. */
KHIEN_VBMI2 static inline uint16_t *khien_note_windows_vbmi2(uint16_t *next, uint32_t found, __m512i place) {
    _mm512_storeu_si512(next, _mm512_maskz_compress_epi16(found, place));
    return next + __builtin_popcount(found);
}

/* Writes the place of each of the `count` windows at every second byte of `text` whose bit is set in its
   cell, in ascending order, and returns how many these are. Places are less than 2^16. Reads 2 * count + 2
   bytes; writes up to 32 places behind the last. */
KHIEN_VBMI2 static inline size_t khien_windows_vbmi2(const void *text, size_t count, const khien_cells *how, uint16_t *places) {
    const unsigned char *from = (const unsigned char *)text;
    const khien_cells512 cells = khien_spread_avx512(how);
    const __m512i step = _mm512_set1_epi16(64);
    __m512i place = _mm512_set_epi16(62, 60, 58, 56, 54, 52, 50, 48, 46, 44, 42, 40, 38, 36, 34, 32,
        30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
    uint16_t *next = places;
    size_t window = 0;
    for (; window + 32 <= count; window += 32) {
        const unsigned char *at = from + 2 * window;
        khien_ahead(at);
        next = khien_note_windows_vbmi2(next, khien_windows32_avx512(_mm512_loadu_si512(at), _mm512_loadu_si512(at + 2), cells), place);
        place = _mm512_add_epi16(place, step);
    }
    if (window < count) {
        next = khien_note_windows_vbmi2(next, khien_some_windows_avx512(from + 2 * window, count - window, cells), place);
    }
    return (size_t)(next - places);
}

/* As `khien_windows_vbmi2`. */
KHIEN_AVX512 static inline size_t khien_windows_avx512(const void *text, size_t count, const khien_cells *how, uint16_t *places) {
    const unsigned char *from = (const unsigned char *)text;
    const khien_cells512 cells = khien_spread_avx512(how);
    const __m512i step = _mm512_set1_epi32(32);
    __m512i place = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    uint16_t *next = places;
    for (size_t window = 0; window < count; window += 32) {
        khien_ahead(from + 2 * window);
        uint32_t found = khien_some_windows_avx512(from + 2 * window, count - window, cells);
        for (int half = 0; half < 2; half++, found >>= 16) {
            const __m512i some = _mm512_maskz_compress_epi32((__mmask16)found, place);
            _mm256_storeu_si256((__m256i *)(void *)next, _mm512_cvtepi32_epi16(some));
            next += __builtin_popcount(found & 0xFFFF);
            place = _mm512_add_epi32(place, step);
        }
    }
    return (size_t)(next - places);
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

/* As `khien_windows_vbmi2`, but reads up to 2 * count + 16 bytes. */
KHIEN_AVX2 static inline size_t khien_windows_avx2(const void *text, size_t count, const khien_cells *how, uint16_t *places) {
    const unsigned char *from = (const unsigned char *)text;
    uint16_t *next = places;
    for (size_t window = 0; window < count; window += 16) {
        __m256i low, high;
        if (window + 8 < count) {
            low = _mm256_loadu_si256((const __m256i *)(const void *)(from + 2 * window));
            high = _mm256_loadu_si256((const __m256i *)(const void *)(from + 2 * window + 2));
        } else {
            low = _mm256_zextsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)(from + 2 * window)));
            high = _mm256_zextsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)(from + 2 * window + 2)));
        }
        uint32_t found = khien_windows16_avx2(low, high, how);
        if (count - window < 16) found &= (1u << (count - window)) - 1;
        while (found != 0) {
            *next++ = (uint16_t)(2 * (window + (size_t)__builtin_ctz(found)));
            found &= found - 1;
        }
    }
    return (size_t)(next - places);
}

/* Writes the tag and the place of each of sixteen windows that is `known` behind the last `count` ones; returns how
   many there are then. */
KHIEN_AVX512 static inline size_t khien_note_avx512(
    uint32_t *tags, uint32_t *windows, size_t count, uint32_t known, __m512i hash, uint32_t mix, __m512i place) {
    const __m512i tag = _mm512_xor_si512(hash, _mm512_set1_epi32((int)mix));
    _mm512_storeu_si512(tags + count, _mm512_maskz_compress_epi32((__mmask16)known, tag));
    _mm512_storeu_si512(windows + count, _mm512_maskz_compress_epi32((__mmask16)known, place));
    return count + (size_t)__builtin_popcount(known);
}

/* What the filters of five indexes know of `count` places of `text`, at each of which a window begins: for
   each place and index that may have it the tag of the hash, and the place. Those of sixteen places stand
   together, by index. Returns their number, at most five times `count`; reads the eight bytes from one before
   each place, and writes up to sixteen words behind the last. See LiteralHash. */
KHIEN_AVX512 static inline size_t khien_sift_avx512(
    const void *text, const uint16_t *places, size_t count, const khien_filters *filters, uint32_t *tags, uint32_t *windows) {
    const char *from = (const char *)text;
    const khien_filters how = *filters;
    const __m512i fold = _mm512_set1_epi8((char)how.fold), factor = _mm512_set1_epi32((int)how.factors[0]);
    const __m512i second_factor = _mm512_set1_epi32((int)how.factors[1]);
    const __m512i three = _mm512_set1_epi32(0xFFFFFF), one = _mm512_set1_epi32(1);
    size_t next = 0;
    for (size_t first = 0; first < count; first += 16) {
        const __mmask16 wanted = count - first >= 16 ? 0xFFFF : (__mmask16)((1u << (count - first)) - 1);
        const __m512i place = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(wanted, places + first));
        /* b-1 to b2, b3 to b6. */
        const __m512i before = _mm512_or_si512(_mm512_mask_i32gather_epi32(_mm512_setzero_si512(), wanted, place, from - 1, 1), fold);
        const __m512i after = _mm512_or_si512(_mm512_mask_i32gather_epi32(_mm512_setzero_si512(), wanted, place, from + 3, 1), fold);
        const __m512i three_bytes = _mm512_srli_epi32(before, 8);
        const __m512i window = _mm512_or_si512(three_bytes, _mm512_slli_epi32(after, 24));
        const __m512i four = _mm512_mullo_epi32(window, factor);
        const __m512i rest = _mm512_and_si512(_mm512_srli_epi32(after, 8), _mm512_set1_epi32(0xFFFF));
        const __m512i hashes[5] = {
            _mm512_add_epi32(four, _mm512_mullo_epi32(rest, second_factor)),
            _mm512_mullo_epi32(before, factor),
            four,
            _mm512_mullo_epi32(_mm512_and_si512(window, three), factor),
            _mm512_mullo_epi32(_mm512_srli_epi32(window, 8), factor),
        };
        /* All are asked before any answer is looked at: a branch that was guessed wrong would wait for each. */
        uint32_t known[5];
#pragma clang loop unroll(full)
        for (int index = 0; index < 5; index++) {
            const __m512i bit = _mm512_srl_epi32(hashes[index], _mm_cvtsi32_si128((int)how.shifts[index]));
            const __m512i word = _mm512_i32gather_epi32(_mm512_srli_epi32(bit, 5), how.bits[index], 4);
            /* Turned by the lowest five bits of a number. */
            known[index] = _mm512_mask_test_epi32_mask(wanted, _mm512_rorv_epi32(word, bit), one);
        }
        next = khien_note_avx512(tags, windows, next, known[0], hashes[0], how.mixes[0], place);
        /* The order of kinds is that of the text; three know little. */
        if ((known[1] | known[3] | known[4]) == 0) {
            next = khien_note_avx512(tags, windows, next, known[2], hashes[2], how.mixes[2], place);
            continue;
        }
        next = khien_note_avx512(tags, windows, next, known[1], hashes[1], how.mixes[1], place);
        next = khien_note_avx512(tags, windows, next, known[2], hashes[2], how.mixes[2], place);
        next = khien_note_avx512(tags, windows, next, known[3], hashes[3], how.mixes[3], place);
        next = khien_note_avx512(tags, windows, next, known[4], hashes[4], how.mixes[4], place);
    }
    return next;
}

/* Compares postings with the text. Each of the `count` pairs is the place of a window, times 2^32, and the
   number of a posting, whose tag must be that in `tags`. Leaves in `pairs`, for each that equals, the place
   of the literal with `bias` added, times 2^32, and the literal's number; returns how many. Reads eight
   bytes within eight of each window. See LiteralPosting. */
KHIEN_AVX512 static inline size_t khien_compare_avx512(
    const void *text, const void *postings, uint8_t fold_byte, uint64_t *pairs, const uint32_t *tags, size_t count, uint32_t bias) {
    const __m512i fold = _mm512_set1_epi8((char)fold_byte), low = _mm512_set1_epi64(0xFFFFFFFF);
    const __m512i zero = _mm512_setzero_si512(), one = _mm512_set1_epi64(1), seven = _mm512_set1_epi64(7);
    uint64_t *next = pairs;
    for (size_t first = 0; first < count; first += 8) {
        const __mmask8 wanted = count - first >= 8 ? 0xFF : (__mmask8)((1u << (count - first)) - 1);
        const __m512i pair = _mm512_maskz_loadu_epi64(wanted, pairs + first);
        const __m512i tag = _mm512_cvtepu32_epi64(_mm256_maskz_loadu_epi32(wanted, tags + first));
        const __m512i window = _mm512_srli_epi64(pair, 32);
        const __m512i record = _mm512_slli_epi64(_mm512_and_si512(pair, low), 1);
        const __m512i value = _mm512_mask_i64gather_epi64(zero, wanted, record, postings, 8);
        const __m512i both = _mm512_mask_i64gather_epi64(zero, wanted, record, (const char *)postings + 8, 8);
        const __m512i word = _mm512_srli_epi64(both, 32);
        const __m512i size = _mm512_and_si512(_mm512_srli_epi64(word, 20), seven);
        const __m512i offset = _mm512_sub_epi64(_mm512_and_si512(_mm512_srli_epi64(word, 23), _mm512_set1_epi64(255)), one);
        /* -offset where the value is the whole literal; else one or two bytes before the window, or at it. */
        const __mmask8 is_long = _mm512_cmpeq_epi64_mask(size, seven) & _mm512_cmpgt_epi64_mask(offset, zero);
        const __m512i back = _mm512_mask_add_epi64(offset, is_long, one, _mm512_srli_epi64(word, 31));
        const __m512i bytes = _mm512_or_si512(
            _mm512_mask_i64gather_epi64(zero, wanted, _mm512_sub_epi64(window, back), text, 1), fold);
        const __m512i shift = _mm512_sub_epi64(_mm512_set1_epi64(56), _mm512_slli_epi64(size, 3));
        const __m512i difference = _mm512_or_si512(
            _mm512_sllv_epi64(_mm512_xor_si512(bytes, value), shift),
            _mm512_xor_si512(_mm512_and_si512(both, low), tag));
        const __mmask8 equal = _mm512_testn_epi64_mask(difference, difference) & wanted;
        const __m512i start = _mm512_add_epi64(_mm512_sub_epi64(window, offset), _mm512_set1_epi64(bias));
        const __m512i hit = _mm512_or_si512(_mm512_slli_epi64(start, 32), _mm512_and_si512(word, _mm512_set1_epi64(0xFFFFF)));
        /* What is overwritten has been read. */
        _mm512_storeu_si512(next, _mm512_maskz_compress_epi64(equal, hit));
        next += __builtin_popcount(equal);
    }
    return (size_t)(next - pairs);
}

/* Sixteen bytes in each quarter, or half, of a vector. */
KHIEN_AVX512 static inline __m512i khien_table_avx512(const uint8_t *table) {
    return _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(const void *)table));
}
KHIEN_AVX2 static inline __m256i khien_table_avx2(const uint8_t *table) {
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)table));
}

/* Of the 64 places whose bytes, and those behind them, are given, the ones where a pair may begin. */
KHIEN_AVX512 static inline uint64_t khien_pairs64_avx512(__m512i one, __m512i two, const khien_pairs *how) {
    const __m512i fold = _mm512_set1_epi8((char)how->fold), half = _mm512_set1_epi8(15);
    one = _mm512_or_si512(one, fold);
    two = _mm512_or_si512(two, fold);
    const __m512i first = _mm512_and_si512(
        _mm512_shuffle_epi8(khien_table_avx512(how->tables), _mm512_and_si512(one, half)),
        _mm512_shuffle_epi8(khien_table_avx512(how->tables + 16), _mm512_and_si512(_mm512_srli_epi16(one, 4), half)));
    const __m512i second = _mm512_and_si512(
        _mm512_shuffle_epi8(khien_table_avx512(how->tables + 32), _mm512_and_si512(two, half)),
        _mm512_shuffle_epi8(khien_table_avx512(how->tables + 48), _mm512_and_si512(_mm512_srli_epi16(two, 4), half)));
    return _mm512_test_epi8_mask(first, second);
}

/* Writes each of the `count` places of `text` where a pair may begin, in ascending order, and returns how many
   these are. Reads count + 1 bytes. */
KHIEN_AVX512 static inline size_t khien_pairs_avx512(const void *text, size_t count, const khien_pairs *pairs, uint16_t *places) {
    const unsigned char *from = (const unsigned char *)text;
    const khien_pairs how = *pairs;
    uint16_t *next = places;
    for (size_t place = 0; place < count; place += 64) {
        const size_t left = count - place;
        const __mmask64 wanted = left >= 64 ? ~(__mmask64)0 : ~(uint64_t)0 >> (64 - left);
        const __m512i one = _mm512_maskz_loadu_epi8(wanted, from + place);
        if (how.beyond_ascii && _mm512_movepi8_mask(one) == 0) continue;
        const __m512i two = _mm512_maskz_loadu_epi8(wanted, from + place + 1);
        for (uint64_t hits = khien_pairs64_avx512(one, two, &how) & wanted; hits != 0; hits &= hits - 1) {
            *next++ = (uint16_t)(place + (size_t)__builtin_ctzll(hits));
        }
    }
    return (size_t)(next - places);
}

/* As `khien_pairs_avx512`; reads up to count + 32 bytes. */
KHIEN_AVX2 static inline size_t khien_pairs_avx2(const void *text, size_t count, const khien_pairs *how, uint16_t *places) {
    const unsigned char *from = (const unsigned char *)text;
    const __m256i fold = _mm256_set1_epi8((char)how->fold), half = _mm256_set1_epi8(15);
    const __m256i first_low = khien_table_avx2(how->tables), first_high = khien_table_avx2(how->tables + 16);
    const __m256i second_low = khien_table_avx2(how->tables + 32), second_high = khien_table_avx2(how->tables + 48);
    uint16_t *next = places;
    for (size_t place = 0; place < count; place += 32) {
        const __m256i raw = _mm256_loadu_si256((const __m256i *)(const void *)(from + place));
        if (how->beyond_ascii && _mm256_movemask_epi8(raw) == 0) continue;
        const __m256i one = _mm256_or_si256(raw, fold);
        const __m256i two = _mm256_or_si256(_mm256_loadu_si256((const __m256i *)(const void *)(from + place + 1)), fold);
        const __m256i found = _mm256_and_si256(
            _mm256_and_si256(_mm256_shuffle_epi8(first_low, _mm256_and_si256(one, half)),
                _mm256_shuffle_epi8(first_high, _mm256_and_si256(_mm256_srli_epi16(one, 4), half))),
            _mm256_and_si256(_mm256_shuffle_epi8(second_low, _mm256_and_si256(two, half)),
                _mm256_shuffle_epi8(second_high, _mm256_and_si256(_mm256_srli_epi16(two, 4), half))));
        uint32_t hits = ~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(found, _mm256_setzero_si256()));
        if (count - place < 32) hits &= (1u << (count - place)) - 1;
        for (; hits != 0; hits &= hits - 1) *next++ = (uint16_t)(place + (size_t)__builtin_ctz(hits));
    }
    return (size_t)(next - places);
}

#endif

#endif
