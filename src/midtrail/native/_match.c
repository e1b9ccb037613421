/* The kernel of the compiled engine: it runs whatever program `program.py` made of the loaded grammar.
 *
 * Nothing here knows a line's shape: `mt_match` cuts lines' texts into the terminals of a wording. All memory
 * is the caller's. What it cannot decide exactly it leaves to Python: it never guesses.
 */
#include "_match.h"

/* ---- Terminals: the literals of a state, its patterns, its integers. ---- */

static inline int is_there(const program_t *p, text_t text, const choice_t *c) {
    uint64_t word;
    memcpy(&word, text, 8);
    word ^= c->word;
    if (c->shift <= 8) return !(word & MASKS[c->shift]);
    return !word && same_padded(text + 8, p->labels + c->first + 8, c->shift - 8);
}

/* The literal of lowest rank that stands at `at`, `shift` bytes long; NULL where none does. */
static inline const choice_t *literal_at(const program_t *p, text_t base, const choice_t *c, int64_t at, int64_t end) {
    while (c->offset >= 0) { /* what is looked at behind the end does not matter: it is compared in the end */
        uint64_t word;
        memcpy(&word, base + at + c->offset, 8);
        c = p->choices + c->first + ((word & c->mask) * c->word >> c->shift);
    }
    for (; end - at < c->shift || !is_there(p, base + at, c); c = p->choices + c->then.rest)
        if (!c->then.rest) return NULL;
    return c;
}

/* The end of a run of 1 to `most` digits, at most 18, and what they say; NONE where there is none. */
static SELDOM int64_t long_number_end(text_t base, int64_t at, int64_t end, int32_t most, int64_t *number) {
    int64_t value = 0, from = at;
    if (most < end - at) end = at + most;
    for (; at < end && base[at] >= '0' && base[at] <= '9'; at++) value = value * 10 + (base[at] - '0');
    *number = value;
    return at > from ? at : NONE;
}

/* The same, up to 7 digits at once. */
static inline int64_t number_end(text_t base, int64_t at, int64_t end, int32_t most, int64_t *number) {
    uint64_t word, other;
    memcpy(&word, base + at, 8);
    word ^= 0x3030303030303030ULL;
    other = (word | (word + 0x7676767676767676ULL)) & 0x8080808080808080ULL;
    if (BIG_ENDIAN_WORDS || !other || most < 8) return long_number_end(base, at, end, most, number);
    int64_t count = lowest_marked(other);
    if (count > end - at) count = end - at;
    if (!count) return NONE;
    word <<= 64 - 8 * count; /* as if noughts stood before them */
    word = word * 10 + (word >> 8);
    *number = (int64_t)(((word & 0x000000FF000000FFULL) * 0x000F424000000064ULL
                         + (word >> 16 & 0x000000FF000000FFULL) * 0x0000271000000001ULL) >> 32);
    return at + count;
}

static int32_t target_of(const program_t *p, text_t base, const pattern_t *a, int64_t at, int64_t to) {
    for (int32_t i = 0; i < a->count; i++) {
        const fold_t *f = &p->folds[a->first + i];
        if (f->length == to - at && same_padded(base + at, p->labels + f->label, f->length)) return f->target;
    }
    return a->target;
}

/* ---- Lines: the parser's states, one terminal after the other. ---- */

static inline int32_t unknown(machine_t *m, const state_t *state, int64_t reached) {
    m->state = (int32_t)(state - m->program->states);
    m->reached = reached;
    return NONE;
}

/* The literal or the pattern of lowest rank that stands at `at`: where it ends, where it leads, its role.
 * Returns its end; NONE, or GIVEN_UP. */
static SELDOM int64_t terminal_at(machine_t *m, const state_t *s, int64_t at, int32_t *target, int32_t *role) {
    const program_t *p = m->program;
    const choice_t *literal = literal_at(p, m->base, &s->choice, at, m->end);
    const pattern_t *a = p->patterns + s->first, *last = a + s->count;
    for (; a < last && (!literal || a->rank < literal->then.rank); a++) {
        if (!HAS(set_of(m, a->set), m->base[at])) continue;
        const node_t *n = p->nodes + a->node;
        int64_t to = n->op != OP_BLANKS || n->next ? match(m, a->node, at)
                     : at < m->trimmed || m->end - at < n->min ? NONE : m->end; /* as most TRAILINGs: no call */
        if (to == NONE) continue;
        if (to != GIVEN_UP) *target = target_of(p, m->base, a, at, to);
        *role = a->role;
        return to;
    }
    if (!literal) return NONE;
    *target = literal->target;
    *role = SHIFT;
    return at + literal->shift;
}

