/* Columns: the values of many lines' fields, laid out as Arrow holds them, without an object a line.
 *
 * Lines are added as they are read, each to the columns of its kind, which grow; as large as they were for one
 * chunk they begin for the next. The lines of one kind become one struct array of Arrow's C data interface, with
 * which its memory goes. A value that cannot be read exactly here is left null and listed as odd, for Python to read.
 */
#include "_arrow.h"
#include "_columns.h"
#include "_values.h"

/* ---- What is to be laid out: program.py makes it of the declarations. ---- */

enum { INTEGER, TEXT, ADDRESS, QUOTED, WORD, IP, FLAG, YES_NO, TRUE_FALSE, RIDS, FLOAT, PAIRS, QUOTED_LIST, QUOTED_TEXTS, TIME, RAW, UNWANTED };

typedef struct { int32_t first, count; } kind_t; /* its fields; fewer than none: it is not wanted */

typedef struct {
    const int32_t *kind_of;   /* of each wording */
    const kind_t *kinds;
    const int32_t *types;     /* of each field */
    const int32_t *places_at; /* of each wording: where the places of its kind's fields begin */
    const int32_t *places;    /* which terminal of the wording holds the field (of integers: which one it is), -1: none */
    int32_t kind_count, field_count;
} layout_t;

/* ---- Memory that grows. ---- */

#define LEAST 64 /* bytes, and rows */

typedef struct {
    uint8_t *at;
    int64_t room;
    int64_t before; /* how much of it the chunk before took */
    int is_alone;   /* it outgrew the memory of its kind */
} piece_t;

/* Make room for so many bytes, and BEHIND more; those in use stay. */
static SELDOM int grow(piece_t *piece, int64_t used, int64_t wanted) {
    int64_t room = 2 * piece->room > wanted ? 2 * piece->room : wanted + wanted / 4;
    uint8_t *grown = take_memory((size_t)room + BEHIND);
    if (!grown) return 0;
    memcpy(grown, piece->at, (size_t)used);
    if (piece->is_alone) give_memory(piece->at);
    piece->at = grown;
    piece->room = room;
    piece->is_alone = 1;
    return 1;
}

static inline int has_room(piece_t *piece, int64_t used, int64_t more) {
    return used + more <= piece->room || grow(piece, used, used + more);
}

typedef struct { /* a field's column */
    piece_t values;      /* one a row: of texts and lists where they begin, of words their number */
    piece_t valid;       /* bits, from the first value on that is missing */
    piece_t items;       /* of lists: integers, or where texts begin; of words where they begin */
    piece_t texts;
    piece_t second_items, second_texts; /* of pairs */
    int64_t missing;
    int64_t count, size, second_size; /* of items, and of their texts' bytes */
    int32_t *table; /* of words: their numbers, by hash */
    int64_t table_room;
} column_t;

#define MOST_PIECES 6

typedef struct { /* what goes with an array: memory of its own, in which this lies, and what outgrew it */
    int64_t count;
    void *pieces[];
} pieces_t;

typedef struct { /* of a kind */
    pieces_t *memory;
    uint8_t *free;
    piece_t seqs;
    int64_t rows, room, before;
} rows_t;

struct columns {
    const layout_t *layout;
    rows_t *rows;      /* of each kind */
    column_t *columns; /* of each field */
    odd_t *odds;
    int64_t odd_count, odd_room;
    int64_t seq; /* of the first line */
    int64_t *firsts; /* of each kind: which is its first of some events, sorted */
    int32_t sorted[SOME];
};

/* ---- Rows. ---- */

static int is_truth(int32_t type) { return type == FLAG || type == YES_NO || type == TRUE_FALSE; }
static int is_one_text(int32_t type) { return type == TEXT || type == ADDRESS || type == QUOTED || type == IP; }
static int has_texts(int32_t type) { return type == WORD || type == PAIRS || type == QUOTED_LIST || type == QUOTED_TEXTS; }
static int is_list(int32_t type) { return type == RIDS || type == PAIRS || type == QUOTED_LIST || type == QUOTED_TEXTS; }

/* How many bytes the values of so many rows take. */
static int64_t values_size(int32_t type, int64_t rows) {
    switch (type) {
    case INTEGER: case FLOAT: case TIME: return 8 * rows;
    case FLAG: case YES_NO: case TRUE_FALSE: return (int64_t)BITS(rows);
    default: return 4 * (rows + 1);
    }
}

static int64_t with_some(int64_t before) { return before + before / 8 + LEAST; }

