/* What the parts of the kernel share: the program that it runs, and what it is told of lines. */
#ifndef MIDTRAIL_PROGRAM_H
#define MIDTRAIL_PROGRAM_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef _WIN32
#define PUBLIC __declspec(dllexport)
#else
#define PUBLIC __attribute__((visibility("default")))
#endif

#ifdef __GNUC__
#define SELDOM __attribute__((noinline)) /* so that what is often done has the registers to itself */
#define INNER __attribute__((visibility("hidden"))) /* called from other files of the library alone */
#define NEVER __builtin_unreachable()
#else
#define SELDOM
#define INNER
#define NEVER break
#endif

typedef const uint8_t *text_t;

/* ---- The program, as program.py lays it out: arrays of int32, named there alike. ---- */

enum {
    OP_MATCH, OP_LITERAL, OP_SET, OP_RUN, OP_LAZY, OP_SPLIT, OP_AHEAD, OP_NOT_AHEAD, OP_END,
    OP_WHOLE,   /* a run that nothing behind it can want a part of: there is no way back */
    OP_TRIMMED, /* a run without the blanks at its end, and something must be left */
    OP_BLANKS,  /* nothing but blanks up to the end of the line, at least `min` */
    OP_FACING,  /* a literal that must stand there, and is not taken */
    OP_LAST     /* anything, at least `min`, up to a literal behind which only blanks are; `max`: whether it is taken */
};

typedef struct { /* one step of a terminal's regular expression */
    int32_t op, next;
    int32_t a, b; /* LITERAL, FACING, LAST: offset, length. SPLIT: its two ways. AHEAD: body. SET and runs: set, and
                     whether it is ASCII alone. BLANKS: b: whether they are only looked at */
    int32_t min, max; /* runs: how many characters; max < 0: any number. SPLIT: the sets of bytes with which its ways
                         begin. AHEAD: with which the body begins and, as `second`, goes on */
    int32_t byte;     /* RUN, LAZY: the only byte that can follow, or -1 */
    int32_t stop;     /* runs: the only byte not in the set, -2: every byte is, -1: look it up */
    int32_t label, length; /* RUN, LAZY: the literal that must follow; length 0: there is none */
    int32_t second;        /* RUN, LAZY: the bytes behind the first character that follows, if it is ASCII; -1: any */
    int32_t unused;
} node_t;

typedef struct { /* which literals may stand, or where no more is to be told apart, the one that does */
    int32_t offset; /* at which to look; -1: compare */
    int32_t first;  /* look: the choices from which the number found tells the next. Compare: the label */
    int32_t shift;  /* of the product of what is looked at, which leaves the number. Compare: the length */
    int32_t target;
    uint64_t word;  /* look: the factor. Compare: how the literal begins */
    union {
        uint64_t mask; /* of what is looked at */
        struct { int32_t rank, rest; } then; /* compare: the choice to go on with where it does not stand, 0: none */
    };
} choice_t;

enum { STEP_LITERAL, STEP_EITHER, STEP_NUMBER, STEP_WHOLE, STEP_TRIMMED, STEP_PATTERN, STEP_PATTERNS };

typedef struct { /* a state of the parser: all that is often needed lies together */
    choice_t choice;      /* of its literals */
    int32_t step;         /* what to do: find a literal; or a pattern by its form, where there is but one; or try all */
    int32_t node, target; /* of the only pattern */
    int32_t set, stop;    /* the bytes with which patterns can begin, blanks at the line's end apart; of the only pattern,
                             its set and stop, or most digits */
    int32_t first, count; /* its patterns, in the order in which Lark tries them */
    int32_t wording;      /* the wording that may end here, -1: none may */
} state_t;

enum { SHIFT, LEADING, TRAILING };

typedef struct { /* a pattern that a state knows */
    int32_t rank, node, target, role, first, count; /* the last two: literals that its text may be instead */
    int32_t set; /* the bytes with which it can begin */
} pattern_t;

typedef struct { int32_t label, length, target; } fold_t;

