#ifndef KHIEN_INTRINSICS_H
#define KHIEN_INTRINSICS_H

/* Four things that processors do in a few instructions and Swift has no words for. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* Asks for a cache line and does not wait. Reads nothing and cannot fault: an address that is not
   mapped is ignored. */
static inline void khien_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }

/* One bit for each of the 18 words of 16 bits at `line` that is `wanted`, the first in bit 0. Reads 40
   bytes, at any alignment, and takes no branch. */
static inline uint32_t khien_lanes18(const void *line, uint16_t wanted) {
    const unsigned char *bytes = (const unsigned char *)line;
#if defined(__SSE2__)
    const __m128i all = _mm_set1_epi16((short)wanted);
    const __m128i first = _mm_cmpeq_epi16(_mm_loadu_si128((const __m128i *)(const void *)bytes), all);
    const __m128i second = _mm_cmpeq_epi16(_mm_loadu_si128((const __m128i *)(const void *)(bytes + 16)), all);
    const __m128i third = _mm_cmpeq_epi16(_mm_loadl_epi64((const __m128i *)(const void *)(bytes + 32)), all);
    const uint32_t low = (uint32_t)_mm_movemask_epi8(_mm_packs_epi16(first, second));
    const uint32_t high = (uint32_t)_mm_movemask_epi8(_mm_packs_epi16(third, third)) & 3;
    return low | high << 16;
#else
    uint32_t found = 0;
    for (int lane = 0; lane < 18; lane++) {
        uint16_t word;
        memcpy(&word, bytes + lane * 2, 2);
        found |= (uint32_t)(word == wanted) << lane;
    }
    return found;
#endif
}

/* Whether `count` bytes at `left` and `right` are the same; reads no others. Names have 8 to 32 bytes nearly
   always: those take four words of each side, which overlap, and no branch on the length. */
static inline int khien_equal(const void *left, const void *right, size_t count) {
    const unsigned char *a = (const unsigned char *)left, *b = (const unsigned char *)right;
    if (count - 8 > 24) return memcmp(a, b, count) == 0;
    const size_t last = count - 8, second = last < 8 ? last : 8, third = count < 16 ? 0 : count - 16;
    uint64_t from[4], to[4];
    memcpy(&from[0], a, 8);
    memcpy(&from[1], a + second, 8);
    memcpy(&from[2], a + third, 8);
    memcpy(&from[3], a + last, 8);
    memcpy(&to[0], b, 8);
    memcpy(&to[1], b + second, 8);
    memcpy(&to[2], b + third, 8);
    memcpy(&to[3], b + last, 8);
    return ((from[0] ^ to[0]) | (from[1] ^ to[1]) | (from[2] ^ to[2]) | (from[3] ^ to[3])) == 0;
}

/* One bit for each of the `count` bytes at `bytes` that is `wanted`, the first in bit 0; reads no other
   bytes. `count` is at most 64. */
static inline uint64_t khien_bytes64(const void *bytes, size_t count, uint8_t wanted) {
    const unsigned char *from = (const unsigned char *)bytes;
    uint64_t found = 0;
#if defined(__SSE2__)
    if (count >= 16) {
        const __m128i all = _mm_set1_epi8((char)wanted);
        size_t place = 0;
        for (; place + 16 <= count; place += 16) {
            const __m128i part = _mm_loadu_si128((const __m128i *)(const void *)(from + place));
            found |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(part, all)) << place;
        }
        if (place < count) {
            /* The last 16 bytes, some of them once more. */
            const __m128i part = _mm_loadu_si128((const __m128i *)(const void *)(from + count - 16));
            found |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(part, all)) << (count - 16);
        }
        return found;
    }
    if (count >= 8) {
        const __m128i all = _mm_set1_epi8((char)wanted);
        const __m128i low = _mm_loadl_epi64((const __m128i *)(const void *)from);
        const __m128i high = _mm_loadl_epi64((const __m128i *)(const void *)(from + count - 8));
        found = (uint64_t)(uint32_t)(_mm_movemask_epi8(_mm_cmpeq_epi8(low, all)) & 0xFF);
        return found | (uint64_t)(uint32_t)(_mm_movemask_epi8(_mm_cmpeq_epi8(high, all)) & 0xFF) << (count - 8);
    }
#endif
    for (size_t place = 0; place < count; place++) {
        found |= (uint64_t)(from[place] == wanted) << place;
    }
    return found;
}

#endif
