/* Arrow columns as lines of NDJSON or CSV, byte for byte as `ndjson.py` and `csv.py` write records.
 *
 * It walks the spine row by row; each kind's table stands in the same order and has a cursor. The arrays are
 * those of the Arrow C data interface. All memory is the caller's: where the room ends, it says which row comes
 * next, and is called again. No kind, no field is named here: `columns.py` tells keys and types.
 */
#include <stdint.h>
#include <string.h>

#ifdef _WIN32
#define PUBLIC __declspec(dllexport)
#else
#define PUBLIC __attribute__((visibility("default")))
#endif

typedef struct array { /* ArrowArray, as the C data interface fixes it */
    int64_t length, null_count, offset, n_buffers, n_children;
    const void **buffers;
    struct array **children;
    struct array *dictionary;
    void (*release)(struct array *);
    void *private_data;
} array_t;

enum { INT, FLAG, TIME, TEXT, WORD, RAW, INTS, TEXTS, PAIRS };

typedef struct { /* how a column is printed */
    const uint8_t *key; /* `,"name":`; KEY_PADDING bytes behind it may be read */
    int32_t size, type;
    int32_t in_spine; /* an id, which stands among the spine's columns already */
} column_t;

typedef struct { /* a kind's rows: `seq`, then its columns */
    const column_t *columns;
    int64_t count;
    const array_t *rows;
    int64_t at; /* the next row */
} kind_t;

typedef struct {
    uint8_t *at, *end;
    int full;    /* the room ended: the row is to be written again */
    int odd;     /* a byte that was no UTF-8 was met, where not all was to be ASCII */
    int ascii;   /* all is to be ASCII */
    int doubled; /* JSON within a cell: each quote twice */
    int64_t second;
    uint8_t clock[24]; /* `second`, printed */
} out_t;

#define KEY_PADDING 16
#define CLOCK_SIZE 19

static int room(out_t *out, int64_t size) {
    if (out->end - out->at >= size) return 1;
    out->full = 1;
    return 0;
}

static void put(out_t *out, const void *bytes, int64_t size) {
    if (!room(out, size)) return;
    memcpy(out->at, bytes, (size_t)size);
    out->at += size;
}

static void put_key(out_t *out, const column_t *column) {
    if (!room(out, column->size + KEY_PADDING)) return;
    memcpy(out->at, column->key, KEY_PADDING); /* of fixed size: most keys are that short */
    if (column->size > KEY_PADDING)
        memcpy(out->at + KEY_PADDING, column->key + KEY_PADDING, (size_t)(column->size - KEY_PADDING));
    out->at += column->size;
}

static int is_null(const array_t *array, int64_t row) {
    const uint8_t *known = array->n_buffers ? array->buffers[0] : 0;
    int64_t at = array->offset + row;
    return known && !(known[at >> 3] >> (at & 7) & 1);
}

/* ---- Numbers and times ---- */

static const char PAIRS_OF_DIGITS[] =
    "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"
    "5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

static void put_int(out_t *out, int64_t value) {
    uint8_t digits[20], *at = digits + sizeof digits;
    uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    if (!room(out, 21)) return;
    for (; left >= 100; left /= 100) memcpy(at -= 2, PAIRS_OF_DIGITS + 2 * (left % 100), 2);
    if (left >= 10) memcpy(at -= 2, PAIRS_OF_DIGITS + 2 * left, 2);
    else *--at = (uint8_t)('0' + left);
    if (value < 0) *out->at++ = '-';
    memcpy(out->at, at, (size_t)(digits + sizeof digits - at));
    out->at += digits + sizeof digits - at;
}

static void put_digits(uint8_t *to, int64_t value, int width) {
    for (; width; value /= 10) to[--width] = (uint8_t)('0' + value % 10);
}

/* Print seconds since the epoch as `2021-09-13T23:38:03`. The calendar is Howard Hinnant's `civil_from_days`. */
static void print_second(uint8_t *to, int64_t second) {
    int64_t in_day = (second % 86400 + 86400) % 86400, day = (second - in_day) / 86400 + 719468;
    int64_t era = (day >= 0 ? day : day - 146096) / 146097, in_era = day - era * 146097;
    int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int64_t in_year = in_era - (365 * year + year / 4 - year / 100), shifted = (5 * in_year + 2) / 153;
    int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
    memcpy(to, "0000-00-00T00:00:00", CLOCK_SIZE);
    put_digits(to, year + era * 400 + (month <= 2), 4);
    put_digits(to + 5, month, 2);
    put_digits(to + 8, in_year - (153 * shifted + 2) / 5 + 1, 2);
    put_digits(to + 11, in_day / 3600, 2);
    put_digits(to + 14, in_day / 60 % 60, 2);
    put_digits(to + 17, in_day % 60, 2);
}

