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

typedef const uint8_t *text_t;

/* ---- The program, as program.py lays it out: arrays of int32, named there alike. ---- */

enum { OP_MATCH, OP_LITERAL, OP_SET, OP_RUN, OP_LAZY, OP_SPLIT, OP_AHEAD, OP_NOT_AHEAD, OP_END };

typedef struct { /* one step of a terminal's regular expression */
    int32_t op, next;
    int32_t a, b; /* LITERAL: offset, length. SPLIT: its two ways. AHEAD: body. SET, RUN, LAZY: set */
    int32_t min, max; /* RUN, LAZY: how many characters; max < 0: any number */
    int32_t byte;     /* RUN, LAZY: the only byte that can follow, or -1 */
    int32_t stop;     /* RUN, LAZY: the only byte not in the set, -2: every byte is, -1: look it up */
} node_t;

typedef struct { /* a state of the parser */
    int32_t trie;     /* its literals, -1: none */
    int32_t first, count; /* its patterns, in the order in which Lark tries them */
    int32_t wording;  /* the wording that may end here, -1: none may */
} state_t;

typedef struct { /* a literal's piece: the children of a node lie side by side */
    uint8_t begins[8]; /* as its label does, which is often all of it */
    int32_t label, length, rank, target, first;
    int32_t count; /* of its children; negative: -1 - the number of its jumps */
} trie_t;

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
    const trie_t *tries;
    const uint8_t *jumps;   /* of trie nodes with many children, 256 bytes each: with which child a byte goes on, from 1 on */
    const pattern_t *patterns;
    const fold_t *folds;
    const uint8_t *labels;
    const int32_t *numbers; /* of each wording, from numbers_at: places that hold integers */
    const int32_t *numbers_at;
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

static const uint64_t MASKS[9] = { /* of the first bytes in memory */
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    0, 0xFFULL << 56, 0xFFFFULL << 48, 0xFFFFFFULL << 40, 0xFFFFFFFFULL << 32, ~0ULL << 24, ~0ULL << 16, ~0ULL << 8, ~0ULL,
#else
    0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF, 0xFFFFFFFFFF, 0xFFFFFFFFFFFF, 0xFFFFFFFFFFFFFF, ~0ULL,
#endif
};

#define CONTINUES(byte) (((byte) & 0xC0) == 0x80) /* inside a character of UTF-8 */

int is_utf8(text_t text, int64_t size);

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
