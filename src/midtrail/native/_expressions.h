/* Terminals' expressions: what the machine that runs them keeps, and the forms that need no way back. */
#ifndef MIDTRAIL_EXPRESSIONS_H
#define MIDTRAIL_EXPRESSIONS_H

#include "_program.h"

#define SET_SIZE 40
#define HAS(set, byte) ((set)[(byte) >> 3] >> ((byte) & 7) & 1)
#define HAS_END(set) ((set)[32] & 1)

#define STACK 65536
#define NONE (-1)
#define GIVEN_UP (-2)

typedef struct { int32_t node; int64_t from, to; } branch_t; /* where else to go on: RUN and LAZY have a range */

typedef struct {
    const program_t *program;
    text_t base;
    int64_t end, trimmed; /* of the line, and without the blanks at its end */
    int64_t fuel;
    int32_t top;
    branch_t *stack;
    int64_t *values; /* integers read so far, and their places as bits */
    uint64_t parsed;
    int32_t state, places; /* these and the next: how a line ended */
    int64_t reached;
} machine_t;

INNER int64_t match(machine_t *m, int32_t node, int64_t at);

static inline const uint8_t *set_of(const machine_t *m, int32_t number) {
    return m->program->sets + (int64_t)number * SET_SIZE;
}

/* Where a byte stands in [at, end), behind which 8 bytes can be read; `end` where it does not. */
static inline int64_t place_of(text_t base, int64_t at, int64_t end, uint8_t byte) {
    const uint64_t ones = 0x0101010101010101ULL, each = ones * byte;
    for (int i = 0; !BIG_ENDIAN_WORDS && i < 8 && at < end; i++, at += 8) { /* near, as most are: no call */
        uint64_t word;
        memcpy(&word, base + at, 8);
        word ^= each;
        word = (word - ones) & ~word & (ones << 7);
        if (word) { at += lowest_marked(word); return at < end ? at : end; }
    }
    if (at >= end) return end;
    const uint8_t *found = memchr(base + at, byte, (size_t)(end - at));
    return found ? found - base : end;
}

/* The end of the longest run of a set's bytes. */
static inline int64_t bytes_end(const machine_t *m, int32_t number, int32_t stop, int64_t at, int64_t end) {
    if (stop == -2) return end;
    if (stop >= 0) return place_of(m->base, at, end, (uint8_t)stop);
    const uint8_t *set = set_of(m, number);
    while (at < end && HAS(set, m->base[at])) at++;
    return at;
}

/* The end of a WHOLE; NONE where it is too short. Its bytes are characters if it counts more than one of them. */
static inline int64_t whole_end(const machine_t *m, const node_t *n, int64_t at) {
    int64_t end = n->max >= 0 && n->max < m->end - at ? at + n->max : m->end, to = bytes_end(m, n->a, n->stop, at, end);
    return to - at < n->min ? NONE : to;
}

/* The end of a TRIMMED; NONE where nothing is left. */
static inline int64_t trimmed_end(const machine_t *m, int32_t number, int32_t stop, int64_t at) {
    int64_t to = bytes_end(m, number, stop, at, m->trimmed > at ? m->trimmed : at);
    while (to > at && m->base[to - 1] == ' ') to--;
    return to > at ? to : NONE;
}

#endif
