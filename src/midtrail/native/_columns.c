/* Columns: the values of many lines' fields, laid out as Arrow holds them, without an object a line.
 *
 * The lines of one kind become one struct array of Arrow's C data interface, in one piece of memory that goes
 * with it. A value that cannot be read exactly here is left null and listed as odd, for Python to read.
 */
#include "_arrow.h"
#include "_text.h"

/* ---- What is to be laid out: layout.py makes it of the declarations. ---- */

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

typedef struct { int32_t kind, field, row, line; int64_t start, end; } odd_t;

typedef struct { /* a line: where its terminals, the places of its fields, its integers, and its text begin */
    int32_t bounds, of_field, values;
    uint32_t text;
} row_t;

typedef struct {
    text_t base;
    const layout_t *layout;
    const cuts_t *cuts;
    const int64_t *knowns;  /* of each line: what is known of its framing, by number */
    const int64_t *clocks;  /* of each of these: its clock, in microseconds east of UTC */
    int64_t rows;
    const int32_t *lines; /* of the kind at hand */
    const row_t *places;  /* of the kind at hand, one a line, and AHEAD more */
    int64_t *most;        /* of each field: how many bytes its texts have */
    odd_t *odds;
    int64_t odd_count, odd_room;
    int32_t kind, failed;
    uint8_t *free; /* the memory of the kind at hand, from here on */
} work_t;

#define AHEAD 12 /* lines of a kind lie far from each other: what they need is brought into the cache so early */

/* Where the value of a field stands in a line; 0 where it has none. */
static inline int span(const work_t *w, int32_t field, int64_t row, int64_t *from, int64_t *to) {
    const row_t *r = &w->places[row];
    const uint32_t *tape = w->cuts->tape;
    __builtin_prefetch(w->base + r[AHEAD].text);
    __builtin_prefetch(tape + r[AHEAD].bounds);
    int32_t place = w->layout->places[r->of_field + field];
    if (place < 0) return 0;
    const uint32_t *bounds = tape + r->bounds + place;
    *from = bounds[0];
    *to = bounds[1];
    return 1;
}

static void odd(work_t *w, int32_t field, int64_t row, int64_t from, int64_t to) {
    if (w->odd_count == w->odd_room) {
        int64_t room = w->odd_room ? 2 * w->odd_room : 256;
        odd_t *grown = realloc(w->odds, sizeof(odd_t) * (size_t)room);
        if (!grown) { w->failed = 1; return; }
        w->odds = grown;
        w->odd_room = room;
    }
    odd_t found = {w->kind, field, (int32_t)row, w->lines[row], from, to};
    w->odds[w->odd_count++] = found;
}

/* ---- Memory: one piece a kind, handed out in order. ---- */

static void *take(work_t *w, size_t size) { return take_from(&w->free, size); }

static struct ArrowArray *array_of(work_t *w, int64_t rows, int64_t buffers, int64_t children) {
    return array_in(&w->free, rows, buffers, children);
}

/* All values are there until one is said to be missing. */
static void missing(struct ArrowArray *a, uint8_t *valid, int64_t row) {
    if (!a->null_count++) {
        memset(valid, 0xFF, BITS(a->length));
        a->buffers[0] = valid;
    }
    CLEAR_BIT(valid, row);
}

/* ---- Reading single values; each gives 0 where Python has to read it. ---- */

static int read_int(text_t s, int64_t n, int64_t *value) {
    int64_t i = 0, sum = 0;
    int negative = n && s[0] == '-';
    if (n && (s[0] == '-' || s[0] == '+')) i++;
    if (n - i < 1 || n - i > 18) return 0;
    for (; i < n; i++) {
        if (s[i] < '0' || s[i] > '9') return 0;
        sum = sum * 10 + (s[i] - '0');
    }
    *value = negative ? -sum : sum;
    return 1;
}

