/* Lines: framed, or only passed over, where they begin as ones that Python framed. */
#include "_text.h"

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

typedef struct { /* lines, as Python and the kernel fill them one behind the other */
    uint8_t *texts;    /* side by side, as tables store them */
    int64_t used, all; /* bytes of texts, and the room for them */
    int32_t *ends;     /* of texts */
    int64_t *sizes, *times, *knowns;
    int32_t *changed; /* lines whose text is another in the log */
    int64_t change_count;
    int64_t lines, most;
    int64_t behind; /* the byte behind the last line that was framed */
} lines_t;

/* Add a text, behind which `rest` bytes can be read. Returns its length, -1 where there may be no room for it. */
static int64_t add_text(lines_t *out, text_t text, int64_t size, int64_t rest) {
    uint8_t *to = out->texts + out->used;
    if (size > out->all - out->used) return -1;
    if (rest >= SLACK) put(to, text, size);
    else memcpy(to, text, (size_t)size);
    if (is_ascii(to, size) || is_utf8(to, size)) return size;
    if (MOST_STORED * size > out->all - out->used) return -1;
    out->changed[out->change_count++] = (int32_t)out->lines;
    return stored(text, size, to);
}

/* Frame lines from byte `at` of a buffer on, as long as their beginnings are known and their bodies begin with
 * no needle, and there is room. `order` holds the numbers of the `count` beginnings, the last used first. */
PUBLIC void mt_frame(text_t base, int64_t at, int64_t end, const beginning_t *beginnings, int32_t *order, int32_t count,
                     const needle_t *needles, int32_t needle_count, lines_t *out) {
    while (at < end && out->lines < out->most) {
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
        int64_t size = add_text(out, body, base + stop - body, end - stop);
        if (size < 0) break;
        out->used += size;
        out->ends[out->lines] = (int32_t)out->used;
        out->sizes[out->lines] = behind - at;
        out->times[out->lines] = time;
        out->knowns[out->lines++] = known->known;
        at = behind;
    }
    out->behind = at;
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
PUBLIC int32_t mt_interface(void) { return 9; }
