/* Lines: framed, or only passed over, where they begin as ones that Python framed. */
#include "_program.h"

/* ---- Needles: how bodies begin that Python looks at. ---- */

typedef struct { const uint8_t *text; int64_t size; } needle_t;

static int holds_one(text_t body, text_t end, const needle_t *needles, int32_t count) {
    while (body < end && *body <= ' ') body++;
    for (int32_t i = 0; i < count; i++)
        if (end - body >= needles[i].size && *body == *needles[i].text && !memcmp(body, needles[i].text, (size_t)needles[i].size)) return 1;
    return 0;
}

/* ---- Framing: lines that begin as one that Python framed. ---- */

typedef struct {
    int64_t before, clock, start; /* bytes before the clock, or all that decide; where it stands, or -1; where the body begins */
    int64_t known;                /* what Python knows of such a line, by number */
    int64_t time;                 /* without a clock the instant, else that of the day's midnight */
    int64_t since, until;         /* the clocks (in microseconds) for which that holds */
    uint8_t text[1024];
} beginning_t;

static int64_t clock_at(text_t s) {
    for (int i = 0; i < 8; i++) if (i % 3 == 2 ? s[i] != ':' : s[i] < '0' || s[i] > '9') return -1;
    int64_t h = (s[0] - '0') * 10 + s[1] - '0', m = (s[3] - '0') * 10 + s[4] - '0', c = (s[6] - '0') * 10 + s[7] - '0';
    return h < 24 && m < 60 && c < 60 ? ((h * 60 + m) * 60 + c) * 1000000 : -1;
}

static int begins_so(const beginning_t *b, text_t line, int64_t size, int64_t *time) {
    if (size < b->start || size < b->before || !same(line, b->text, b->before)) return 0;
    *time = b->time;
    if (b->clock < 0) return 1;
    int64_t after = b->clock + 8, clock;
    if (!same(line + after, b->text + after, b->start - after)) return 0;
    clock = clock_at(line + b->clock);
    if (clock < b->since || clock >= b->until) return 0;
    *time += clock;
    return 1;
}

static inline void to_front(int32_t *order, int32_t i) {
    int32_t used = order[i];
    for (; i > 0; i--) order[i] = order[i - 1];
    order[0] = used;
}

typedef struct { /* lines: their texts side by side, and of each where its text ends, its bytes, its time, what is known */
    uint8_t *texts;
    int64_t used; /* bytes of texts, before and after */
    int32_t *ends;
    int64_t *sizes, *times, *knowns;
    int64_t behind; /* the byte behind the last line */
} lines_t;

/* Frame lines from byte `at` of a buffer on, as long as their beginnings are known and their bodies begin with
 * no needle; at most `room` lines. Their texts are copied, and have room.
 * `order` holds the numbers of the `count` beginnings, the last used first. Returns the number of lines. */
PUBLIC int64_t mt_frame(text_t base, int64_t at, int64_t end, const beginning_t *beginnings, int32_t *order,
                        int32_t count, const needle_t *needles, int32_t needle_count, lines_t *out, int64_t room) {
    int64_t lines = 0, used = out->used;
    while (at < end && lines < room) {
        const uint8_t *newline = memchr(base + at, '\n', (size_t)(end - at));
        if (!newline) break; /* a last line without an end: Python's */
        int64_t behind = newline - base + 1, stop = behind - 1, time = 0;
        if (stop > at && base[stop - 1] == '\r') stop--;
        int32_t i = 0;
        while (i < count && !begins_so(&beginnings[order[i]], base + at, stop - at, &time)) i++;
        if (i == count) break;
        const beginning_t *known = &beginnings[order[i]];
        const text_t body = base + at + known->start;
        if (needle_count && holds_one(body, base + stop, needles, needle_count)) break;
        if (i) to_front(order, i);
        int64_t size = base + stop - body;
        if (end - stop >= SLACK) put(out->texts + used, body, size);
        else memcpy(out->texts + used, body, (size_t)size);
        used += size;
        out->ends[lines] = (int32_t)used;
        out->sizes[lines] = behind - at;
        out->times[lines] = time;
        out->knowns[lines++] = known->known;
        at = behind;
    }
    out->used = used;
    out->behind = at;
    return lines;
}

/* ---- Passing over: what the survey need not look at. ---- */

/* Pass over lines that begin as one of `beginnings`, whatever their clock says, and whose bodies do not begin
 * with a needle. Returns the byte behind them. */
PUBLIC int64_t mt_skip(text_t base, int64_t at, int64_t end, const beginning_t *beginnings, int32_t *order, int32_t count,
                       const needle_t *needles, int32_t needle_count) {
    int64_t clock;
    while (at < end) {
        const uint8_t *newline = memchr(base + at, '\n', (size_t)(end - at));
        int32_t i = 0;
        if (!newline) break;
        while (i < count && !begins_so(&beginnings[order[i]], base + at, newline - base - at, &clock)) i++;
        if (i == count) break;
        if (holds_one(base + at + beginnings[order[i]].start, newline, needles, needle_count)) break;
        if (i) to_front(order, i);
        at = newline - base + 1;
    }
    return at;
}

/* ---- What Python expects. ---- */

/* The number of what the functions take and give: raised when that changes, here and in _library.py. */
PUBLIC int32_t mt_interface(void) { return 8; }