/* A decimal of at most 15 digits: its digits and the power of ten are exact, so the quotient is rounded once. */
static int read_float(text_t s, int64_t n, double *value) {
    double digits = 0, scale = 1;
    int64_t i = 0, seen = 0;
    int point = 0, negative = n && s[0] == '-';
    if (n && (s[0] == '-' || s[0] == '+')) i++;
    if (i >= n || s[i] == '.' || n > 17) return 0;
    for (; i < n; i++) {
        if (s[i] == '.' && !point) { point = 1; continue; }
        if (s[i] < '0' || s[i] > '9' || ++seen > 15) return 0;
        digits = digits * 10 + (s[i] - '0');
        if (point) scale *= 10;
    }
    *value = negative ? -(digits / scale) : digits / scale;
    return 1;
}

/* 1: an IP address, 0: none, -1: Python knows. */
static int is_ip(text_t s, int64_t n) {
    int64_t i = 0;
    for (int octet = 0; octet < 4; octet++) {
        int64_t from = i;
        int value = 0;
        while (i < n && i - from < 4 && s[i] >= '0' && s[i] <= '9') value = value * 10 + (s[i++] - '0');
        if (i == from || i - from > 3 || value > 255 || (i - from > 1 && s[from] == '0')) return -1;
        if (octet < 3 && (i >= n || s[i++] != '.')) return -1;
    }
    return i == n ? 1 : -1;
}

/* An IPv6 address without a zone and without dots in it; -1: Python knows. */
static int is_ip6(text_t s, int64_t n) {
    int groups = 0, gap = 0;
    int64_t i = 0;
    if (n < 2 || n > 39) return -1;
    if (s[0] == ':') {
        if (s[1] != ':') return -1;
        gap = 1;
        i = 2;
    }
    while (i < n) {
        int64_t from = i;
        while (i < n && ((s[i] >= '0' && s[i] <= '9') || ((s[i] | 32) >= 'a' && (s[i] | 32) <= 'f'))) i++;
        if (i == from || i - from > 4) return -1;
        groups++;
        if (i == n) break;
        if (s[i++] != ':' || i == n) return -1;
        if (s[i] == ':') {
            if (gap) return -1;
            gap = 1;
            i++;
        }
    }
    return (gap ? groups < 8 : groups == 8) ? 1 : -1;
}