static void put_time(out_t *out, int64_t microseconds) {
    int64_t rest = (microseconds % 1000000 + 1000000) % 1000000, second = (microseconds - rest) / 1000000;
    if (!room(out, CLOCK_SIZE + 8)) return;
    if (second != out->second) print_second(out->clock, out->second = second);
    memcpy(out->at, out->clock, CLOCK_SIZE);
    out->at += CLOCK_SIZE;
    if (rest) {
        *out->at = '.';
        put_digits(out->at + 1, rest, 6);
        out->at += 7;
    }
    *out->at++ = 'Z';
}

/* ---- Texts ---- */

#define EACH(byte) (0x0101010101010101u * (byte))
#define LESS(word, byte) (((word) - EACH(byte)) & ~(word)) /* high bits: some byte is less; exact only as yes or no */

/* Whether one of 8 bytes is a control character, a quote, a backslash, or no ASCII. */
static int is_special(uint64_t word) {
    return ((word | LESS(word, 0x20) | LESS(word ^ EACH('"'), 1) | LESS(word ^ EACH('\\'), 1)) & EACH(0x80)) != 0;
}

/* A byte that was no UTF-8 stands as the character U+10FFNN (text.py); `at` has four bytes at least. */
static int is_odd(const uint8_t *at) { return at[0] == 0xF4 && at[1] == 0x8F && at[2] >= 0xBE; }

static uint8_t *unicode_escape(uint8_t *to, uint32_t code) {
    static const char digits[] = "0123456789abcdef";
    to[0] = '\\', to[1] = 'u';
    for (int i = 0; i < 4; i++) to[2 + i] = (uint8_t)digits[code >> (12 - 4 * i) & 15];
    return to + 6;
}

static uint8_t *escape_ascii(out_t *out, uint8_t *to, uint8_t byte) {
    static const char named[] = "\bb\tt\nn\ff\rr\"\"\\\\";
    for (int i = 0; i < 14; i += 2)
        if (byte == (uint8_t)named[i]) {
            *to++ = '\\', *to++ = (uint8_t)named[i + 1];
            if (byte == '"' && out->doubled) *to++ = '"';
            return to;
        }
    if (byte < 0x20 || (byte == 0x7F && out->ascii)) return unicode_escape(to, byte);
    *to++ = byte;
    return to;
}

/* The length of the character that begins here, 0 where it is no UTF-8 (as Python has it). */
static int length_of(const uint8_t *at, const uint8_t *end, uint32_t *code) {
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    int length = at[0] < 0x80 ? 1 : at[0] >= 0xF0 ? 4 : at[0] >= 0xE0 ? 3 : 2;
    *code = at[0];
    if (length == 1) return 1;
    if (at[0] < 0xC0 || at[0] > 0xF7 || end - at < length) return 0;
    *code &= 0x7Fu >> length;
    for (int i = 1; i < length; i++) {
        if ((at[i] & 0xC0) != 0x80) return 0;
        *code = *code << 6 | (at[i] & 0x3F);
    }
    return *code < least[length] || *code > 0x10FFFF || *code >> 11 == 0x1B ? 0 : length;
}

static uint8_t *escape_code(out_t *out, uint8_t *to, const uint8_t *at, int length, uint32_t code) {
    if (out->ascii && code >= 0x10FF80) return unicode_escape(to, 0xDC00 | (code & 0xFF));
    if (out->ascii && code >= 0x10000) {
        to = unicode_escape(to, 0xD800 + ((code - 0x10000) >> 10));
        return unicode_escape(to, 0xDC00 | (code & 0x3FF));
    }
    if (out->ascii || code == 0x85 || code == 0x2028 || code == 0x2029) return unicode_escape(to, code);
    if (code >= 0x10FF80) out->odd = 1;
    memcpy(to, at, (size_t)length);
    return to + length;
}

static void put_text(out_t *out, const uint8_t *at, int64_t size) {
    const uint8_t *end = at + size;
    uint8_t *to = out->at;
    uint64_t word;
    uint32_t code;
    if (!room(out, 6 * size + 12)) return;
    *to++ = '"';
    if (out->doubled) *to++ = '"';
    while (at < end) {
        while (end - at >= 8 && (memcpy(&word, at, 8), !is_special(word) && !out->ascii)) {
            memcpy(to, &word, 8);
            at += 8, to += 8;
        }
        for (const uint8_t *stop = end - at > 8 ? at + 8 : end; at < stop;) {
            int length = *at < 0x80 ? 1 : length_of(at, end, &code);
            if (*at < 0x80 || !length) to = escape_ascii(out, to, *at);
            else to = escape_code(out, to, at, length, code);
            at += length ? length : 1;
        }
    }
    *to++ = '"';
    if (out->doubled) *to++ = '"';
    out->at = to;
}

