/* The kernel of the compiled engine: it runs whatever program `program.py` made of the loaded grammar.
 *
 * Nothing here knows a line's shape. A chunk is one buffer of whole lines; the kernel frames lines whose
 * beginning it was told (`mt_frame`), cuts their text into the terminals of a wording (`mt_match`), and
 * gathers the values of one field of many lines (`mt_spans`, `mt_copy`, `mt_ints`). All memory is the
 * caller's. What it cannot decide exactly it leaves to Python: it never guesses.
 */
#define _GNU_SOURCE
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
    int32_t label, length, rank, target, first, count;
} trie_t;

enum { SHIFT, LEADING, TRAILING };

typedef struct { /* a pattern that a state knows */
    int32_t rank, node, target, role, first, count; /* the last two: literals that its text may be instead */
} pattern_t;

typedef struct { int32_t label, length, target; } fold_t;

typedef struct {
    const node_t *nodes;
    const uint8_t *sets;    /* of SET_SIZE bytes each: a bit a byte, and one for the end of the line */
    const int32_t *firsts;  /* of each node: the set of bytes with which it can go on */
    const state_t *states;
    const trie_t *tries;
    const uint8_t *kids;    /* the first byte of each trie node's label */
    const pattern_t *patterns;
    const fold_t *folds;
    const uint8_t *labels;
    const int32_t *numbers; /* of each wording, from numbers_at: places that hold integers */
    const int32_t *numbers_at;
    int32_t start, stride;
} program_t;

#define SET_SIZE 40
#define HAS(set, byte) ((set)[(byte) >> 3] >> ((byte) & 7) & 1)
#define HAS_END(set) ((set)[32] & 1)
#define CONTINUES(byte) (((byte) & 0xC0) == 0x80) /* inside a character of UTF-8 */

/* ---- Regular expressions: backtracking with a stack of its own and a limit on its work. ---- */

#define STACK 65536
#define NONE (-1)
#define GIVEN_UP (-2)

typedef struct { int32_t node; int64_t from, to; } choice_t; /* where else to go on: RUN and LAZY have a range */

typedef struct {
    const program_t *program;
    text_t base;
    int64_t end, fuel;
    int32_t top;
    choice_t *stack;
} machine_t;

static inline const uint8_t *set_of(const machine_t *m, int32_t number) {
    return m->program->sets + (int64_t)number * SET_SIZE;
}

static inline int can_go_on(const machine_t *m, const uint8_t *set, int64_t at) {
    return at < m->end ? HAS(set, m->base[at]) : HAS_END(set);
}

/* The place behind one character at `at`. */
static inline int64_t behind(const machine_t *m, int64_t at) {
    at++;
    while (at < m->end && CONTINUES(m->base[at])) at++;
    return at;
}

/* The end of the longest run of a set's characters, at most `max` of them. */
static int64_t run_end(machine_t *m, const node_t *n, int64_t at, int32_t max) {
    const uint8_t *set = set_of(m, n->a);
    int64_t from = at;
    if (max < 0) {
        if (n->stop == -2) return m->end;
        if (n->stop >= 0) {
            const uint8_t *found = memchr(m->base + at, n->stop, (size_t)(m->end - at));
            at = found ? found - m->base : m->end;
        } else {
            while (at < m->end && HAS(set, m->base[at])) at++;
        }
    } else {
        while (max-- > 0 && at < m->end && HAS(set, m->base[at])) at = behind(m, at);
    }
    m->fuel -= (at - from) >> 4;
    return at;
}