/* Plan how large a column's pieces are at first, as the chunk before tells. Returns how much memory they take. */
static size_t plan(column_t *c, int32_t type, int64_t rows) {
    piece_t *more[] = {&c->items, &c->texts, &c->second_items, &c->second_texts};
    const int wanted[] = {has_texts(type) || type == RIDS, has_texts(type) || is_one_text(type), type == PAIRS, type == PAIRS};
    c->values.room = values_size(type, rows);
    c->valid.room = (int64_t)BITS(rows);
    size_t size = ALIGNED(c->values.room) + ALIGNED(c->valid.room);
    for (int i = 0; i < 4; i++) {
        more[i]->room = wanted[i] ? with_some(more[i]->before) : 0;
        size += wanted[i] ? ALIGNED(more[i]->room) : 0;
    }
    return size;
}

static void place(piece_t *piece, uint8_t **free) {
    if (!piece->room) return;
    piece->at = take_from(free, (size_t)piece->room);
    piece->is_alone = 0;
}

static void place_column(column_t *c, int32_t type, uint8_t **free) {
    piece_t *all[MOST_PIECES] = {&c->values, &c->valid, &c->items, &c->texts, &c->second_items, &c->second_texts};
    for (int i = 0; i < MOST_PIECES; i++) place(all[i], free);
    if (is_truth(type)) memset(c->values.at, 0, (size_t)c->values.room);
    if (has_texts(type)) *(int32_t *)c->items.at = 0;
    if (type == PAIRS) *(int32_t *)c->second_items.at = 0;
}

/* Begin the columns of a kind, in one piece of memory. */
static int first_rows(columns_t *c, int32_t kind, int64_t count) {
    rows_t *r = c->rows + kind;
    kind_t k = c->layout->kinds[kind];
    const int32_t *types = c->layout->types + k.first;
    column_t *columns = c->columns + k.first;
    int64_t rows = with_some(r->before);
    if (rows < count) rows = count;
    size_t list = ALIGNED(sizeof(pieces_t) + sizeof(void *) * (size_t)(1 + MOST_PIECES * k.count));
    size_t arrays = ARRAY_SIZE(k.count + 1) + (size_t)(1 + 4 * k.count) * ARRAY_SIZE(2), size = list + arrays + ALIGNED(8 * rows) + 64;
    for (int32_t field = 0; field < k.count; field++)
        if (types[field] != RAW && types[field] != UNWANTED) size += plan(columns + field, types[field], rows);
    r->memory = take_memory(size);
    if (!r->memory) return 0;
    r->memory->count = 0;
    r->free = aligned((uint8_t *)r->memory + list);
    r->room = rows;
    r->seqs.room = 8 * rows;
    place(&r->seqs, &r->free);
    for (int32_t field = 0; field < k.count; field++)
        if (types[field] != RAW && types[field] != UNWANTED) place_column(columns + field, types[field], &r->free);
    return 1;
}

/* All values are there until one is said to be missing. */
static int all_valid(column_t *c, int64_t from, int64_t room) {
    int64_t used = (int64_t)BITS(from), wanted = (int64_t)BITS(room);
    if (wanted > c->valid.room && !grow(&c->valid, used, wanted)) return 0;
    memset(c->valid.at + used, 0xFF, (size_t)(c->valid.room - used));
    return 1;
}

static SELDOM int more_rows(columns_t *c, int32_t kind, int64_t count) {
    rows_t *r = c->rows + kind;
    kind_t k = c->layout->kinds[kind];
    if (!r->room) return first_rows(c, kind, count);
    int64_t room = 2 * r->room > r->rows + count ? 2 * r->room : r->rows + count;
    if (!grow(&r->seqs, 8 * r->rows, 8 * room)) return 0;
    for (int32_t field = k.first; field < k.first + k.count; field++) {
        int32_t type = c->layout->types[field];
        column_t *column = c->columns + field;
        if (type == RAW || type == UNWANTED) continue;
        int64_t used = values_size(type, r->rows), size = values_size(type, room);
        if (!grow(&column->values, used, size)) return 0;
        if (is_truth(type)) memset(column->values.at + used, 0, (size_t)(column->values.room - used));
        if (column->missing && !all_valid(column, r->rows, room)) return 0;
    }
    r->room = room;
    return 1;
}

static inline int missing(column_t *column, int64_t row, int64_t room) {
    if (!column->missing++ && !all_valid(column, 0, room)) return 0;
    CLEAR_BIT(column->valid.at, row);
    return 1;
}

