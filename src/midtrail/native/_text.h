/* Texts as tables store them: UTF-8, in which bytes that are none stand as private characters (see text.py). */
#ifndef MIDTRAIL_TEXT_H
#define MIDTRAIL_TEXT_H

#include "_program.h"

#define CONTINUES(byte) (((byte) & 0xC0) == 0x80) /* inside a character of UTF-8 */
#define MOST_STORED 4 /* times as long is what is stored at most */

INNER int is_utf8(text_t text, int64_t size);
INNER int64_t stored(text_t text, int64_t size, uint8_t *out);

/* Whether a text is ASCII, behind which 8 bytes can be read. */
static inline int is_ascii(text_t s, int64_t n) {
    uint64_t all = 0, word;
    int64_t i = 0;
    for (; i + 32 <= n; i += 32) {
        uint64_t second, third, fourth;
        memcpy(&word, s + i, 8);
        memcpy(&second, s + i + 8, 8);
        memcpy(&third, s + i + 16, 8);
        memcpy(&fourth, s + i + 24, 8);
        all |= word | second | third | fourth;
    }
    for (; i + 8 <= n; i += 8) { memcpy(&word, s + i, 8); all |= word; }
    memcpy(&word, s + i, 8);
    return !((all | (word & MASKS[n - i])) & 0x8080808080808080ULL);
}

#endif