/* The last place in [from, to] where the next node can go on; NONE where none is. */
static int64_t last_place(machine_t *m, const node_t *n, int64_t from, int64_t to) {
    int64_t at = to;
    if (n->byte >= 0) {
        if (at >= m->end) at = m->end - 1;
        if (at < from) return NONE;
#ifdef __GLIBC__
        const uint8_t *found = memrchr(m->base + from, n->byte, (size_t)(at - from + 1));
        int64_t place = found ? found - m->base : NONE;
#else
        int64_t place = at;
        while (place >= from && m->base[place] != n->byte) place--;
        if (place < from) place = NONE;
#endif
        m->fuel -= (at - (place < 0 ? from : place)) >> 4;
        return place;
    }
    const uint8_t *follow = set_of(m, m->program->firsts[n->next]);
    for (; at >= from; at--) {
        if (at < m->end && CONTINUES(m->base[at])) continue;
        if (can_go_on(m, follow, at)) break;
    }
    m->fuel -= (to - at) >> 2;
    return at < from ? NONE : at;
}

/* The first place in [from, to] where the next node can go on, `to` being the end of the run. */
static int64_t first_place(machine_t *m, const node_t *n, int64_t from, int64_t to) {
    int64_t at = from;
    if (n->byte >= 0) {
        const uint8_t *found = memchr(m->base + from, n->byte, (size_t)((to < m->end ? to + 1 : m->end) - from));
        int64_t place = found ? found - m->base : NONE;
        m->fuel -= ((place < 0 ? to : place) - from) >> 4;
        return place;
    }
    const uint8_t *follow = set_of(m, m->program->firsts[n->next]);
    for (; at <= to; at++) {
        if (at < m->end && CONTINUES(m->base[at])) continue;
        if (can_go_on(m, follow, at)) break;
    }
    m->fuel -= (at - from) >> 2;
    return at > to ? NONE : at;
}

static inline int push(machine_t *m, int32_t node, int64_t from, int64_t to) {
    if (m->top >= STACK) return 0;
    m->stack[m->top].node = node;
    m->stack[m->top].from = from;
    m->stack[m->top++].to = to;
    return 1;
}

/* Where the expression that begins at `node` ends if it matches at `at`; NONE, or GIVEN_UP. */
static int64_t match(machine_t *m, int32_t node, int64_t at) {
    const program_t *p = m->program;
    const int32_t bottom = m->top;
    int64_t from, to, place;
    for (;;) {
        const node_t *n = &p->nodes[node];
        if (--m->fuel < 0) return GIVEN_UP;
        switch (n->op) {
        case OP_MATCH:
            m->top = bottom;
            return at;
        case OP_LITERAL:
            if (m->end - at < n->b || memcmp(m->base + at, p->labels + n->a, (size_t)n->b)) goto fail;
            at += n->b;
            break;
        case OP_SET:
            if (at >= m->end || !HAS(set_of(m, n->a), m->base[at])) goto fail;
            at = behind(m, at);
            break;
        case OP_RUN:
        case OP_LAZY:
            from = at;
            for (int32_t i = 0; i < n->min; i++) {
                if (from >= m->end || !HAS(set_of(m, n->a), m->base[from])) goto fail;
                from = behind(m, from);
            }
            to = run_end(m, n, from, n->max < 0 ? -1 : n->max - n->min);
            goto choose;
        case OP_SPLIT:
            if (!can_go_on(m, set_of(m, p->firsts[n->a]), at)) { node = n->b; continue; }
            if (can_go_on(m, set_of(m, p->firsts[n->b]), at) && !push(m, n->b, at, NONE)) return GIVEN_UP;
            node = n->a;
            continue;
        case OP_AHEAD:
        case OP_NOT_AHEAD:
            place = match(m, n->a, at);
            if (place == GIVEN_UP) return GIVEN_UP;
            if ((place == NONE) == (n->op == OP_AHEAD)) goto fail;
            break;
        case OP_END:
            if (at != m->end) goto fail;
            break;
        }
        node = n->next;
        continue;
    fail:
        if (m->top == bottom) return NONE;
        m->top--;
        node = m->stack[m->top].node;
        at = from = m->stack[m->top].from;
        to = m->stack[m->top].to;
        if (to == NONE) continue;
        n = &p->nodes[node];
    choose: /* go on behind a run that may end anywhere in [from, to], and keep the rest for later */
        if (n->op == OP_RUN) {
            place = last_place(m, n, from, to);
            if (place == NONE) goto fail;
            if (place > from && !push(m, node, from, place - 1)) return GIVEN_UP;
        } else {
            place = first_place(m, n, from, to);
            if (place == NONE) goto fail;
            if (place < to && !push(m, node, place + 1, to)) return GIVEN_UP;
        }
        at = place;
        node = n->next;
    }
}

