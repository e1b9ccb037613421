/* Terminals' regular expressions: backtracking with a stack of its own and a limit on its work. */
#define _GNU_SOURCE
#include "_expressions.h"

static inline int can_go_on(const machine_t *m, const uint8_t *set, int64_t at) {
    return at < m->end ? HAS(set, m->base[at]) : HAS_END(set);
}

static inline int stands(const machine_t *m, int64_t at, int32_t label, int32_t length) {
    return m->end - at >= length && same_padded(m->base + at, m->program->labels + label, length);
}

/* The place behind one character at `at`. */
static inline int64_t behind(const machine_t *m, int64_t at) {
    at++;
    while (at < m->end && CONTINUES(m->base[at])) at++;
    return at;
}

/* The end of the longest run of a set's characters, at most `max` of them. */
static inline int64_t run_end(machine_t *m, const node_t *n, int64_t at, int32_t max) {
    int64_t from = at;
    if (max < 0 || n->b) {
        at = bytes_end(m, n->a, n->stop, at, max >= 0 && max < m->end - at ? at + max : m->end);
    } else {
        const uint8_t *set = set_of(m, n->a);
        while (max-- > 0 && at < m->end && HAS(set, m->base[at])) at = behind(m, at);
    }
    m->fuel -= (at - from) >> 4;
    return at;
}

/* The last place in [from, to] where a byte stands; NONE where none does. */
static inline int64_t last_byte(const machine_t *m, int64_t from, int64_t to, int32_t byte) {
    if (to < from) return NONE;
#ifdef __GLIBC__
    const uint8_t *found = memrchr(m->base + from, byte, (size_t)(to - from + 1));
    return found ? found - m->base : NONE;
#else
    while (to >= from && m->base[to] != byte) to--;
    return to < from ? NONE : to;
#endif
}

/* The last place in [from, to] where the next node can go on; NONE where none is. */
static int64_t last_place(machine_t *m, const node_t *n, int64_t from, int64_t to) {
    int64_t at = to;
    if (n->byte >= 0) {
        int64_t place = at >= m->end ? m->end : at + 1;
        do place = last_byte(m, from, place - 1, n->byte);
        while (place >= 0 && n->length > 1 && --m->fuel > 0 && !stands(m, place, n->label, n->length));
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
        int64_t end = to < m->end ? to + 1 : m->end, place = from - 1;
        do place = place_of(m->base, place + 1, end, (uint8_t)n->byte);
        while (place < end && n->length > 1 && --m->fuel > 0 && !stands(m, place, n->label, n->length));
        m->fuel -= (place - from) >> 4;
        return place < end ? place : NONE;
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
int64_t match(machine_t *m, int32_t node, int64_t at) {
    const program_t *p = m->program;
    const int32_t bottom = m->top;
    int64_t from, to, place;
    for (;;) {
        const node_t *n = &p->nodes[node];
        if (--m->fuel < 0) return GIVEN_UP;
        switch (n->op) {
        case OP_MATCH:
            goto matched;
        case OP_LITERAL:
            if (!stands(m, at, n->a, n->b)) goto fail;
            at += n->b;
            break;
        case OP_FACING:
            if (!stands(m, at, n->a, n->b)) goto fail;
            break;
        case OP_SET:
            if (at >= m->end || !HAS(set_of(m, n->a), m->base[at])) goto fail;
            at = behind(m, at);
            break;
        case OP_WHOLE:
            place = whole_end(m, n, at);
            if (place == NONE) goto fail;
            m->fuel -= (place - at) >> 4;
            at = place;
            break;
        case OP_TRIMMED:
            place = trimmed_end(m, n->a, n->stop, at);
            if (place == NONE) goto fail;
            m->fuel -= (place - at) >> 4;
            at = place;
            break;
        case OP_BLANKS:
            if (at < m->trimmed || m->end - at < n->min) goto fail;
            if (!n->b) at = m->end;
            break;
        case OP_LAST:
            place = m->trimmed - n->b;
            if (place - at < n->min || !stands(m, place, n->a, n->b)) goto fail;
            at = n->max ? m->trimmed : place;
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
            place = can_go_on(m, set_of(m, p->firsts[n->a]), at) ? match(m, n->a, at) : NONE;
            if (place == GIVEN_UP) return GIVEN_UP;
            if ((place == NONE) == (n->op == OP_AHEAD)) goto fail;
            break;
        case OP_END:
            if (at != m->end) goto fail;
            break;
        }
        node = n->next;
        if (node) continue;
    matched: /* node 0 is OP_MATCH */
        m->top = bottom;
        return at;
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