static SELDOM int odd(columns_t *c, odd_t found) {
    if (c->odd_count == c->odd_room) {
        int64_t room = c->odd_room ? 2 * c->odd_room : 256;
        odd_t *grown = realloc(c->odds, sizeof(odd_t) * (size_t)room);
        if (!grown) return 0;
        c->odds = grown;
        c->odd_room = room;
    }
    c->odds[c->odd_count++] = found;
    return 1;
}

/* ---- Values, by the types of their columns: 1 where one is added, 0 where Python has to read it, -1: no memory. ---- */

static inline int add_text(column_t *c, int32_t type, text_t base, int64_t from, int64_t to) {
    if (!has_room(&c->texts, c->size, to - from)) return -1;
    text_t s = base + from;
    int64_t n = to - from;
    if (type == QUOTED) {
        shown(base, &from, &to);
        if ((n = unescaped(base + from, to - from, c->texts.at + c->size)) < 0) return 0;
        c->size += n;
        return 1;
    }
    if (type == ADDRESS && n > 1 && s[0] == '<' && s[n - 1] == '>') { s++; n -= 2; }
    if (type == IP && is_ip(s, n) < 0 && is_ip6(s, n) < 0) return 0;
    put(c->texts.at + c->size, s, n);
    c->size += n;
    return 1;
}

static inline uint64_t load(text_t s, size_t size) {
    uint64_t word = 0;
    memcpy(&word, s, size);
    return word;
}

static inline uint64_t hash_of(text_t s, int64_t n) {
    uint64_t hash = (uint64_t)n;
    if (n >= 8) {
        for (int64_t i = 0; i + 8 < n; i += 8) hash = (hash ^ load(s + i, 8)) * 0x9E3779B97F4A7C15ULL;
        hash ^= load(s + n - 8, 8);
    } else if (n >= 4) {
        hash ^= load(s, 4) << 8 ^ load(s + n - 4, 4) << 32;
    } else if (n) {
        hash ^= (uint64_t)s[0] << 8 ^ (uint64_t)s[n / 2] << 16 ^ (uint64_t)s[n - 1] << 24;
    }
    hash *= 0x9E3779B97F4A7C15ULL;
    return hash ^ hash >> 32;
}

/* Place all words anew in four times the room. */
static SELDOM int more_words(column_t *c) {
    int64_t room = c->table_room ? 4 * c->table_room : 64;
    const int32_t *offsets = (const int32_t *)c->items.at;
    int32_t *table = realloc(c->table, sizeof(int32_t) * (size_t)room);
    if (!table) return 0;
    c->table = table;
    c->table_room = room;
    memset(table, 0xFF, sizeof(int32_t) * (size_t)room);
    for (int32_t word = 0; word < c->count; word++) {
        uint64_t hash = hash_of(c->texts.at + offsets[word], offsets[word + 1] - offsets[word]);
        int64_t slot = (int64_t)(hash & (uint64_t)(room - 1));
        while (table[slot] >= 0) slot = (slot + 1) & (room - 1);
        table[slot] = word;
    }
    return 1;
}

/* The number of a word, in the order in which they are met; -1: no memory. */
static inline int32_t word_of(column_t *c, text_t s, int64_t n) {
    if (2 * c->count >= c->table_room && !more_words(c)) return -1;
    const int32_t *offsets = (const int32_t *)c->items.at;
    int64_t last = c->table_room - 1, slot = (int64_t)(hash_of(s, n) & (uint64_t)last);
    int32_t word;
    while ((word = c->table[slot]) >= 0 && (offsets[word + 1] - offsets[word] != n || !same(c->texts.at + offsets[word], s, n)))
        slot = (slot + 1) & last;
    if (word >= 0) return word;
    if (!has_room(&c->items, 4 * (c->count + 1), 4) || !has_room(&c->texts, c->size, n)) return -1;
    memcpy(c->texts.at + c->size, s, (size_t)n);
    c->table[slot] = (int32_t)c->count;
    c->size += n;
    ((int32_t *)c->items.at)[++c->count] = (int32_t)c->size;
    return (int32_t)c->count - 1;
}

static inline int add_rids(column_t *c, text_t s, int64_t n) {
    if (!has_room(&c->items, 8 * c->count, 8 * (n / 2 + 1))) return -1;
    int64_t count = read_rids(s, n, (int64_t *)c->items.at, c->count);
    if (count >= 0) c->count = count;
    return count >= 0;
}