/* The wording of a line's text; its terminals end at bounds[1], bounds[2], ... NONE: unknown, or GIVEN_UP. */
static int32_t wording_of(machine_t *m, int64_t at, uint32_t *bounds) {
    const program_t *p = m->program;
    const text_t base = m->base;
    const int64_t end = m->end;
    const state_t *s = p->states + p->start;
    const choice_t *literal;
    int32_t places = 0, values = 0, target, role;
    m->parsed = 0;
    bounds[0] = (uint32_t)at;
    while (at < end) {
        int64_t to;
        switch (s->step) {
        case STEP_EITHER:
            if (at >= m->trimmed || HAS(set_of(m, s->set), base[at])) goto all;
            /* fall through */
        case STEP_LITERAL:
            literal = literal_at(p, base, &s->choice, at, end);
            if (!literal) return unknown(m, s, at);
            at += literal->shift;
            s = p->states + literal->target;
            goto shifted;
        case STEP_NUMBER:
            if (values >= p->most_numbers) goto all;
            to = number_end(base, at, end, s->stop, m->values + values++);
            m->parsed |= 1ULL << places;
            break;
        case STEP_WHOLE:
            to = bytes_end(m, s->set, s->stop, at, end);
            if (to == at) to = NONE;
            break;
        case STEP_TRIMMED:
            to = trimmed_end(m, s->set, s->stop, at);
            break;
        case STEP_PATTERN:
            to = match(m, s->node, at);
            break;
        case STEP_PATTERNS:
        all:
            to = terminal_at(m, s, at, &target, &role);
            if (to < 0) break;
            if (role == TRAILING) {
                m->places = places;
                return to == end && s->wording >= 0 ? s->wording : unknown(m, s, end);
            }
            s = p->states + target;
            at = to;
            if (role == LEADING) { bounds[0] = (uint32_t)at; continue; }
            goto shifted;
        default:
            NEVER;
        }
        if (to < 0) return to == GIVEN_UP ? GIVEN_UP : unknown(m, s, at);
        s = p->states + s->target;
        at = to;
    shifted:
        if (places + 1 >= p->stride) return GIVEN_UP;
        bounds[++places] = (uint32_t)at;
    }
    m->places = places;
    return s->wording >= 0 ? s->wording : unknown(m, s, end);
}

/* The integers of a wording, if all fit: a sign, then 1 to 18 digits. */
static SELDOM int numbers_fit(const machine_t *m, int32_t wording, const uint32_t *bounds) {
    const program_t *p = m->program;
    const text_t base = m->base;
    int64_t *values = m->values;
    for (int32_t i = p->numbers_at[wording]; i < p->numbers_at[wording + 1]; i++) {
        int32_t place = p->numbers[i];
        int64_t at = bounds[place], end = bounds[place + 1], value = 0;
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

int32_t cut(machine_t *m, int64_t body, int64_t end, uint32_t *bounds) {
    m->end = m->trimmed = end;
    while (m->trimmed > body && m->base[m->trimmed - 1] == ' ') m->trimmed--;
    m->fuel = 4096 + 64 * (end - body);
    m->top = 0;
    int32_t found = wording_of(m, body, bounds);
    if (found >= 0 && m->parsed != m->program->masks[found] && !numbers_fit(m, found, bounds)) found = GIVEN_UP;
    return found == GIVEN_UP ? LEFT : found == NONE ? UNKNOWN : found;
}

/* Cut lines into terminals; their texts are UTF-8. `wordings` holds -1 for lines to read, and another negative number
 * for lines to leave; it is given the wording, -2 for what is not known, -3 for what is left to Python. Tape and values
 * have room for `stride` and `most_numbers` a line. Returns 0, or -1 where memory is short. */
PUBLIC int32_t mt_match(const program_t *p, text_t base, int64_t lines, const int32_t *bodies, const int32_t *ends,
                        cuts_t *cuts) {
    machine_t m = {.program = p, .base = base, .stack = malloc(sizeof(branch_t) * STACK)};
    if (!m.stack) return -1;
    for (int64_t i = 0; i < lines; i++) {
        if (cuts->wordings[i] != -1) continue;
        m.values = cuts->values + cuts->values_used;
        cuts->tape_at[i] = (int32_t)cuts->tape_used;
        cuts->values_at[i] = (int32_t)cuts->values_used;
        int32_t found = cuts->wordings[i] = cut(&m, bodies[i], ends[i], cuts->tape + cuts->tape_used);
        if (found >= 0) {
            cuts->tape_used += m.places + 1;
            cuts->values_used += p->numbers_at[found + 1] - p->numbers_at[found];
        } else if (found == UNKNOWN) {
            m.values[0] = m.state;
            m.values[1] = m.reached - bodies[i];
            cuts->values_used += 2;
        }
    }
    free(m.stack);
    return 0;
}
