#ifndef KHIEN_INTRINSICS_H
#define KHIEN_INTRINSICS_H

/* What processors do in a few instructions and Swift has no words for; and what C libraries have and their
   modules do not show. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* The first place of `piece` in `bytes`, or NULL, in time linear in both. GNU and musl have it; their headers show
   it where _GNU_SOURCE is defined only. */
extern void *memmem(const void *bytes, size_t count, const void *piece, size_t piece_count);

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

/* What bytes of text are: a bit for each, the first in bit 0. */
typedef struct {
    /* Letters and digits of ASCII, and all bytes of other characters; the same without digits. */
    uint64_t words, letters;
    uint64_t beyond_ascii;
    /* All of ASCII else, controls too, but space, line feed and apostrophe. */
    uint64_t separators;
    /* Control characters up to U+0007, as which symbols are read. */
    uint64_t symbols;
    /* The next byte is the same. */
    uint64_t repeats;
} khien_text_bits;

/* What the first 64 of the `count` bytes at `text` are. Reads the one behind them too, and no others; where
   there are fewer, spaces stand behind them. */
static inline khien_text_bits khien_text64(const void *text, size_t count) {
    unsigned char room[65];
    const unsigned char *from = (const unsigned char *)text;
    if (count < sizeof room) {
        memset(room, ' ', sizeof room);
        memcpy(room, from, count);
        from = room;
    }
    khien_text_bits bits = {0, 0, 0, 0, 0, 0};
#if defined(__SSE2__)
    const __m128i alphabet = _mm_set1_epi8(25), digits = _mm_set1_epi8(9);
    for (int place = 0; place < 64; place += 16) {
        const __m128i part = _mm_loadu_si128((const __m128i *)(const void *)(from + place));
        const __m128i next = _mm_loadu_si128((const __m128i *)(const void *)(from + place + 1));
        const __m128i letter = _mm_sub_epi8(_mm_or_si128(part, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
        const __m128i digit = _mm_sub_epi8(part, _mm_set1_epi8('0'));
        /* The top bit of a byte is that of the answer. */
        const __m128i letters = _mm_or_si128(part, _mm_cmpeq_epi8(_mm_min_epu8(letter, alphabet), letter));
        const __m128i words = _mm_or_si128(letters, _mm_cmpeq_epi8(_mm_min_epu8(digit, digits), digit));
        const __m128i blanks = _mm_or_si128(_mm_cmpeq_epi8(part, _mm_set1_epi8('\'')),
            _mm_or_si128(_mm_cmpeq_epi8(part, _mm_set1_epi8(' ')), _mm_cmpeq_epi8(part, _mm_set1_epi8('\n'))));
        bits.words |= (uint64_t)(uint32_t)_mm_movemask_epi8(words) << place;
        bits.letters |= (uint64_t)(uint32_t)_mm_movemask_epi8(letters) << place;
        bits.beyond_ascii |= (uint64_t)(uint32_t)_mm_movemask_epi8(part) << place;
        bits.separators |= (uint64_t)(~(uint32_t)_mm_movemask_epi8(_mm_or_si128(words, blanks)) & 0xFFFF) << place;
        const __m128i symbols = _mm_cmpeq_epi8(_mm_min_epu8(part, _mm_set1_epi8(7)), part);
        bits.symbols |= (uint64_t)(uint32_t)_mm_movemask_epi8(symbols) << place;
        bits.repeats |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(part, next)) << place;
    }
#else
    for (int place = 0; place < 64; place++) {
        const unsigned char byte = from[place];
        const int is_beyond = byte >= 0x80;
        const int is_letter = is_beyond || (unsigned char)((byte | 0x20) - 'a') < 26;
        const int is_word = is_letter || (unsigned char)(byte - '0') < 10;
        const int is_blank = byte == '\'' || byte == ' ' || byte == '\n';
        bits.words |= (uint64_t)is_word << place;
        bits.letters |= (uint64_t)is_letter << place;
        bits.beyond_ascii |= (uint64_t)is_beyond << place;
        bits.separators |= (uint64_t)(!is_word && !is_blank) << place;
        bits.symbols |= (uint64_t)(byte <= 7) << place;
        bits.repeats |= (uint64_t)(byte == from[place + 1]) << place;
    }
#endif
    return bits;
}

#endif