static int add_texts(column_t *c, int32_t type, text_t s, int64_t n) {
    int64_t count, most = 4 * (type == PAIRS ? n / 8 + 1 : n / 2 + 1), used = 4 * (c->count + 1);
    if (!has_room(&c->items, used, most) || !has_room(&c->texts, c->size, n)) return -1;
    if (type == PAIRS && (!has_room(&c->second_items, used, most) || !has_room(&c->second_texts, c->second_size, n))) return -1;
    texts_t texts = {(int32_t *)c->items.at, c->texts.at, c->size};
    texts_t second = {(int32_t *)c->second_items.at, c->second_texts.at, c->second_size};
    if (type == PAIRS) count = read_pairs(s, n, &texts, &second, c->count);
    else count = read_items(s, n, type == QUOTED_LIST, &texts, c->count);
    if (count < 0) return 0;
    texts.offsets[count] = (int32_t)texts.size;
    if (type == PAIRS) second.offsets[count] = (int32_t)second.size;
    c->count = count;
    c->size = texts.size;
    c->second_size = second.size;
    return 1;
}

static int is_text(text_t s, int64_t n, const char *text) {
    return n == (int64_t)strlen(text) && !memcmp(s, text, (size_t)n);
}

/* A value of nothing: what is told of the row is added to it. */
static inline void add_nothing(column_t *c, int32_t type, int64_t row) {
    if (is_truth(type)) return;
    if (type == INTEGER || type == FLOAT || type == TIME) ((int64_t *)c->values.at)[row] = 0;
    else ((int32_t *)c->values.at)[row] = (int32_t)(type == WORD ? 0 : is_list(type) ? c->count : c->size);
}

/* 2: what stands there says nothing. */
static inline int add_value(column_t *c, int32_t type, int64_t row, text_t base, int64_t from, int64_t to) {
    const text_t s = base + from;
    const int64_t n = to - from;
    int32_t word;
    switch (type) {
    case TEXT: case ADDRESS: case QUOTED: case IP:
        return add_text(c, type, base, from, to);
    case WORD:
        if ((word = word_of(c, s, n)) < 0) return -1;
        ((int32_t *)c->values.at)[row] = word;
        return 1;
    case FLAG:
        SET_BIT(c->values.at, row);
        return 1;
    case YES_NO:
        if (is_text(s, n, "yes")) SET_BIT(c->values.at, row);
        return 1;
    case TRUE_FALSE:
        if (is_text(s, n, "True")) SET_BIT(c->values.at, row);
        else if (!is_text(s, n, "False")) return 2;
        return 1;
    case FLOAT:
        return read_float(s, n, (double *)c->values.at + row);
    case TIME:
        return read_time(s, n, (int64_t *)c->values.at + row);
    case RIDS:
        return add_rids(c, s, n);
    case RAW:
        return 0;
    default:
        return add_texts(c, type, s, n);
    }
}

/* ---- Events. ---- */

typedef struct { /* some events of one kind, and where the values of one of its fields go */
    const events_t *all;
    const int32_t *which;
    int64_t count, row, room; /* the first one's row */
    int32_t kind, field;
} field_t;

static inline int place_in(const columns_t *c, const field_t *f, int32_t event) {
    return c->layout->places[c->layout->places_at[f->all->wordings[event]] + f->field];
}

static int add_integers(const columns_t *c, column_t *column, const field_t *f) {
    int64_t *values = (int64_t *)column->values.at + f->row;
    for (int64_t i = 0; i < f->count; i++) {
        int32_t event = f->which[i], place = place_in(c, f, event);
        values[i] = place < 0 ? 0 : f->all->values[event * f->all->most + place];
        if (place < 0 && !missing(column, f->row + i, f->room)) return 0;
    }
    return 1;
}

/* Inlined for each type that is frequent. */
static inline int add_others(columns_t *c, column_t *column, const field_t *f, int32_t type) {
    for (int64_t i = 0; i < f->count; i++) {
        const int32_t event = f->which[i], place = place_in(c, f, event);
        const int64_t row = f->row + i;
        if (type != RAW) add_nothing(column, type, row);
        if (place < 0) {
            if (type != RAW && type != FLAG && !missing(column, row, f->room)) return 0;
            continue;
        }
        const uint32_t *bounds = f->all->bounds + event * f->all->stride + place;
        int added = add_value(column, type, row, f->all->base, bounds[0], bounds[1]);
        if (added == 1) {
            if (type == TIME) ((int64_t *)column->values.at)[row] -= f->all->clocks[f->all->knowns[f->all->lines[event]]];
            continue;
        }
        if (added < 0) return 0;
        if (!added) {
            odd_t found = {f->kind, f->field, (int32_t)row, f->all->lines[event], bounds[0], bounds[1]};
            if (!odd(c, found)) return 0;
        }
        if (type != RAW && !missing(column, row, f->room)) return 0;
    }
    return 1;
}

