/* Single values, read out of a line: what is not exactly one is left to Python. */
#include "_values.h"
#include "_text.h"

int read_int(text_t s, int64_t n, int64_t *value) {
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
int read_float(text_t s, int64_t n, double *value) {
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
int is_ip(text_t s, int64_t n) {
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
int is_ip6(text_t s, int64_t n) {
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

int64_t unescaped(text_t s, int64_t n, uint8_t *out) {
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
int read_time(text_t s, int64_t n, int64_t *value) {
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
void shown(text_t base, int64_t *from, int64_t *to) {
    int64_t end = *to;
    if (end <= *from || (base[*from] != '\'' && base[*from] != '"')) return;
    while (end > *from && base[end - 1] == ' ') end--;
    if (end - *from >= 2 && base[end - 1] == base[*from]) { (*from)++; *to = end - 1; }
}

/* Integers in brackets: `[0, 1]`. The items so far, or -1. */
int64_t read_rids(text_t s, int64_t n, int64_t *items, int64_t count) {
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
int64_t read_pairs(text_t s, int64_t n, texts_t *names, texts_t *values, int64_t count) {
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

/* Quoted texts: `'a', 'b'`, in brackets if they are a list. The items so far, or -1. */
int64_t read_items(text_t s, int64_t n, int in_brackets, texts_t *texts, int64_t count) {
    int64_t i = 0;
    if (in_brackets) {
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