/* ---- Values ---- */

static const uint8_t *text_of(const array_t *array, int64_t row, int64_t *size) {
    const int32_t *offsets = (const int32_t *)array->buffers[1] + array->offset + row;
    *size = offsets[1] - offsets[0];
    return (const uint8_t *)array->buffers[2] + offsets[0];
}

static const array_t *word_of(const array_t *array, int64_t *row) {
    *row = ((const int32_t *)array->buffers[1])[array->offset + *row];
    return array->dictionary;
}

static int64_t number_of(const array_t *array, int64_t row) {
    return ((const int64_t *)array->buffers[1])[array->offset + row];
}

static void put_value(out_t *out, int type, const array_t *array, int64_t row);

static void put_list(out_t *out, int type, const array_t *array, int64_t row) {
    const int32_t *offsets = (const int32_t *)array->buffers[1] + array->offset + row;
    const array_t *items = array->children[0];
    put(out, "[", 1);
    for (int64_t i = offsets[0]; i < offsets[1] && !out->full; i++) {
        if (i > offsets[0]) put(out, ",", 1);
        if (type != PAIRS) {
            put_value(out, type == INTS ? INT : TEXT, items, i);
            continue;
        }
        put(out, "[", 1);
        put_value(out, TEXT, items->children[0], items->offset + i);
        put(out, ",", 1);
        put_value(out, TEXT, items->children[1], items->offset + i);
        put(out, "]", 1);
    }
    put(out, "]", 1);
}

static void put_value(out_t *out, int type, const array_t *array, int64_t row) {
    const uint8_t *text;
    int64_t size;
    if (is_null(array, row)) {
        put(out, "null", 4);
        return;
    }
    if (type == WORD) array = word_of(array, &row);
    switch (type) {
    case INT:
        put_int(out, number_of(array, row));
        break;
    case FLAG:
        row += array->offset;
        if (((const uint8_t *)array->buffers[1])[row >> 3] >> (row & 7) & 1) put(out, "true", 4);
        else put(out, "false", 5);
        break;
    case TIME:
        put(out, "\"\"", out->doubled ? 2 : 1);
        put_time(out, number_of(array, row));
        put(out, "\"\"", out->doubled ? 2 : 1);
        break;
    case TEXT:
    case WORD:
        text = text_of(array, row, &size);
        put_text(out, text, size);
        break;
    case RAW:
        text = text_of(array, row, &size);
        put(out, text, size);
        break;
    default:
        put_list(out, type, array, row);
    }
}

/* ---- Rows ---- */

/* Move a kind's cursor to the row of a line; -1 where it has none. */
static int64_t row_of(kind_t *kind, int64_t seq) {
    const array_t *seqs = kind->rows->children[0];
    int64_t base = kind->rows->offset, rows = kind->rows->length;
    while (kind->at < rows && number_of(seqs, base + kind->at) < seq) kind->at++;
    return kind->at < rows && number_of(seqs, base + kind->at) == seq ? base + kind->at : -1;
}

static void put_fields(out_t *out, const kind_t *kind, int64_t row, int ids_too) {
    for (int64_t i = 0; i < kind->count; i++) {
        const column_t *column = kind->columns + i;
        if (column->in_spine && !ids_too) continue;
        put_key(out, column);
        put_value(out, column->type, kind->rows->children[i + 1], row);
    }
}

static void put_json(out_t *out, const array_t *spine, const column_t *columns, int64_t row, const kind_t *kind,
                     int64_t kind_row) {
    for (int64_t i = 0; i < spine->n_children; i++) {
        put_key(out, columns + i);
        put_value(out, columns[i].type, spine->children[i], row);
    }
    put_fields(out, kind, kind_row, 0);
    put(out, "}\n", 2);
}

/* A text whose bytes that were no UTF-8 are written as Python's `backslashreplace` does; it becomes no longer. */
static int64_t without_odd(const uint8_t *at, int64_t size, uint8_t *bytes, uint8_t *to) {
    static const char digits[] = "0123456789abcdef";
    const uint8_t *end = at + size, *begin = to;
    uint8_t *last = bytes;
    uint32_t code;
    while (at < end) {
        int odd = end - at >= 4 && is_odd(at);
        *last++ = odd ? (uint8_t)(at[2] << 6 | (at[3] & 0x3F)) : *at;
        at += odd ? 4 : 1;
    }
    while (bytes < last) {
        int length = length_of(bytes, last, &code);
        if (length) memcpy(to, bytes, (size_t)length);
        else to[0] = '\\', to[1] = 'x', to[2] = (uint8_t)digits[*bytes >> 4], to[3] = (uint8_t)digits[*bytes & 15];
        to += length ? length : 4;
        bytes += length ? length : 1;
    }
    return to - begin;
}