typedef struct {
    const node_t *nodes;
    const uint8_t *sets;    /* of SET_SIZE bytes each: a bit a byte, and one for the end of the line */
    const int32_t *firsts;  /* of each node: the set of bytes with which it can go on */
    const state_t *states;
    const choice_t *choices;
    const pattern_t *patterns;
    const fold_t *folds;
    const uint8_t *labels;
    const int32_t *numbers; /* of each wording, from numbers_at: places that hold integers */
    const int32_t *numbers_at;
    const uint64_t *masks;  /* of each wording, those places as bits; all: never so */
    int32_t start, stride, most_numbers;
} program_t;

/* Lines cut into terminals: what each line has is as long as it must be, one line's behind the other's. */
typedef struct {
    int32_t *wordings; /* of each line; -1: to be read, -2: the grammar knows none, -3: Python decides */
    uint32_t *tape;    /* from tape_at of a line on: where its first terminal begins, and where each ends */
    int32_t *tape_at;
    int64_t *values;   /* from values_at on: its integers; of unknown lines the state and the byte where reading ended */
    int32_t *values_at;
    int64_t tape_used, values_used;
} cuts_t;

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define BIG_ENDIAN_WORDS 1
#else
#define BIG_ENDIAN_WORDS 0
#endif

static const uint64_t MASKS[9] = { /* of the first bytes in memory */
#if BIG_ENDIAN_WORDS
    0, 0xFFULL << 56, 0xFFFFULL << 48, 0xFFFFFFULL << 40, 0xFFFFFFFFULL << 32, ~0ULL << 24, ~0ULL << 16, ~0ULL << 8, ~0ULL,
#else
    0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF, 0xFFFFFFFFFF, 0xFFFFFFFFFFFF, 0xFFFFFFFFFFFFFF, ~0ULL,
#endif
};

/* Which byte of a word, counted from its least, is the first that has its highest bit set; there is one. */
static inline int lowest_marked(uint64_t word) {
#ifdef __GNUC__
    return __builtin_ctzll(word) >> 3;
#else
    int at = 0;
    while (!(word >> (8 * at) & 0x80)) at++;
    return at;
#endif
}

/* The last byte that has, likewise. */
static inline int highest_marked(uint64_t word) {
#ifdef __GNUC__
    return 7 - (__builtin_clzll(word) >> 3);
#else
    int at = 7;
    while (!(word >> (8 * at) & 0x80)) at--;
    return at;
#endif
}

/* Whether two texts of `size` bytes are the same: most are so short that a call costs more than the look. */
static inline int same(text_t a, text_t b, int64_t size) {
    uint64_t x, y;
    if (size >= 8) {
        for (int64_t i = 0; i + 8 < size; i += 8) {
            memcpy(&x, a + i, 8);
            memcpy(&y, b + i, 8);
            if (x != y) return 0;
        }
        memcpy(&x, a + size - 8, 8);
        memcpy(&y, b + size - 8, 8);
        return x == y;
    }
    while (size > 0 && a[size - 1] == b[size - 1]) size--;
    return size <= 0;
}

/* The same for texts behind which 8 bytes can be read: labels, and lines that are matched. */
static inline int same_padded(text_t a, text_t b, int64_t size) {
    uint64_t x, y;
    for (; size >= 8; size -= 8, a += 8, b += 8) {
        memcpy(&x, a, 8);
        memcpy(&y, b, 8);
        if (x != y) return 0;
    }
    memcpy(&x, a, 8);
    memcpy(&y, b, 8);
    return !((x ^ y) & MASKS[size]);
}

/* Copy a text; up to SLACK bytes more are read behind it and written behind the copy, which both have room for. */
#define SLACK 32

static inline void put(uint8_t *to, text_t from, int64_t size) {
    if (size > 256) { memcpy(to, from, (size_t)size); return; }
    for (int64_t i = 0; i < size; i += SLACK) memcpy(to + i, from + i, SLACK);
}

#endif