/* ---- Lines: the parser's states, one terminal after the other. ---- */

/* The literal of lowest rank that stands at `at`; NULL where none does. */
static const trie_t *literal_at(const program_t *p, text_t base, int32_t node, int64_t at, int64_t end, int64_t *behind_it) {
    const trie_t *best = NULL;
    while (node >= 0) {
        const trie_t *t = &p->tries[node];
        if (t->length) {
            if (end - at < t->length || memcmp(base + at, p->labels + t->label, (size_t)t->length)) break;
            at += t->length;
        }
        if (t->rank >= 0 && (!best || t->rank < best->rank)) { best = t; *behind_it = at; }
        if (at >= end || !t->count) break;
        const uint8_t *kid = memchr(p->kids + t->first, base[at], (size_t)t->count);
        node = kid ? t->first + (int32_t)(kid - (p->kids + t->first)) : -1;
    }
    return best;
}

static int32_t target_of(const program_t *p, text_t base, const pattern_t *a, int64_t at, int64_t to) {
    for (int32_t i = 0; i < a->count; i++) {
        const fold_t *f = &p->folds[a->first + i];
        if (f->length == to - at && !memcmp(base + at, p->labels + f->label, (size_t)f->length)) return f->target;
    }
    return a->target;
}

/* The wording of a line's text; its terminals end at bounds[1], bounds[2], ... NONE: unknown, or GIVEN_UP. */
static int32_t wording_of(machine_t *m, int64_t at, uint32_t *bounds) {
    const program_t *p = m->program;
    int32_t state = p->start, places = 0;
    bounds[0] = (uint32_t)at;
    while (at < m->end) {
        const state_t *s = &p->states[state];
        int64_t to = NONE, literal_end = NONE;
        const trie_t *literal = literal_at(p, m->base, s->trie, at, m->end, &literal_end);
        const pattern_t *a = p->patterns + s->first, *last = a + s->count;
        for (; a < last && (!literal || a->rank < literal->rank); a++) {
            if (!HAS(set_of(m, p->firsts[a->node]), m->base[at])) continue;
            to = match(m, a->node, at);
            if (to == GIVEN_UP) return GIVEN_UP;
            if (to != NONE) break;
        }
        if (to == NONE) {
            if (!literal) return NONE;
            state = literal->target;
            to = literal_end;
        } else if (a->role == TRAILING) {
            return to == m->end ? s->wording : NONE;
        } else {
            state = target_of(p, m->base, a, at, to);
            if (a->role == LEADING) { bounds[0] = (uint32_t)to; at = to; continue; }
        }
        if (places + 1 >= p->stride) return GIVEN_UP;
        bounds[++places] = (uint32_t)to;
        at = to;
    }
    return p->states[state].wording;
}

/* Whether a text is UTF-8 as Python decodes it: no surrogates, nothing overlong, nothing beyond U+10FFFF. */
static int is_utf8(text_t s, int64_t n) {
    int64_t i = 0;
    while (i < n) {
        uint64_t word;
        while (i + 8 <= n && (memcpy(&word, s + i, 8), !(word & 0x8080808080808080ULL))) i += 8;
        if (i >= n) break;
        uint8_t c = s[i];
        if (c < 0x80) { i++; continue; }
        int more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : 1;
        if (c < 0xC2 || c > 0xF4 || n - i <= more) return 0;
        uint8_t d = s[i + 1];
        if ((c == 0xE0 && d < 0xA0) || (c == 0xED && d > 0x9F) || (c == 0xF0 && d < 0x90) || (c == 0xF4 && d > 0x8F)) return 0;
        for (int k = 1; k <= more; k++) if (!CONTINUES(s[i + k])) return 0;
        i += more + 1;
    }
    return 1;
}