static int add_field(columns_t *c, column_t *column, const field_t *f, int32_t type) {
    switch (type) {
    case UNWANTED: return 1;
    case INTEGER: return add_integers(c, column, f);
    case TEXT: return add_others(c, column, f, TEXT);
    case ADDRESS: return add_others(c, column, f, ADDRESS);
    case QUOTED: return add_others(c, column, f, QUOTED);
    case WORD: return add_others(c, column, f, WORD);
    default: return add_others(c, column, f, type);
    }
}

static int add_kind(columns_t *c, const events_t *e, int32_t kind, const int32_t *which, int64_t count) {
    const kind_t k = c->layout->kinds[kind];
    rows_t *r = c->rows + kind;
    if (r->rows + count > r->room && !more_rows(c, kind, count)) return 0;
    field_t f = {e, which, count, r->rows, r->room, kind, 0};
    int64_t *seqs = (int64_t *)r->seqs.at + r->rows;
    for (int64_t i = 0; i < count; i++) seqs[i] = c->seq + e->lines[which[i]];
    for (; f.field < k.count; f.field++)
        if (!add_field(c, c->columns + k.first + f.field, &f, c->layout->types[k.first + f.field])) return 0;
    r->rows += count;
    return 1;
}

int add_events(columns_t *c, const events_t *e) {
    const layout_t *layout = c->layout;
    int64_t *firsts = c->firsts;
    memset(firsts, 0, sizeof(int64_t) * (size_t)(layout->kind_count + 1));
    for (int64_t i = 0; i < e->count; i++) firsts[layout->kind_of[e->wordings[i]] + 1]++;
    for (int32_t kind = 0; kind < layout->kind_count; kind++) firsts[kind + 1] += firsts[kind];
    for (int64_t i = 0; i < e->count; i++) c->sorted[firsts[layout->kind_of[e->wordings[i]]]++] = (int32_t)i;
    for (int32_t kind = 0; kind < layout->kind_count; kind++) { /* each first is now the next one's */
        int64_t first = kind ? firsts[kind - 1] : 0, count = firsts[kind] - first;
        if (count && layout->kinds[kind].count >= 0 && !add_kind(c, e, kind, c->sorted + first, count)) return 0;
    }
    return 1;
}

/* ---- Kinds, given to Arrow. ---- */

static void free_pieces(struct ArrowArray *array) {
    pieces_t *all = array->private_data;
    for (int64_t i = 0; i < array->n_children; i++)
        if (array->children[i]->release) array->children[i]->release(array->children[i]);
    array->release = NULL;
    for (int64_t i = 0; i < all->count; i++) give_memory(all->pieces[i]);
    give_memory(all);
}

/* Leave a piece to an array: it takes so many bytes of it. */
static const void *with(pieces_t *all, piece_t *piece, int64_t used) {
    const void *at = piece->at;
    if (piece->is_alone) all->pieces[all->count++] = piece->at;
    piece->before = used;
    piece->at = NULL;
    piece->room = piece->is_alone = 0;
    return at;
}

static struct ArrowArray *strings_of(pieces_t *all, uint8_t **free, piece_t *items, int64_t count, piece_t *texts, int64_t size) {
    struct ArrowArray *a = array_in(free, count, 3, 0);
    a->buffers[1] = with(all, items, 4 * (count + 1));
    a->buffers[2] = with(all, texts, size);
    return a;
}

