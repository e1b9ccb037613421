/* The kernel of the compiled engine: it runs whatever program `program.py` made of the loaded grammar.
 *
 * Nothing here knows a line's shape: `mt_match` cuts lines' texts into the terminals of a wording. All memory
 * is the caller's. What it cannot decide exactly it leaves to Python: it never guesses.
 */
#define _GNU_SOURCE
#include "_program.h"

#define SET_SIZE 40
#define HAS(set, byte) ((set)[(byte) >> 3] >> ((byte) & 7) & 1)
#define HAS_END(set) ((set)[32] & 1)

/* ---- Regular expressions: backtracking with a stack of its own and a limit on its work. ---- */

#define STACK 65536
#define NONE (-1)
#define GIVEN_UP (-2)

typedef struct { int32_t node; int64_t from, to; } choice_t; /* where else to go on: RUN and LAZY have a range */

typedef struct {
    const program_t *program;
    text_t base;
    int64_t end, fuel;
    int32_t top, state, places; /* the last two: how a line ended */
    int64_t reached;
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
            if (m->end - at < n->b || !same_padded(m->base + at, p->labels + n->a, n->b)) goto fail;
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

static inline int begins_as(text_t text, const trie_t *t) {
    uint64_t x, y;
    memcpy(&x, text, 8);
    memcpy(&y, t->begins, 8);
    return !((x ^ y) & MASKS[t->length]);
}

/* The literal of lowest rank that stands at `at`; NULL where none does. */
static const trie_t *literal_at(const program_t *p, text_t base, int32_t node, int64_t at, int64_t end, int64_t *behind_it) {
    const trie_t *best = NULL;
    while (node >= 0) {
        const trie_t *t = &p->tries[node];
        if (t->length) {
            if (end - at < t->length) break;
            if (t->length > 8 ? !same_padded(base + at, p->labels + t->label, t->length) : !begins_as(base + at, t)) break;
            at += t->length;
        }
        if (t->rank >= 0 && (!best || t->rank < best->rank)) { best = t; *behind_it = at; }
        if (at >= end || !t->count) break;
        if (t->count < 0) {
            int32_t kid = p->jumps[(-1 - t->count) * 256 + base[at]];
            node = kid ? t->first + kid - 1 : -1;
            continue;
        }
        const trie_t *kids = p->tries + t->first;
        int32_t kid = 0;
        while (kid < t->count && kids[kid].begins[0] != base[at]) kid++;
        node = kid < t->count ? t->first + kid : -1;
    }
    return best;
}

static int32_t target_of(const program_t *p, text_t base, const pattern_t *a, int64_t at, int64_t to) {
    for (int32_t i = 0; i < a->count; i++) {
        const fold_t *f = &p->folds[a->first + i];
        if (f->length == to - at && same_padded(base + at, p->labels + f->label, f->length)) return f->target;
    }
    return a->target;
}

static inline int32_t unknown(machine_t *m, int32_t state, int64_t reached) {
    m->state = state;
    m->reached = reached;
    return NONE;
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
            if (!HAS(set_of(m, a->set), m->base[at])) continue;
            to = match(m, a->node, at);
            if (to == GIVEN_UP) return GIVEN_UP;
            if (to != NONE) break;
        }
        if (to == NONE) {
            if (!literal) return unknown(m, state, at);
            state = literal->target;
            to = literal_end;
        } else if (a->role == TRAILING) {
            m->places = places;
            return to == m->end && s->wording >= 0 ? s->wording : unknown(m, state, m->end);
        } else {
            state = target_of(p, m->base, a, at, to);
            if (a->role == LEADING) { bounds[0] = (uint32_t)to; at = to; continue; }
        }
        if (places + 1 >= p->stride) return GIVEN_UP;
        bounds[++places] = (uint32_t)to;
        at = to;
    }
    m->places = places;
    return p->states[state].wording >= 0 ? p->states[state].wording : unknown(m, state, m->end);
}

/* Whether a text is UTF-8 as Python decodes it: no surrogates, nothing overlong, nothing beyond U+10FFFF. */
int is_utf8(text_t s, int64_t n) {
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

/* The integers of a wording, if all fit: a sign, then 1 to 18 digits. */
static int numbers_fit(const program_t *p, text_t base, int32_t wording, const uint32_t *bounds, int64_t *values) {
    for (int32_t i = p->numbers_at[wording]; i < p->numbers_at[wording + 1]; i++) {
        int64_t at = bounds[p->numbers[i]], end = bounds[p->numbers[i] + 1], value = 0;
        int negative = at < end && base[at] == '-';
        if (at < end && (base[at] == '+' || base[at] == '-')) at++;
        if (end - at < 1 || end - at > 18) return 0;
        for (; at < end; at++) {
            if (base[at] < '0' || base[at] > '9') return 0;
            value = value * 10 + (base[at] - '0');
        }
        *values++ = negative ? -value : value;
    }
    return 1;
}

/* Cut lines into terminals. `wordings` holds -1 for lines to read and another negative number for lines to
 * leave; it is given the wording, -2 for what is not known, -3 for what is left to Python. Tape and values have
 * room for `stride` and `most_numbers` a line. Returns 0, or -1 where memory is short. */
PUBLIC int32_t mt_match(const program_t *p, text_t base, int64_t lines, const int64_t *bodies, const int64_t *ends,
                        cuts_t *cuts) {
    machine_t m = {p, base, 0, 0, 0, 0, 0, 0, malloc(sizeof(choice_t) * STACK)};
    if (!m.stack) return -1;
    for (int64_t i = 0; i < lines; i++) {
        if (cuts->wordings[i] != -1) continue;
        uint32_t *bounds = cuts->tape + cuts->tape_used;
        int64_t *values = cuts->values + cuts->values_used, size = ends[i] - bodies[i];
        cuts->tape_at[i] = (int32_t)cuts->tape_used;
        cuts->values_at[i] = (int32_t)cuts->values_used;
        m.end = ends[i];
        m.fuel = 4096 + 64 * size;
        m.top = 0;
        int32_t found = is_utf8(base + bodies[i], size) ? wording_of(&m, bodies[i], bounds) : GIVEN_UP;
        if (found >= 0 && !numbers_fit(p, base, found, bounds, values)) found = GIVEN_UP;
        if (found >= 0) {
            cuts->tape_used += m.places + 1;
            cuts->values_used += p->numbers_at[found + 1] - p->numbers_at[found];
        } else if (found == NONE) {
            values[0] = m.state;
            values[1] = m.reached - bodies[i];
            cuts->values_used += 2;
        }
        cuts->wordings[i] = found == GIVEN_UP ? -3 : found == NONE ? -2 : found;
    }
    free(m.stack);
    return 0;
}