/* Whether all integers of a wording fit: a sign, then 1 to 18 digits. */
static int numbers_fit(const program_t *p, text_t base, int32_t wording, const uint32_t *bounds) {
    for (int32_t i = p->numbers_at[wording]; i < p->numbers_at[wording + 1]; i++) {
        int64_t at = bounds[p->numbers[i]], end = bounds[p->numbers[i] + 1];
        if (at < end && (base[at] == '+' || base[at] == '-')) at++;
        if (end - at < 1 || end - at > 18) return 0;
        for (; at < end; at++) if (base[at] < '0' || base[at] > '9') return 0;
    }
    return 1;
}

/* Cut lines into terminals. `wordings` holds -1 for lines to read and another negative number for lines to
 * leave; it is given the wording, -1 for what is not known, -3 for what is left to Python. Returns 0, or -1
 * where memory is short. */
PUBLIC int32_t mt_match(const program_t *p, text_t base, int64_t lines, const int64_t *bodies, const int64_t *ends,
                        int32_t *wordings, uint32_t *tape) {
    machine_t m = {p, base, 0, 0, 0, malloc(sizeof(choice_t) * STACK)};
    if (!m.stack) return -1;
    for (int64_t i = 0; i < lines; i++) {
        if (wordings[i] != -1) continue;
        uint32_t *bounds = tape + i * p->stride;
        int64_t size = ends[i] - bodies[i];
        m.end = ends[i];
        m.fuel = 4096 + 64 * size;
        m.top = 0;
        int32_t found = is_utf8(base + bodies[i], size) ? wording_of(&m, bodies[i], bounds) : GIVEN_UP;
        if (found >= 0 && !numbers_fit(p, base, found, bounds)) found = GIVEN_UP;
        wordings[i] = found == GIVEN_UP ? -3 : found;
    }
    free(m.stack);
    return 0;
}

/* ---- Framing: lines that begin as one that Python framed. ---- */

typedef struct {
    int64_t before, clock, start; /* bytes before the clock; where it stands, or -1; where the body begins */
    int64_t known;                /* what Python knows of such a line, by number */
    int64_t time;                 /* without a clock the instant, else that of the day's midnight */
    int64_t from, to;             /* the clocks (in microseconds) for which that holds */
    uint8_t text[1024];
} beginning_t;

static int64_t clock_at(text_t s) {
    for (int i = 0; i < 8; i++) if (i % 3 == 2 ? s[i] != ':' : s[i] < '0' || s[i] > '9') return -1;
    int64_t h = (s[0] - '0') * 10 + s[1] - '0', m = (s[3] - '0') * 10 + s[4] - '0', c = (s[6] - '0') * 10 + s[7] - '0';
    return h < 24 && m < 60 && c < 60 ? ((h * 60 + m) * 60 + c) * 1000000 : -1;
}

static int begins_so(const beginning_t *b, text_t line, int64_t size, int64_t *time) {
    if (size < b->start || memcmp(line, b->text, (size_t)b->before)) return 0;
    *time = b->time;
    if (b->clock < 0) return 1;
    int64_t after = b->clock + 8, clock;
    if (memcmp(line + after, b->text + after, (size_t)(b->start - after))) return 0;
    clock = clock_at(line + b->clock);
    if (clock < b->from || clock >= b->to) return 0;
    *time += clock;
    return 1;
}

typedef struct { int64_t *starts, *bodies, *ends, *sizes, *times, *knowns; } lines_t;

/* Frame lines from byte `at` of a buffer on, as long as their beginnings are known; at most `room` lines.
 * `order` holds the numbers of the `count` beginnings, the last used first. Returns the number of lines. */
