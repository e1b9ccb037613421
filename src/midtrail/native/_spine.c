/* The spine: one row a line, laid out as Arrow holds it. */
#include "_arrow.h"

enum { SEQ, SOURCE, LINE_NO, OFFSET, HOST, TIME, LEVEL, KIND, MID, ICID, DCID, TEXT, COLUMNS };
#define IDS 3

typedef struct { int64_t first, source, line_no, offset; } segment_t; /* a piece of a source, from a row on */
typedef struct { int32_t host, level, timed; } known_t;               /* host and level by number, -1: none */
typedef struct { int64_t row, kind, ids[IDS], told[IDS]; } record_t;  /* a line that Python read */

typedef struct {
    const int32_t *offsets; /* where each text begins, and the last ends: they lie side by side, and go with the array */
    const int64_t *sizes, *times, *knowns; /* of each line, as it was framed */
    const segment_t *segments;
    const known_t *known;
    const record_t *records; /* of all lines that have no wording */
    int64_t rows, seq, segment_count, record_count;
} spine_t;

typedef struct { /* what the lines were read as */
    const int32_t *wordings, *kind_of;
    const int64_t *ids;   /* of all lines the first, then the second, then the third */
    const uint8_t *told;  /* which of them there are, as bits */
    int64_t room;         /* how many lines each of them has room for */
} read_t;

static void fill_places(const spine_t *s, int32_t *sources, int64_t *line_nos, int64_t *offsets) {
    for (int64_t i = 0; i < s->segment_count; i++) {
        const segment_t *here = s->segments + i;
        int64_t stop = i + 1 < s->segment_count ? here[1].first : s->rows, offset = here->offset;
        for (int64_t row = here->first; row < stop; row++) {
            sources[row] = (int32_t)here->source;
            line_nos[row] = here->line_no + row - here->first;
            offsets[row] = offset;
            offset += s->sizes[row];
        }
    }
}

typedef struct { uint8_t *bits; void *values; } column_t; /* and which of its rows are not null */

static void fill_framing(const spine_t *s, column_t host, column_t level, column_t time) {
    int32_t *hosts = host.values, *levels = level.values;
    memcpy(time.values, s->times, sizeof(int64_t) * (size_t)s->rows);
    for (int64_t row = 0; row < s->rows; row += 8) {
        unsigned with_host = 0, with_level = 0, with_time = 0;
        for (int64_t i = row; i < row + 8 && i < s->rows; i++) {
            const known_t *known = s->known + s->knowns[i];
            hosts[i] = known->host;
            levels[i] = known->level;
            with_host |= (unsigned)(known->host >= 0) << (i & 7);
            with_level |= (unsigned)(known->level >= 0) << (i & 7);
            with_time |= (unsigned)(known->timed != 0) << (i & 7);
        }
        host.bits[row >> 3] = (uint8_t)with_host;
        level.bits[row >> 3] = (uint8_t)with_level;
        time.bits[row >> 3] = (uint8_t)with_time;
    }
}

/* The kinds and ids of lines that have a wording; of the others nothing yet. */
static void fill_events(const spine_t *s, const read_t *r, int32_t *kinds, const column_t *ids) {
    for (int64_t row = 0; row < s->rows; row++) kinds[row] = r->wordings[row] < 0 ? 0 : r->kind_of[r->wordings[row]];
    for (int id = 0; id < IDS; id++) {
        memcpy(ids[id].values, r->ids + id * r->room, sizeof(int64_t) * (size_t)s->rows);
        memcpy(ids[id].bits, r->told + id * (r->room / 8), BITS(s->rows));
    }
}

static void fill_records(const spine_t *s, int32_t *kinds, const column_t *ids) {
    for (int64_t i = 0; i < s->record_count; i++) {
        const record_t *r = s->records + i;
        kinds[r->row] = (int32_t)r->kind;
        for (int id = 0; id < IDS; id++) {
            ((int64_t *)ids[id].values)[r->row] = r->ids[id];
            if (r->told[id]) SET_BIT(ids[id].bits, r->row);
            else CLEAR_BIT(ids[id].bits, r->row);
        }
    }
}

/* Say how many values are missing; where none is, which ones there are need not be told. */
static void count_missing(struct ArrowArray *a, const uint8_t *bits) {
    int64_t told = 0;
    for (size_t i = 0; i < BITS(a->length); i++) told += __builtin_popcount(bits[i]);
    a->null_count = a->length - told;
    a->buffers[0] = a->null_count ? bits : NULL;
}

static const int SIZES[COLUMNS] = {8, 4, 8, 8, 4, 8, 4, 4, 8, 8, 8, 4};
static const int NULLABLE[] = {HOST, TIME, LEVEL, MID, ICID, DCID};

static void give_texts(struct ArrowArray *array) {
    array->release = NULL;
    give_memory(array->private_data);
}

static size_t memory_for(int64_t rows) {
    size_t size = ARRAY_SIZE(COLUMNS) + COLUMNS * (ARRAY_SIZE(0) + ALIGNED(BITS(rows))) + 64;
    for (int column = 0; column < COLUMNS; column++) size += ALIGNED((size_t)SIZES[column] * (size_t)(rows + 1));
    return size;
}

/* Lay out the spine of some lines; host, level, source and kind by their numbers. -1 where memory is short.
 * `texts` is memory of mt_take, and goes with the array. */
PUBLIC int32_t mt_spine(const spine_t *s, uint8_t *texts, const read_t *read, struct ArrowArray *out) {
    uint8_t *memory = take_memory(memory_for(s->rows)), *free = aligned(memory);
    if (!memory) return -1;
    struct ArrowArray *top = array_in(&free, s->rows, 1, COLUMNS);
    column_t columns[COLUMNS];
    for (int i = 0; i < COLUMNS; i++) {
        top->children[i] = array_in(&free, s->rows, i == TEXT ? 3 : 2, 0);
        columns[i].bits = take_from(&free, BITS(s->rows));
        top->children[i]->buffers[1] = columns[i].values = take_from(&free, (size_t)SIZES[i] * (size_t)(s->rows + 1));
    }
    int64_t *seqs = columns[SEQ].values;
    for (int64_t i = 0; i < s->rows; i++) seqs[i] = s->seq + i;
    fill_places(s, columns[SOURCE].values, columns[LINE_NO].values, columns[OFFSET].values);
    fill_framing(s, columns[HOST], columns[LEVEL], columns[TIME]);
    fill_events(s, read, columns[KIND].values, columns + MID);
    fill_records(s, columns[KIND].values, columns + MID);
    memcpy(columns[TEXT].values, s->offsets, sizeof(int32_t) * (size_t)(s->rows + 1));
    top->children[TEXT]->buffers[2] = top->children[TEXT]->private_data = texts;
    top->children[TEXT]->release = give_texts;
    for (size_t i = 0; i < sizeof NULLABLE / sizeof *NULLABLE; i++)
        count_missing(top->children[NULLABLE[i]], columns[NULLABLE[i]].bits);
    hand_over(out, top, COLUMNS, memory);
    return 0;
}
