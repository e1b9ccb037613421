/* Single values, read out of a line: each function gives 0 or a negative number where Python has to read it. */
#ifndef MIDTRAIL_VALUES_H
#define MIDTRAIL_VALUES_H

#include "_program.h"

/* Texts laid side by side: where each begins, their bytes, and how many there are. */
typedef struct { int32_t *offsets; uint8_t *data; int64_t size; } texts_t;

INNER int read_int(text_t s, int64_t n, int64_t *value);
INNER int read_float(text_t s, int64_t n, double *value);
INNER int read_time(text_t s, int64_t n, int64_t *value);
INNER int is_ip(text_t s, int64_t n);
INNER int is_ip6(text_t s, int64_t n);
INNER int64_t unescaped(text_t s, int64_t n, uint8_t *out);
INNER void shown(text_t base, int64_t *from, int64_t *to);
INNER int64_t read_rids(text_t s, int64_t n, int64_t *items, int64_t count);
INNER int64_t read_pairs(text_t s, int64_t n, texts_t *names, texts_t *values, int64_t count);
INNER int64_t read_items(text_t s, int64_t n, int in_brackets, texts_t *texts, int64_t count);

#endif
