/* Terminals' regular expressions: backtracking with a stack of its own and a limit on its work. */
#define _GNU_SOURCE
#include "_expressions.h"
#include "_text.h"

static inline int can_go_on(text_t base, int64_t end, const uint8_t *set, int64_t at) {
    return at < end ? HAS(set, base[at]) : HAS_END(set);
}

static inline int stands(const program_t *p, text_t base, int64_t end, int64_t at, int32_t label, int32_t length) {
    return end - at >= length && same_padded(base + at, p->labels + label, length);
}

/* The place behind one character at `at`. */
static inline int64_t behind(text_t base, int64_t end, int64_t at) {
    at++;
    while (at < end && CONTINUES(base[at])) at++;
    return at;
}

/* The end of the longest run of a set's characters, at most `max` of them. */
static inline int64_t run_end(machine_t *m, const node_t *n, int64_t at, int32_t max) {
    int64_t from = at;
    if (max < 0 || n->b) {
        at = bytes_end(m, n->a, n->stop, at, max >= 0 && max < m->end - at ? at + max : m->end);
    } else {
        const uint8_t *set = set_of(m, n->a);
        while (max-- > 0 && at < m->end && HAS(set, m->base[at])) at = behind(m->base, m->end, at);
    }
    m->fuel -= (at - from) >> 4;
    return at;
}

#define ONES 0x0101010101010101ULL

/* The last place in [from, to] where a byte stands, before another one, -1: any; NONE where it does not. */
static int64_t last_byte(text_t base, int64_t from, int64_t to, int32_t byte, int32_t next) {
    if (next < 0) {
#ifdef __GLIBC__
        const uint8_t *found = to < from ? NULL : memrchr(base + from, byte, (size_t)(to - from + 1));
        return found ? found - base : NONE;
#endif
    }
    for (; !BIG_ENDIAN_WORDS && next >= 0 && to - from >= 7; to -= 8) { /* eight places at once */
        uint64_t these, those;
        memcpy(&these, base + to - 7, 8);
        memcpy(&those, base + to - 6, 8);
        these = (these ^ ONES * (uint8_t)byte) | (those ^ ONES * (uint8_t)next);
        these = ~(((these & ~(ONES << 7)) + ~(ONES << 7)) | these) & ONES << 7; /* marks bytes that are naught */
        if (these) return to - 7 + highest_marked(these);
    }
    while (to >= from && (base[to] != byte || (next >= 0 && base[to + 1] != next))) to--;
    return to < from ? NONE : to;
}

/* Where two bytes stand, the first of them in [at, end); `end` where they do not. */
static int64_t pair_at(text_t base, int64_t at, int64_t end, uint8_t byte, uint8_t next) {
    for (; !BIG_ENDIAN_WORDS && at < end; at += 8) {
        uint64_t these, those;
        memcpy(&these, base + at, 8);
        memcpy(&those, base + at + 1, 8);
        these = (these ^ ONES * byte) | (those ^ ONES * next);
        these = (these - ONES) & ~these & ONES << 7; /* marks the first byte that is naught */
        if (these) { at += lowest_marked(these); break; }
    }
    while (BIG_ENDIAN_WORDS && at < end && (base[at] != byte || base[at + 1] != next)) at++;
    return at < end ? at : end;
}

/* Whether what stands behind an ASCII character at `at` is in a set; -1: all is. */
static inline int goes_on(const machine_t *m, int32_t set, int64_t at) {
    if (set < 0 || at >= m->end || m->base[at] >= 0x80) return 1;
    return can_go_on(m->base, m->end, set_of(m, set), at + 1);
}

/* Whether the next node can go on at `at`, where the first byte fits. */
static inline int fits(const machine_t *m, const node_t *n, int64_t at) {
    return n->length > 1 ? stands(m->program, m->base, m->end, at, n->label, n->length) : goes_on(m, n->second, at);
}

/* The second byte of the literal that must follow a run; -1: none must. */
static inline int32_t second_of(const machine_t *m, const node_t *n) {
    return n->length > 1 ? m->program->labels[n->label + 1] : -1;
}

/* The last place in [from, to] where the next node can go on; NONE where none is. */
static int64_t last_place(machine_t *m, const node_t *n, int64_t from, int64_t to) {
    const text_t base = m->base;
    int64_t at = to;
    if (n->byte >= 0) {
        int64_t place = at >= m->end ? m->end : at + 1;
        do place = last_byte(base, from, place - 1, n->byte, second_of(m, n));
        while (place >= 0 && --m->fuel > 0 && !fits(m, n, place));
        m->fuel -= (at - (place < 0 ? from : place)) >> 4;
        return place;
    }
    const uint8_t *follow = set_of(m, m->program->firsts[n->next]);
    if (at >= m->end) {
        if (HAS_END(follow)) return at;
        at = m->end - 1;
    }
    while (at >= from && (!HAS(follow, base[at]) || CONTINUES(base[at]) || !goes_on(m, n->second, at))) at--;
    m->fuel -= (to - at) >> 2;
    return at < from ? NONE : at;
}