PUBLIC int64_t mt_frame(text_t base, int64_t at, int64_t end, const beginning_t *beginnings, int32_t *order,
                        int32_t count, const lines_t *out, int64_t room) {
    int64_t lines = 0;
    while (at < end && lines < room) {
        const uint8_t *newline = memchr(base + at, '\n', (size_t)(end - at));
        if (!newline) break; /* a last line without an end: Python's */
        int64_t behind = newline - base + 1, stop = behind - 1, time = 0;
        if (stop > at && base[stop - 1] == '\r') stop--;
        int32_t i = 0;
        while (i < count && !begins_so(&beginnings[order[i]], base + at, stop - at, &time)) i++;
        if (i == count) break;
        int32_t used = order[i];
        for (; i > 0; i--) order[i] = order[i - 1];
        order[0] = used;
        out->starts[lines] = at;
        out->bodies[lines] = at + beginnings[used].start;
        out->ends[lines] = stop;
        out->sizes[lines] = behind - at;
        out->times[lines] = time;
        out->knowns[lines++] = beginnings[used].known;
        at = behind;
    }
    return lines;
}

/* ---- Columns: one field of many lines. ---- */

enum { AS_LOGGED, ADDRESS, QUOTED };

/* Where the values of a field stand. `places` tells for each wording which terminal holds it, -1: none.
 * `told` is given 1 for a value, 0 for none, 2 where Python has to read it. */
PUBLIC void mt_spans(text_t base, int64_t rows, const int64_t *lines, const int32_t *wordings, const int32_t *places,
                     const uint32_t *tape, int64_t stride, int32_t form, int64_t *starts, int64_t *ends, uint8_t *told) {
    for (int64_t i = 0; i < rows; i++) {
        int32_t place = places[wordings[lines[i]]];
        starts[i] = ends[i] = told[i] = 0;
        if (place < 0) continue;
        const uint32_t *bounds = tape + lines[i] * stride + place;
        int64_t from = bounds[0], to = bounds[1];
        told[i] = 1;
        if (form == ADDRESS && to > from && base[from] == '<' && base[to - 1] == '>') {
            from++;
            to--;
        } else if (form == QUOTED) {
            if (memchr(base + from, '\\', (size_t)(to - from))) told[i] = 2;
            else if (to > from && (base[from] == '\'' || base[from] == '"')) {
                int64_t shown = to;
                while (shown > from && base[shown - 1] == ' ') shown--;
                if (shown - from >= 2 && base[shown - 1] == base[from]) { from++; to = shown - 1; }
            }
        }
        starts[i] = from;
        ends[i] = to;
    }
}

/* Lay texts side by side; `offsets` has one more than there are rows. */
PUBLIC void mt_copy(text_t base, int64_t rows, const int64_t *starts, const int64_t *ends, const int32_t *offsets,
                    uint8_t *data) {
    for (int64_t i = 0; i < rows; i++) memcpy(data + offsets[i], base + starts[i], (size_t)(ends[i] - starts[i]));
}

/* The integers of a field; `mt_match` saw that they fit. */
PUBLIC void mt_ints(text_t base, int64_t rows, const int64_t *lines, const int32_t *wordings, const int32_t *places,
                    const uint32_t *tape, int64_t stride, int64_t *values, uint8_t *told) {
    for (int64_t i = 0; i < rows; i++) {
        int32_t wording = wordings[lines[i]], place = wording < 0 ? -1 : places[wording];
        values[i] = told[i] = 0;
        if (place < 0) continue;
        const uint32_t *bounds = tape + lines[i] * stride + place;
        int64_t at = bounds[0], value = 0;
        int negative = base[at] == '-';
        if (negative || base[at] == '+') at++;
        for (; at < bounds[1]; at++) value = value * 10 + (base[at] - '0');
        values[i] = negative ? -value : value;
        told[i] = 1;
    }
}
