/* Texts as tables store them. */
#include "_text.h"

/* How many bytes the character has that begins a text, 0 where none does: no surrogate, nothing overlong, and nothing
 * from U+10FF80 on, which stands for bytes that are no UTF-8. */
static inline int64_t character(text_t s, int64_t n) {
    uint8_t c = s[0];
    if (c < 0x80) return 1;
    int64_t more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : 1;
    if (c < 0xC2 || c > 0xF4 || n <= more) return 0;
    uint8_t d = s[1];
    if ((c == 0xE0 && d < 0xA0) || (c == 0xED && d > 0x9F) || (c == 0xF0 && d < 0x90) || (c == 0xF4 && d > 0x8F)) return 0;
    for (int64_t i = 1; i <= more; i++) if (!CONTINUES(s[i])) return 0;
    return c == 0xF4 && d == 0x8F && s[2] >= 0xBE ? 0 : more + 1;
}

int is_utf8(text_t s, int64_t n) {
    for (int64_t i = 0, size; i < n; i += size) {
        uint64_t word;
        while (i + 8 <= n && (memcpy(&word, s + i, 8), !(word & 0x8080808080808080ULL))) i += 8;
        if (i >= n) break;
        if (!(size = character(s + i, n - i))) return 0;
    }
    return 1;
}

/* Write a text as tables store it: a byte 0xNN that is no UTF-8 as U+10FFNN. Returns the length. */
int64_t stored(text_t s, int64_t n, uint8_t *out) {
    uint8_t *to = out;
    for (int64_t i = 0; i < n;) {
        int64_t size = character(s + i, n - i);
        if (size) {
            for (; size; size--) *to++ = s[i++];
        } else {
            uint8_t c = s[i++];
            *to++ = 0xF4;
            *to++ = 0x8F;
            *to++ = (uint8_t)(0xBC | c >> 6);
            *to++ = (uint8_t)(0x80 | (c & 0x3F));
        }
    }
    return to - out;
}