static int is_formula(const uint8_t *at, int64_t size) {
    const uint8_t *end = at + size;
    while (at < end && *at == ' ') at++;
    if (at == end) return 0;
    if (*at < 0x80) return memchr("=+-@\t\r\n", *at, 7) != 0;
    if (end - at < 3 || at[0] != 0xEF) return 0; /* the wide ones */
    return (at[1] == 0xBC && (at[2] == 0x9D || at[2] == 0x8B || at[2] == 0x8D || at[2] == 0xA0));
}

static void put_cell(out_t *out, const uint8_t *at, int64_t size) {
    int quoted = 0, odd = 0;
    if (!room(out, 4 * size + 4)) return;
    for (int64_t i = 0; i < size; i++) {
        quoted |= (at[i] == ',') | (at[i] == '"') | (at[i] == '\r') | (at[i] == '\n');
        odd |= at[i] == 0xF4;
    }
    if (odd) { /* the end of the room is free for its workings */
        uint8_t *to = out->end - 2 * size;
        size = without_odd(at, size, out->end - size, to);
        at = to;
    }
    if (quoted) *out->at++ = '"';
    if (is_formula(at, size)) *out->at++ = '\'';
    if (!quoted) {
        memcpy(out->at, at, (size_t)size);
        out->at += size;
        return;
    }
    for (int64_t i = 0; i < size; i++) {
        *out->at++ = at[i];
        if (at[i] == '"') *out->at++ = '"';
    }
    *out->at++ = '"';
}

static void put_spine_cell(out_t *out, int type, const array_t *array, int64_t row) {
    const uint8_t *text;
    int64_t size;
    if (is_null(array, row)) return;
    if (type == WORD) array = word_of(array, &row);
    if (type == INT) put_int(out, number_of(array, row));
    else if (type == TIME) put_time(out, number_of(array, row));
    else {
        text = text_of(array, row, &size);
        put_cell(out, text, size);
    }
}

/* The fields as one cell of JSON; a value that was no UTF-8 makes all of it ASCII. */
static void put_fields_cell(out_t *out, const kind_t *kind, int64_t row) {
    uint8_t *begin = out->at;
    out->doubled = 1;
    for (int again = 1; again; again = out->odd && !out->full) {
        out->ascii = out->odd;
        out->odd = 0;
        out->at = begin;
        put(out, "\"", 1);
        put_fields(out, kind, row, 1);
        put(out, "}\"", 2);
    }
    out->doubled = out->ascii = out->odd = 0;
}

static void put_csv(out_t *out, const array_t *spine, const column_t *columns, int64_t row, const kind_t *kind,
                    int64_t kind_row) {
    for (int64_t i = 0; i < spine->n_children; i++) {
        put_spine_cell(out, columns[i].type, spine->children[i], row);
        put(out, ",", 1);
    }
    if (kind->count) put_fields_cell(out, kind, kind_row);
    else put(out, "{}", 2);
    put(out, "\r\n", 2);
}

/* Write the rows of `spine` from `first` on, and return which comes next: fewer where the room ends, and -1 where
 * a kind has no row for a line. `kinds` stand in the order of the words of the spine's column `kind_column`. */
PUBLIC int64_t mt_rows(int32_t csv, const array_t *spine, const column_t *columns, int32_t kind_column, kind_t *kinds,
                       int64_t first, uint8_t *data, int64_t capacity, int64_t *written) {
    out_t out = {data, data + capacity, 0, 0, 0, 0, INT64_MIN, {0}};
    int64_t row = first;
    for (; row < spine->length; row++) {
        uint8_t *begin = out.at;
        int64_t at = spine->offset + row, word = at;
        word_of(spine->children[kind_column], &word);
        kind_t *kind = kinds + word;
        int64_t kind_row = row_of(kind, number_of(spine->children[0], at));
        if (kind_row < 0) return -1;
        if (csv) put_csv(&out, spine, columns, at, kind, kind_row);
        else put_json(&out, spine, columns, at, kind, kind_row);
        if (out.odd && !out.full) {
            out.at = begin;
            out.ascii = 1;
            put_json(&out, spine, columns, at, kind, kind_row);
            out.ascii = out.odd = 0;
        }
        if (out.full) {
            out.at = begin;
            break;
        }
    }
    *written = out.at - data;
    return row;
}
