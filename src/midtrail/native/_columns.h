/* Columns of kinds, to which events are added. */
#ifndef MIDTRAIL_COLUMNS_H
#define MIDTRAIL_COLUMNS_H

#include "_arrow.h"

typedef struct columns columns_t;

typedef struct { int32_t kind, field, row, line; int64_t start, end; } odd_t; /* a value that Python has to read */

typedef struct { /* lines that were cut into terminals */
    text_t base;
    const int32_t *lines, *wordings; /* of each: its number in the chunk, and its wording */
    const uint32_t *bounds;          /* `stride` for each: where its first terminal begins, and where each ends */
    const int64_t *values;           /* `most` for each: its integers */
    int64_t stride, most, count;
    const int64_t *knowns, *clocks;  /* of each line of the chunk what is known of it; of that the clock, in microseconds */
} events_t;

INNER void begin_events(columns_t *c, int64_t seq); /* of the chunk's first line */
INNER int add_events(columns_t *c, const events_t *e); /* at most SOME; 0: memory is short */
INNER void give_events(columns_t *c, struct ArrowArray *out); /* zeroed, one a kind: those that have lines are filled */
INNER void forget_events(columns_t *c);
INNER int64_t odds_of(const columns_t *c, const odd_t **odds);

#define SOME 2048 /* lines at once, so that what they were cut into stays in the near caches */

#endif
