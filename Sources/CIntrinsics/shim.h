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

/* The place of the first of the `count` bytes at `bytes` that is `first`, `second`, `third` or `fourth`, which may be
   the same; `count` where there is none. Reads no others. */
static inline size_t khien_find4(
    const void *bytes, size_t count, uint8_t first, uint8_t second, uint8_t third, uint8_t fourth) {
    const unsigned char *from = (const unsigned char *)bytes;
    size_t place = 0;
#if defined(__SSE2__)
    const __m128i one = _mm_set1_epi8((char)first), two = _mm_set1_epi8((char)second);
    const __m128i three = _mm_set1_epi8((char)third), four = _mm_set1_epi8((char)fourth);
    while (place + 16 <= count) {
        const __m128i part = _mm_loadu_si128((const __m128i *)(const void *)(from + place));
        const __m128i found = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(part, one), _mm_cmpeq_epi8(part, two)),
            _mm_or_si128(_mm_cmpeq_epi8(part, three), _mm_cmpeq_epi8(part, four)));
        const uint32_t bits = (uint32_t)_mm_movemask_epi8(found);
        if (bits) return place + (size_t)__builtin_ctz(bits);
        place += 16;
    }
#endif
    while (place < count && from[place] != first && from[place] != second && from[place] != third
        && from[place] != fourth) place++;
    return place;
}

/* The place of the first of the `count` bytes at `bytes` that is beyond ASCII; `count` where there is none. Reads no
   others. */
static inline size_t khien_beyond_ascii(const void *bytes, size_t count) {
    const unsigned char *from = (const unsigned char *)bytes;
    size_t place = 0;
#if defined(__SSE2__)
    while (place + 64 <= count) {
        const __m128i *parts = (const __m128i *)(const void *)(from + place);
        const __m128i low = _mm_or_si128(_mm_loadu_si128(parts), _mm_loadu_si128(parts + 1));
        const __m128i high = _mm_or_si128(_mm_loadu_si128(parts + 2), _mm_loadu_si128(parts + 3));
        if (_mm_movemask_epi8(_mm_or_si128(low, high))) break;
        place += 64;
    }
    while (place + 16 <= count) {
        const __m128i part = _mm_loadu_si128((const __m128i *)(const void *)(from + place));
        const uint32_t bits = (uint32_t)_mm_movemask_epi8(part);
        if (bits) return place + (size_t)__builtin_ctz(bits);
        place += 16;
    }
#endif
    while (place < count && from[place] < 0x80) place++;
    return place;
}

/* The first bytes of a name of HTML, the first the lowest, and how many; zeros behind them. */
typedef struct {
    uint64_t low, high;
    size_t count;
} khien_name;

/* The name at `text`, ASCII letters in lower case, up to the first byte that may end it: a control character, space, `/`,
   `=`, `>`; sixteen bytes at most. Reads sixteen. */
static inline khien_name khien_name16(const void *text) {
    khien_name name = {0, 0, 16};
#if defined(__SSE2__)
    const __m128i part = _mm_loadu_si128((const __m128i *)text);
    const __m128i letter = _mm_sub_epi8(part, _mm_set1_epi8('A'));
    const __m128i is_large = _mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8(25)), letter);
    const __m128i lowered = _mm_or_si128(part, _mm_and_si128(is_large, _mm_set1_epi8(0x20)));
    const __m128i blanks = _mm_cmpeq_epi8(_mm_min_epu8(part, _mm_set1_epi8(0x20)), part);
    const __m128i signs = _mm_or_si128(_mm_cmpeq_epi8(part, _mm_set1_epi8('/')),
        _mm_or_si128(_mm_cmpeq_epi8(part, _mm_set1_epi8('=')), _mm_cmpeq_epi8(part, _mm_set1_epi8('>'))));
    const uint32_t ends = (uint32_t)_mm_movemask_epi8(_mm_or_si128(blanks, signs)) | 0x10000;
    name.count = (size_t)__builtin_ctz(ends);
    const uint64_t low = (uint64_t)_mm_cvtsi128_si64(lowered);
    const uint64_t high = (uint64_t)_mm_cvtsi128_si64(_mm_srli_si128(lowered, 8));
    const size_t more = name.count < 8 ? 0 : name.count - 8;
    name.low = name.count >= 8 ? low : low & (((uint64_t)1 << (name.count * 8)) - 1);
    name.high = more >= 8 ? high : high & (((uint64_t)1 << (more * 8)) - 1);