static int hex(uint8_t c) {
    if (c >= '0' && c <= '9') return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int escape_of(uint8_t c) {
    static const char letters[] = "abfnrtv\\'\"", values[] = "\a\b\f\n\r\t\v\\'\"";
    const char *found = c ? strchr(letters, c) : NULL;
    return found ? values[found - letters] : -1;
}

/* Undo Python's escapes; gives the length, -1 where bytes come out that are no UTF-8. */
static int64_t unescape(text_t s, int64_t n, uint8_t *out) {
    int64_t size = 0, i = 0;
    while (i < n) {
        if (s[i] != '\\') { out[size++] = s[i++]; continue; }
        int64_t run = size;
        while (i + 3 < n && s[i] == '\\' && s[i + 1] == 'x' && hex(s[i + 2]) >= 0 && hex(s[i + 3]) >= 0) {
            out[size++] = (uint8_t)(hex(s[i + 2]) << 4 | hex(s[i + 3]));
            i += 4;
        }
        if (size > run) {
            if (!is_utf8(out + run, size - run)) return -1;
            continue;
        }
        if (i + 1 < n && s[i + 1] >= '0' && s[i + 1] <= '7') return -1;
        int letter = i + 1 < n ? escape_of(s[i + 1]) : -1;
        out[size++] = letter < 0 ? '\\' : (uint8_t)letter;
        i += letter < 0 ? 1 : 2;
    }
    return size;
}

static int64_t unescaped(text_t s, int64_t n, uint8_t *out) {
    if (memchr(s, '\\', (size_t)n)) return unescape(s, n, out);
    put(out, s, n);
    return n;
}

static int64_t number_at(text_t s, int64_t digits) {
    int64_t value = 0;
    for (; digits; digits--, s++) {
        if (*s < '0' || *s > '9') return -1;
        value = value * 10 + (*s - '0');
    }
    return value;
}

/* A stamp such as `Wed May 26 14:58:26 2004`, in microseconds since the epoch by its own clock; 0 where Python knows. */
static int read_time(text_t s, int64_t n, int64_t *value) {
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    static const int8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (n != 24 || s[0] < 'A' || s[0] > 'Z' || s[1] < 'a' || s[1] > 'z' || s[2] < 'a' || s[2] > 'z') return 0;
    if (s[3] != ' ' || s[7] != ' ' || s[10] != ' ' || s[13] != ':' || s[16] != ':' || s[19] != ' ') return 0;
    int64_t month = 0;
    while (month < 12 && memcmp(s + 4, months + 3 * month, 3)) month++;
    int64_t day = s[8] == ' ' ? number_at(s + 9, 1) : number_at(s + 8, 2), year = number_at(s + 20, 4);
    int64_t hour = number_at(s + 11, 2), minute = number_at(s + 14, 2), second = number_at(s + 17, 2);
    int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (month == 12 || year < 2 || year > 9998 || day < 1 || day > lengths[month] + (leap && month == 1)) return 0;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return 0;
    int64_t y = month < 2 ? year - 1 : year, era = y / 400, of_era = y - era * 400;
    int64_t of_year = (153 * (month < 2 ? month + 10 : month - 2) + 2) / 5 + day - 1; /* from 1 March on */
    int64_t days = era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
    *value = ((days * 24 + hour) * 60 + minute) * 60000000 + second * 1000000;
    return 1;
}

/* The bounds of what a quoted value shows: between its quotes, or all of it. */
static void shown(text_t base, int64_t *from, int64_t *to) {
    int64_t end = *to;
    if (end <= *from || (base[*from] != '\'' && base[*from] != '"')) return;
    while (end > *from && base[end - 1] == ' ') end--;
    if (end - *from >= 2 && base[end - 1] == base[*from]) { (*from)++; *to = end - 1; }
}

/* ---- Columns, one type each. ---- */

static struct ArrowArray *fill_ints(work_t *w, int32_t field) {
    struct ArrowArray *a = array_of(w, w->rows, 2, 0);
    uint8_t *valid = take(w, BITS(w->rows));
    int64_t *values = take(w, sizeof(int64_t) * (size_t)w->rows);
    a->buffers[1] = values;
    for (int64_t i = 0; i < w->rows; i++) {
        const row_t *r = &w->places[i];
        int32_t number = w->layout->places[r->of_field + field];
        __builtin_prefetch(w->cuts->values + r[AHEAD].values);
        values[i] = number < 0 ? 0 : w->cuts->values[r->values + number];
        if (number < 0) missing(a, valid, i);
    }
    return a;
}

static struct ArrowArray *fill_times(work_t *w, int32_t field) {
    struct ArrowArray *a = array_of(w, w->rows, 2, 0);
    uint8_t *valid = take(w, BITS(w->rows));
    int64_t *values = take(w, sizeof(int64_t) * (size_t)w->rows), from, to;
    a->buffers[1] = values;
    for (int64_t i = 0; i < w->rows; i++) {
        values[i] = 0;
        if (!span(w, field, i, &from, &to)) missing(a, valid, i);
        else if (!read_time(w->base + from, to - from, values + i)) { missing(a, valid, i); odd(w, field, i, from, to); }
        else values[i] -= w->clocks[w->knowns[w->lines[i]]];
    }
    return a;
}

static struct ArrowArray *fill_floats(work_t *w, int32_t field) {
    struct ArrowArray *a = array_of(w, w->rows, 2, 0);
    uint8_t *valid = take(w, BITS(w->rows));
    double *values = take(w, sizeof(double) * (size_t)w->rows);
    int64_t from, to;
    a->buffers[1] = values;
    for (int64_t i = 0; i < w->rows; i++) {
        values[i] = 0;
        if (!span(w, field, i, &from, &to)) missing(a, valid, i);
        else if (!read_float(w->base + from, to - from, values + i)) { missing(a, valid, i); odd(w, field, i, from, to); }
    }
    return a;
}

static int is_text(text_t s, int64_t n, const char *text) {
    return n == (int64_t)strlen(text) && !memcmp(s, text, (size_t)n);
}

static struct ArrowArray *fill_truths(work_t *w, int32_t field, int32_t type) {
    struct ArrowArray *a = array_of(w, w->rows, 2, 0);
    uint8_t *valid = take(w, BITS(w->rows)), *values = take(w, BITS(w->rows));
    int64_t from, to;
    memset(values, 0, BITS(w->rows));
    a->buffers[1] = values;
    for (int64_t i = 0; i < w->rows; i++) {
        int told = span(w, field, i, &from, &to);
        if (type == FLAG) {
            if (told) SET_BIT(values, i);
        } else if (!told) {
            missing(a, valid, i);
        } else if (type == YES_NO) {
            if (is_text(w->base + from, to - from, "yes")) SET_BIT(values, i);
        } else if (is_text(w->base + from, to - from, "True")) {
            SET_BIT(values, i);
        } else if (!is_text(w->base + from, to - from, "False")) {
            missing(a, valid, i);
        }
    }
    return a;
}

static struct ArrowArray *fill_texts(work_t *w, int32_t field, int32_t type, int64_t most) {
    struct ArrowArray *a = array_of(w, w->rows, 3, 0);
    uint8_t *valid = take(w, BITS(w->rows));
    int32_t *offsets = take(w, sizeof(int32_t) * (size_t)(w->rows + 1));
    uint8_t *data = take(w, (size_t)most);
    int64_t size = 0, from, to;
    a->buffers[1] = offsets;
    a->buffers[2] = data;
    for (int64_t i = 0; i < w->rows; i++) {
        offsets[i] = (int32_t)size;
        if (!span(w, field, i, &from, &to)) { missing(a, valid, i); continue; }
        text_t s = w->base + from;
        int64_t n = to - from;
        if (type == QUOTED) {
            int64_t first = from, last = to;
            shown(w->base, &first, &last);
            n = unescaped(w->base + first, last - first, data + size);
            if (n < 0) { missing(a, valid, i); odd(w, field, i, from, to); continue; }
            size += n;
            continue;
        }
        if (type == ADDRESS && n > 1 && s[0] == '<' && s[n - 1] == '>') { s++; n -= 2; }
        if (type == IP && is_ip(s, n) < 0 && is_ip6(s, n) < 0) { missing(a, valid, i); odd(w, field, i, from, to); continue; }
        put(data + size, s, n);
        size += n;
    }
    offsets[w->rows] = (int32_t)size;
    return a;
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

/* Words by their numbers, in the order in which they are met. */
static struct ArrowArray *fill_words(work_t *w, int32_t field, int64_t most) {
    struct ArrowArray *a = array_of(w, w->rows, 2, 0);
    struct ArrowArray *words = array_of(w, 0, 3, 0);
    uint8_t *valid = take(w, BITS(w->rows));
    int32_t *numbers = take(w, sizeof(int32_t) * (size_t)w->rows);
    int32_t *offsets = take(w, sizeof(int32_t) * (size_t)(w->rows + 1));
    uint8_t *data = take(w, (size_t)most);
    int64_t room = 64, from, to;
    int32_t *table = malloc(sizeof(int32_t) * (size_t)room), count = 0;
    a->buffers[1] = numbers;
    a->dictionary = words;
    words->buffers[1] = offsets;
    words->buffers[2] = data;
    offsets[0] = 0;
    if (!table) { w->failed = 1; return a; }
    memset(table, 0xFF, sizeof(int32_t) * (size_t)room);
    for (int64_t i = 0; i < w->rows; i++) {
        numbers[i] = 0;
        if (!span(w, field, i, &from, &to)) { missing(a, valid, i); continue; }
        text_t s = w->base + from;
        int64_t n = to - from;
        uint64_t hash = hash_of(s, n);
        if (2 * (int64_t)count >= room) { /* twice the room: place all words anew */
            room *= 4;
            int32_t *grown = realloc(table, sizeof(int32_t) * (size_t)room);
            if (!grown) { w->failed = 1; break; }
            table = grown;
            memset(table, 0xFF, sizeof(int32_t) * (size_t)room);
            for (int32_t word = 0; word < count; word++) {
                uint64_t h = hash_of(data + offsets[word], offsets[word + 1] - offsets[word]);
                int64_t slot = (int64_t)(h & (uint64_t)(room - 1));
                while (table[slot] >= 0) slot = (slot + 1) & (room - 1);
                table[slot] = word;
            }
        }
        int64_t slot = (int64_t)(hash & (uint64_t)(room - 1));
        int32_t word;
        while ((word = table[slot]) >= 0 && (offsets[word + 1] - offsets[word] != n || !same(data + offsets[word], s, n)))
            slot = (slot + 1) & (room - 1);
        if (word < 0) {
            word = table[slot] = count++;
            memcpy(data + offsets[word], s, (size_t)n);
            offsets[count] = offsets[word] + (int32_t)n;
        }
        numbers[i] = word;
    }
    words->length = count;
    free(table);
    return a;
}

/* Integers in brackets: `[0, 1]`. The items so far, or -1. */
static int64_t read_rids(text_t s, int64_t n, int64_t *items, int64_t count) {
    int64_t i = 1;
    if (n < 3 || s[0] != '[' || s[n - 1] != ']') return -1;
    while (i < n - 1) {
        int64_t from = i;
        while (i < n - 1 && s[i] >= '0' && s[i] <= '9') i++;
        if (!read_int(s + from, i - from, items + count++)) return -1;
        if (i == n - 1) return count;
        if (s[i++] != ',') return -1;
        while (i < n - 1 && s[i] == ' ') i++;
    }
    return -1;
}

static struct ArrowArray *fill_rids(work_t *w, int32_t field, int64_t most) {
    struct ArrowArray *a = array_of(w, w->rows, 2, 1), *inner = array_of(w, 0, 2, 0);
    uint8_t *valid = take(w, BITS(w->rows));
    int32_t *offsets = take(w, sizeof(int32_t) * (size_t)(w->rows + 1));
    int64_t *items = take(w, sizeof(int64_t) * (size_t)(most / 2 + w->rows)), count = 0, from, to;
    a->buffers[1] = offsets;
    a->children[0] = inner;
    inner->buffers[1] = items;
    for (int64_t i = 0; i < w->rows; i++) {
        offsets[i] = (int32_t)count;
        if (!span(w, field, i, &from, &to)) { missing(a, valid, i); continue; }
        int64_t now = read_rids(w->base + from, to - from, items, count);
        if (now < 0) { missing(a, valid, i); odd(w, field, i, from, to); }
        else count = now;
    }
    offsets[w->rows] = (int32_t)count;
    inner->length = count;
    return a;
}

typedef struct { int32_t *offsets; uint8_t *data; int64_t size; } texts_t;

/* The quoted text that begins at `i`, added to others; where it ends, or -1. */
static int64_t quoted_at(text_t s, int64_t i, int64_t n, texts_t *texts, int64_t item) {
    if (i >= n || (s[i] != '\'' && s[i] != '"')) return -1;
    uint8_t mark = s[i++];
    int64_t from = i;
    while (i < n && s[i] != mark) i += s[i] == '\\' ? 2 : 1;
    if (i >= n) return -1;
    int64_t size = unescaped(s + from, i - from, texts->data + texts->size);
    if (size < 0) return -1;
    texts->offsets[item] = (int32_t)texts->size;
    texts->size += size;
    return i + 1;
}

/* Names and values in brackets: `[('from', 'a'), ('to', 'b')]`. The items so far, or -1. */
static int64_t read_pairs(text_t s, int64_t n, texts_t *names, texts_t *values, int64_t count) {
    while (n && s[0] == ' ') { s++; n--; }
    while (n && s[n - 1] == ' ') n--;
    int64_t i = 1, end = n - 1;
    while (i < end) {
        if (s[i] != '(') return -1;
        if ((i = quoted_at(s, i + 1, end, names, count)) < 0 || i + 1 >= end || s[i] != ',' || s[i + 1] != ' ') return -1;
        if ((i = quoted_at(s, i + 2, end, values, count)) < 0 || i >= end || s[i] != ')') return -1;
        count++;
        i++;
        if (i + 1 < end && s[i] == ',' && s[i + 1] == ' ') i += 2;
    }
    return count;
}

static struct ArrowArray *strings_of(work_t *w, texts_t *texts, int64_t items, int64_t most) {
    struct ArrowArray *a = array_of(w, 0, 3, 0);
    texts->offsets = take(w, sizeof(int32_t) * (size_t)(items + 1));
    texts->data = take(w, (size_t)most);
    texts->size = 0;
    a->buffers[1] = texts->offsets;
    a->buffers[2] = texts->data;
    return a;
}

static struct ArrowArray *fill_pairs(work_t *w, int32_t field, int64_t most) {
    struct ArrowArray *a = array_of(w, w->rows, 2, 1), *pair = array_of(w, 0, 1, 2);
    uint8_t *valid = take(w, BITS(w->rows));
    int32_t *offsets = take(w, sizeof(int32_t) * (size_t)(w->rows + 1));
    int64_t count = 0, from, to;
    texts_t names, values;
    a->buffers[1] = offsets;
    a->children[0] = pair;
    pair->children[0] = strings_of(w, &names, most / 8 + w->rows, most);
    pair->children[1] = strings_of(w, &values, most / 8 + w->rows, most);
    for (int64_t i = 0; i < w->rows; i++) {
        offsets[i] = (int32_t)count;
        if (!span(w, field, i, &from, &to)) { missing(a, valid, i); continue; }
        int64_t name_size = names.size, value_size = values.size;
        int64_t now = read_pairs(w->base + from, to - from, &names, &values, count);
        if (now >= 0) { count = now; continue; }
        names.size = name_size;
        values.size = value_size;
        missing(a, valid, i);
        odd(w, field, i, from, to);
    }
    offsets[w->rows] = (int32_t)count;
    names.offsets[count] = (int32_t)names.size;
    values.offsets[count] = (int32_t)values.size;
    pair->length = pair->children[0]->length = pair->children[1]->length = count;
    return a;
}

/* Quoted texts: `'a', 'b'`, in brackets if they are a list. The items so far, or -1. */
static int64_t read_items(text_t s, int64_t n, int32_t type, texts_t *texts, int64_t count) {
    int64_t i = 0;
    if (type == QUOTED_LIST) {
        if (n < 2 || s[0] != '[' || s[n - 1] != ']') return -1;
        s++;
        n -= 2;
        if (!n) return count;
    }
    while (n && s[n - 1] == ' ') n--;
    for (;;) {
        if ((i = quoted_at(s, i, n, texts, count)) < 0) return -1;
        count++;
        if (i == n) return count;
        if (i + 2 >= n || s[i] != ',' || s[i + 1] != ' ') return -1;
        i += 2;
    }
}

static struct ArrowArray *fill_lists(work_t *w, int32_t field, int32_t type, int64_t most) {
    struct ArrowArray *a = array_of(w, w->rows, 2, 1);
    uint8_t *valid = take(w, BITS(w->rows));
    int32_t *offsets = take(w, sizeof(int32_t) * (size_t)(w->rows + 1));
    int64_t count = 0, from, to;
    texts_t texts;
    a->buffers[1] = offsets;
    a->children[0] = strings_of(w, &texts, most / 2 + w->rows, most);
    for (int64_t i = 0; i < w->rows; i++) {
        offsets[i] = (int32_t)count;
        if (!span(w, field, i, &from, &to)) { missing(a, valid, i); continue; }
        int64_t size = texts.size, now = read_items(w->base + from, to - from, type, &texts, count);
        if (now >= 0) { count = now; continue; }
        texts.size = size;
        missing(a, valid, i);
        odd(w, field, i, from, to);
    }
    offsets[w->rows] = (int32_t)count;
    texts.offsets[count] = (int32_t)texts.size;
    a->children[0]->length = count;
    return a;
}

/* ---- A kind. ---- */

/* How much memory a column takes at most, its texts having `most` bytes. */
static size_t size_of(int32_t type, int64_t rows, int64_t most) {
    size_t plain = ARRAY_SIZE(0) + ALIGNED(BITS(rows)), offsets = ALIGNED(sizeof(int32_t) * (size_t)(rows + 1));
    size_t items = ALIGNED(sizeof(int32_t) * (size_t)(most / 8 + rows + 1));
    switch (type) {
    case INTEGER: case FLOAT: case TIME: return plain + ALIGNED(8 * (size_t)rows);
    case FLAG: case YES_NO: case TRUE_FALSE: return plain + ALIGNED(BITS(rows));
    case WORD: return plain + ARRAY_SIZE(0) + 2 * offsets + ALIGNED(most);
    case RIDS: return plain + 2 * ARRAY_SIZE(1) + offsets + ALIGNED(8 * (size_t)(most / 2 + rows));
    case PAIRS: return plain + 4 * ARRAY_SIZE(2) + offsets + 2 * (items + ALIGNED(most));
    case QUOTED_LIST: case QUOTED_TEXTS:
        return plain + 2 * ARRAY_SIZE(1) + offsets + ALIGNED(sizeof(int32_t) * (size_t)(most / 2 + rows + 1)) + ALIGNED(most);
    case RAW: case UNWANTED: return 0;
    default: return plain + offsets + ALIGNED(most);
    }
}

static struct ArrowArray *fill(work_t *w, int32_t field, int32_t type, int64_t most) {
    switch (type) {
    case INTEGER: return fill_ints(w, field);
    case FLOAT: return fill_floats(w, field);
    case TIME: return fill_times(w, field);
    case QUOTED_LIST: case QUOTED_TEXTS: return fill_lists(w, field, type, most);
    case FLAG: case YES_NO: case TRUE_FALSE: return fill_truths(w, field, type);
    case WORD: return fill_words(w, field, most);
    case RIDS: return fill_rids(w, field, most);
    case PAIRS: return fill_pairs(w, field, most);
    default: return fill_texts(w, field, type, most);
    }
}

/* Where a line's terminals are, and how many bytes its texts add to those of its kind's fields. */
static row_t place_of(const work_t *w, int64_t line, kind_t kind) {
    const cuts_t *cuts = w->cuts;
    const uint32_t *bounds = cuts->tape + cuts->tape_at[line];
    const int32_t *types = w->layout->types + kind.first;
    row_t found = {cuts->tape_at[line], w->layout->places_at[cuts->wordings[line]], cuts->values_at[line], bounds[0]};
    for (int32_t field = 0; field < kind.count; field++) {
        int32_t place = w->layout->places[found.of_field + field];
        if (place >= 0 && types[field] != INTEGER && types[field] != FLAG)
            w->most[kind.first + field] += bounds[place + 1] - bounds[place];
    }
    return found;
}

/* Sort the lines by kind: those of a kind end, in `order`, before `firsts` of it. */
static void sort_lines(const work_t *w, int64_t lines, int64_t *firsts, int32_t *order, row_t *places) {
    const layout_t *layout = w->layout;
    const int32_t *wordings = w->cuts->wordings;
    for (int64_t i = 0; i < lines; i++) if (wordings[i] >= 0) firsts[layout->kind_of[wordings[i]] + 1]++;
    for (int32_t kind = 0; kind < layout->kind_count; kind++) firsts[kind + 1] += firsts[kind];
    memset(places + firsts[layout->kind_count], 0, AHEAD * sizeof(row_t));
    for (int64_t i = 0; i < lines; i++) {
        if (wordings[i] < 0) continue;
        int32_t kind = layout->kind_of[wordings[i]];
        int64_t at = firsts[kind]++;
        order[at] = (int32_t)i;
        places[at] = place_of(w, i, layout->kinds[kind]);
    }
}

static void fill_kind(work_t *w, int64_t seq, struct ArrowArray *out) {
    kind_t kind = w->layout->kinds[w->kind];
    const int32_t *types = w->layout->types + kind.first;
    const int64_t *most = w->most + kind.first;
    int64_t from, to, child = 1;
    size_t size = ARRAY_SIZE(kind.count + 1) + ARRAY_SIZE(0) + ALIGNED(8 * (size_t)w->rows) + 64;
    for (int32_t field = 0; field < kind.count; field++) size += size_of(types[field], w->rows, most[field]);
    uint8_t *memory = take_memory(size);
    if (!memory) { w->failed = 1; return; }
    w->free = aligned(memory);
    struct ArrowArray *top = array_of(w, w->rows, 1, kind.count + 1), *seqs = array_of(w, w->rows, 2, 0);
    int64_t *numbers = take(w, sizeof(int64_t) * (size_t)w->rows);
    for (int64_t i = 0; i < w->rows; i++) numbers[i] = seq + w->lines[i];
    seqs->buffers[1] = numbers;
    top->children[0] = seqs;
    for (int32_t field = 0; field < kind.count; field++) {
        if (types[field] == UNWANTED) continue;
        if (types[field] != RAW) { top->children[child++] = fill(w, field, types[field], most[field]); continue; }
        for (int64_t i = 0; i < w->rows; i++) if (span(w, field, i, &from, &to)) odd(w, field, i, from, to);
    }
    hand_over(out, top, child, memory);
}

/* Lay out the lines that have a wording, kind by kind: `out` has room for all kinds, those without lines,
 * or not wanted, are left as they are (zeroed). `odds` is given what Python has to read (to be freed with `mt_free`), and its number
 * returned; -1 where memory is short. */
PUBLIC int64_t mt_columns(const layout_t *layout, text_t base, int64_t lines, const cuts_t *cuts, const int64_t *knowns,
                          const int64_t *clocks, int64_t seq, struct ArrowArray *out, odd_t **odds) {
    work_t w = {.base = base, .layout = layout, .cuts = cuts, .knowns = knowns, .clocks = clocks};
    int64_t *firsts = calloc((size_t)layout->kind_count + 1, sizeof(int64_t));
    int32_t *order = malloc(sizeof(int32_t) * (size_t)(lines + 1));
    row_t *places = malloc(((size_t)lines + AHEAD) * sizeof(row_t));
    w.most = calloc((size_t)layout->field_count + 1, sizeof(int64_t));
    if (firsts && order && places && w.most) {
        sort_lines(&w, lines, firsts, order, places);
        for (int32_t kind = 0; kind < layout->kind_count && !w.failed; kind++) { /* each first is now the next one's */
            int64_t first = kind ? firsts[kind - 1] : 0;
            if (firsts[kind] == first || layout->kinds[kind].count < 0) continue;
            w.kind = kind;
            w.lines = order + first;
            w.places = places + first;
            w.rows = firsts[kind] - first;
            fill_kind(&w, seq, out + kind);
        }
    } else {
        w.failed = 1;
    }
    free(firsts);
    free(order);
    free(places);
    free(w.most);
    *odds = w.odds;
    return w.failed ? -1 : w.odd_count;
}

PUBLIC void mt_free(void *memory) { free(memory); }
