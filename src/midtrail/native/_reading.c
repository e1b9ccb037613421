/* Reading: lines are cut into terminals, and what each says is added to columns while it is in the caches. */
#include "_columns.h"
#include "_match.h"

#define IDS 3

typedef struct {
    text_t base;
    const int32_t *offsets; /* where each text begins, and the last ends */
    const int64_t *knowns;  /* of each line: what is known of its framing, by number */
    const int64_t *clocks;  /* of each of these: its clock, in microseconds east of UTC */
    int32_t *wordings;      /* as mt_match takes and gives them */
    int64_t *ids;           /* the spine's: of all lines the first, then the second, then the third */
    uint8_t *told;          /* which of them there are: bits, in as many bytes as all ids have room for */
    int64_t lines, seq, room;
    const int32_t *places; /* which of a wording's integers are the spine's ids, -1: none; all mids, all icids, all dcids */
    int64_t wording_count;
} reading_t;

/* Room for some lines that have a wording, cut. */
typedef struct {
    int32_t lines[SOME], wordings[SOME];
    uint32_t *bounds;
    int64_t *values;
} room_t;

static inline void add_ids(const reading_t *r, int64_t line, int32_t wording, const int64_t *values) {
    for (int id = 0; id < IDS; id++) {
        int32_t number = wording < 0 ? -1 : r->places[id * r->wording_count + wording];
        int64_t value = values[number < 0 ? 0 : number];
        r->ids[id * r->room + line] = number < 0 ? 0 : value;
        r->told[id * (r->room / 8) + (line >> 3)] |= (uint8_t)((number >= 0) << (line & 7));
    }
}

/* Cut lines from one on. Returns the one behind them. */
static int64_t cut_some(machine_t *m, const reading_t *r, int64_t line, room_t *room, events_t *out) {
    out->count = 0;
    for (; line < r->lines && out->count < SOME; line++) {
        int32_t wording = r->wordings[line];
        m->values = room->values + out->count * out->most;
        if (wording == -1) wording = cut(m, r->offsets[line], r->offsets[line + 1], room->bounds + out->count * out->stride);
        r->wordings[line] = wording;
        add_ids(r, line, wording, m->values);
        if (wording < 0) continue;
        room->lines[out->count] = (int32_t)line;
        room->wordings[out->count++] = wording;
    }
    return line;
}

/* Read lines; their texts are UTF-8. Of those without a wording no id is told. `out` is given the kinds, `odds` what
 * Python has to read, which stays there until the next lines are read. Returns how many these are, or -1 where memory
 * is short. */
PUBLIC int64_t mt_read(const program_t *p, columns_t *c, const reading_t *r, struct ArrowArray *out, const odd_t **odds) {
    machine_t m = {.program = p, .base = r->base, .stack = malloc(sizeof(branch_t) * STACK)};
    room_t *room = malloc(sizeof(room_t));
    uint32_t *bounds = malloc(sizeof(uint32_t) * (size_t)(SOME * p->stride));
    int64_t *values = calloc((size_t)(SOME * p->most_numbers), sizeof(int64_t));
    int has_memory = m.stack && room && bounds && values;
    begin_events(c, r->seq);
    memset(r->told, 0, (size_t)(IDS * (r->room / 8)));
    if (has_memory) {
        events_t some = {r->base, room->lines, room->wordings, bounds, values, p->stride, p->most_numbers, 0, r->knowns, r->clocks};
        room->bounds = bounds;
        room->values = values;
        for (int64_t line = 0; has_memory && line < r->lines;) {
            line = cut_some(&m, r, line, room, &some);
            has_memory = add_events(c, &some);
        }
    }
    if (has_memory) give_events(c, out);
    else forget_events(c);
    free(values);
    free(bounds);
    free(room);
    free(m.stack);
    return has_memory ? odds_of(c, odds) : -1;
}