#else
    const unsigned char *from = (const unsigned char *)text;
    for (size_t place = 0; place < 16; place++) {
        const unsigned char byte = from[place];
        if (byte <= 0x20 || byte == '/' || byte == '=' || byte == '>') {
            name.count = place;
            break;
        }
        const uint64_t lowered = (unsigned char)(byte - 'A') < 26 ? byte | 0x20 : byte;
        if (place < 8) name.low |= lowered << (place * 8); else name.high |= lowered << (place * 8 - 64);
    }
#endif
    return name;
}

/* How many of the `count` bytes at `text` were copied, and whether the last of them is a space. */
typedef struct {
    size_t count;
    int ends_with_space;
} khien_folded;

/* Copies ASCII in small letters to `exact` and to `plain`, up to the first byte that is a control character or beyond
   ASCII, or a space behind a space; `ends_with_space`: one stands before the text. Reads no more than `count` bytes and
   writes up to 16 behind the last of them to both. */
static inline khien_folded khien_fold_ascii(
    const void *text, size_t count, int ends_with_space, void *exact, void *plain) {
    const unsigned char *from = (const unsigned char *)text;
    unsigned char *one = (unsigned char *)exact, *two = (unsigned char *)plain;
    khien_folded done = {0, ends_with_space};
#if defined(__SSE2__)
    while (done.count < count) {
        const size_t left = count - done.count;
        __m128i part;
        if (left >= 16) {
            part = _mm_loadu_si128((const __m128i *)(const void *)(from + done.count));
        } else {
            unsigned char room[16] = {0};
            for (size_t place = 0; place < left; place++) room[place] = from[done.count + place];
            part = _mm_loadu_si128((const __m128i *)(const void *)room);
        }
        const __m128i letter = _mm_sub_epi8(part, _mm_set1_epi8('A'));
        const __m128i is_large = _mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8(25)), letter);
        const __m128i folded = _mm_or_si128(part, _mm_and_si128(is_large, _mm_set1_epi8(0x20)));
        _mm_storeu_si128((__m128i *)(void *)(one + done.count), folded);
        _mm_storeu_si128((__m128i *)(void *)(two + done.count), folded);
        const __m128i controls = _mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(part, _mm_set1_epi8(0x1F)), part),
            _mm_cmpeq_epi8(part, _mm_set1_epi8(0x7F)));
        const uint32_t spaces = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(part, _mm_set1_epi8(' ')));
        const uint32_t doubled = spaces & (spaces << 1 | (done.ends_with_space ? 1u : 0u));
        const uint32_t stops = (uint32_t)_mm_movemask_epi8(_mm_or_si128(part, controls)) | doubled;
        if (stops) {
            /* Behind fewer than 16 bytes stand zeros. */
            const uint32_t kept = (uint32_t)__builtin_ctz(stops);
            if (kept > 0) done.ends_with_space = spaces >> (kept - 1) & 1;
            done.count += kept;
            return done;
        }
        done.ends_with_space = spaces >> 15 & 1;
        done.count += 16;
    }
#else
    while (done.count < count) {
        const unsigned char byte = from[done.count];
        if (byte < 0x20 || byte >= 0x7F || (byte == ' ' && done.ends_with_space)) return done;
        const unsigned char folded = (unsigned char)(byte - 'A') < 26 ? byte | 0x20 : byte;
        one[done.count] = folded;
        two[done.count] = folded;
        done.ends_with_space = byte == ' ';
        done.count++;
    }
#endif
    return done;
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