/* The first place in [from, to] where the next node can go on, `to` being the end of the run. */
static int64_t first_place(machine_t *m, const node_t *n, int64_t from, int64_t to) {
    const text_t base = m->base;
    const int64_t end = to < m->end ? to + 1 : m->end;
    int64_t at = from;
    if (n->byte >= 0) {
        for (at--;;) {
            at = n->length > 1 ? pair_at(base, at + 1, end, (uint8_t)n->byte, (uint8_t)second_of(m, n))
                               : place_of(base, at + 1, end, (uint8_t)n->byte);
            if (at >= end || --m->fuel <= 0 || fits(m, n, at)) break;
        }
        m->fuel -= (at - from) >> 4;
        return at < end ? at : NONE;
    }
    const uint8_t *follow = set_of(m, m->program->firsts[n->next]);
    while (at < end && (!HAS(follow, base[at]) || CONTINUES(base[at]) || !goes_on(m, n->second, at))) at++;
    m->fuel -= (at - from) >> 2;
    return at < end || (at == to && HAS_END(follow)) ? at : NONE;
}

static inline int push(machine_t *m, int32_t node, int64_t from, int64_t to) {
    if (m->top >= STACK) return 0;
    m->stack[m->top].node = node;
    m->stack[m->top].from = from;
    m->stack[m->top++].to = to;
    return 1;
}

/* Where the expression that begins at `node` ends if it matches at `at`; NONE, or GIVEN_UP. */
int64_t match(machine_t *m, int32_t node, int64_t at) {
    const program_t *p = m->program;
    const text_t base = m->base;
    const int64_t end = m->end;
    const int32_t bottom = m->top;
    int64_t from, to, place;
    for (;;) {
        const node_t *n = &p->nodes[node];
        switch (n->op) { /* fuel is taken where there are ways back, or more than one way on */
        case OP_MATCH:
            goto matched;
        case OP_LITERAL:
            if (!stands(p, base, end, at, n->a, n->b)) goto fail;
            at += n->b;
            break;
        case OP_FACING:
            if (!stands(p, base, end, at, n->a, n->b)) goto fail;
            break;
        case OP_SET:
            if (at >= end || !HAS(set_of(m, n->a), base[at])) goto fail;
            at = behind(base, end, at);
            break;
        case OP_WHOLE:
            place = whole_end(m, n, at);
            if (place == NONE) goto fail;
            m->fuel -= (place - at) >> 4;
            at = place;
            break;
        case OP_TRIMMED:
            if (n->stop != -2) m->fuel -= (m->trimmed - at) >> 4;
            place = trimmed_end(m, n->a, n->stop, at);
            if (place == NONE) goto fail;
            m->fuel -= (place - at) >> 4;
            at = place;
            break;
        case OP_BLANKS:
            if (at < m->trimmed || end - at < n->min) goto fail;
            if (!n->b) at = end;
            break;
        case OP_LAST:
            place = m->trimmed - n->b;
            if (place - at < n->min || !stands(p, base, end, place, n->a, n->b)) goto fail;
            at = n->max ? m->trimmed : place;
            break;
        case OP_RUN:
        case OP_LAZY:
            from = at;
            for (int32_t i = 0; i < n->min; i++) {
                if (from >= end || !HAS(set_of(m, n->a), base[from])) goto fail;
                from = behind(base, end, from);
            }
            to = run_end(m, n, from, n->max < 0 ? -1 : n->max - n->min);
            goto choose;
        case OP_SPLIT:
            if (--m->fuel < 0) return GIVEN_UP;
            if (!can_go_on(base, end, set_of(m, n->min), at)) { node = n->b; continue; }
            if (can_go_on(base, end, set_of(m, n->max), at) && !push(m, n->b, at, NONE)) return GIVEN_UP;
            node = n->a;
            continue;
        case OP_AHEAD:
        case OP_NOT_AHEAD:
            if (--m->fuel < 0) return GIVEN_UP;
            place = can_go_on(base, end, set_of(m, n->min), at) && goes_on(m, n->max, at) ? match(m, n->a, at) : NONE;
            if (place == GIVEN_UP) return GIVEN_UP;
            if ((place == NONE) == (n->op == OP_AHEAD)) goto fail;
            break;
        case OP_END:
            if (at != end) goto fail;
            break;
        default:
            NEVER;
        }
        node = n->next;
        if (node) continue;
    matched: /* node 0 is OP_MATCH */
        m->top = bottom;
        return at;
    fail:
        if (m->top == bottom) return NONE;
        if (--m->fuel < 0) return GIVEN_UP;
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