static struct ArrowArray *column_of(pieces_t *all, uint8_t **free, column_t *c, int32_t type, int64_t rows) {
    struct ArrowArray *a = array_in(free, rows, is_one_text(type) ? 3 : 2, is_list(type)), *inner = NULL;
    if (is_list(type)) ((int32_t *)c->values.at)[rows] = (int32_t)c->count;
    if (is_one_text(type)) ((int32_t *)c->values.at)[rows] = (int32_t)c->size;
    a->null_count = c->missing;
    const void *valid = with(all, &c->valid, 0);
    a->buffers[0] = c->missing ? valid : NULL;
    a->buffers[1] = with(all, &c->values, 0);
    if (is_one_text(type)) {
        a->buffers[2] = with(all, &c->texts, c->size);
    } else if (type == RIDS) {
        inner = array_in(free, c->count, 2, 0);
        inner->buffers[1] = with(all, &c->items, 8 * c->count);
    } else if (type == PAIRS) {
        inner = array_in(free, c->count, 1, 2);
        inner->children[0] = strings_of(all, free, &c->items, c->count, &c->texts, c->size);
        inner->children[1] = strings_of(all, free, &c->second_items, c->count, &c->second_texts, c->second_size);
    } else if (is_list(type)) {
        inner = strings_of(all, free, &c->items, c->count, &c->texts, c->size);
    } else if (type == WORD) {
        a->dictionary = strings_of(all, free, &c->items, c->count, &c->texts, c->size);
    }
    if (is_list(type)) a->children[0] = inner;
    return a;
}

static void forget_piece(piece_t *piece) {
    if (piece->is_alone) give_memory(piece->at);
    piece->at = NULL;
    piece->room = piece->is_alone = 0;
}

static void forget_column(column_t *c) {
    piece_t *all[MOST_PIECES] = {&c->values, &c->valid, &c->items, &c->texts, &c->second_items, &c->second_texts};
    for (int i = 0; i < MOST_PIECES; i++) forget_piece(all[i]);
    c->missing = c->count = c->size = c->second_size = 0;
    if (c->table) memset(c->table, 0xFF, sizeof(int32_t) * (size_t)c->table_room);
}

/* Begin a kind anew; what it gave away is gone from it already. */
static void forget_rows(columns_t *c, int32_t kind) {
    rows_t *r = c->rows + kind;
    kind_t k = c->layout->kinds[kind];
    forget_piece(&r->seqs);
    for (int32_t field = k.first; field < k.first + k.count; field++) forget_column(c->columns + field);
    give_memory(r->memory);
    r->memory = NULL;
    r->before = r->rows;
    r->rows = r->room = 0;
}

static void give_kind(columns_t *c, int32_t kind, struct ArrowArray *out) {
    kind_t k = c->layout->kinds[kind];
    rows_t *r = c->rows + kind;
    struct ArrowArray *top = array_in(&r->free, r->rows, 1, k.count + 1), *seqs = array_in(&r->free, r->rows, 2, 0);
    int64_t child = 1;
    seqs->buffers[1] = with(r->memory, &r->seqs, 0);
    top->children[0] = seqs;
    for (int32_t field = k.first; field < k.first + k.count; field++) {
        int32_t type = c->layout->types[field];
        if (type != RAW && type != UNWANTED) top->children[child++] = column_of(r->memory, &r->free, c->columns + field, type, r->rows);
    }
    hand_over(out, top, child, r->memory);
    out->release = free_pieces;
    r->memory = NULL;
    forget_rows(c, kind);
}

/* ---- All kinds. ---- */

void begin_events(columns_t *c, int64_t seq) {
    c->seq = seq;
    c->odd_count = 0;
}

void give_events(columns_t *c, struct ArrowArray *out) {
    for (int32_t kind = 0; kind < c->layout->kind_count; kind++)
        if (c->rows[kind].rows) give_kind(c, kind, out + kind);
}

void forget_events(columns_t *c) {
    for (int32_t kind = 0; kind < c->layout->kind_count; kind++) forget_rows(c, kind);
}

int64_t odds_of(const columns_t *c, const odd_t **odds) {
    *odds = c->odds;
    return c->odd_count;
}

/* Columns without lines; NULL where memory is short. `layout` must last as long. */
PUBLIC columns_t *mt_columns(const layout_t *layout) {
    columns_t *c = calloc(1, sizeof(columns_t));
    if (!c) return NULL;
    c->layout = layout;
    c->rows = calloc((size_t)layout->kind_count + 1, sizeof(rows_t));
    c->columns = calloc((size_t)layout->field_count + 1, sizeof(column_t));
    c->firsts = calloc((size_t)layout->kind_count + 1, sizeof(int64_t));
    if (c->rows && c->columns && c->firsts) return c;
    free(c->firsts);
    free(c->rows);
    free(c->columns);
    free(c);
    return NULL;
}

PUBLIC void mt_free(columns_t *c) {
    forget_events(c);
    for (int32_t field = 0; field < c->layout->field_count; field++) free(c->columns[field].table);
    free(c->rows);
    free(c->columns);
    free(c->odds);
    free(c->firsts);
    free(c);
}
