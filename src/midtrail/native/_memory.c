/* Memory of columns: large pieces are used again for others of about their size.
 *
 * Columns of one chunk live for different times. In malloc's heap those that stay keep what was freed between
 * them from being used for large pieces, so that the heap grows with the input; and pages that are asked for anew
 * cost as much as filling them. So pieces come in sizes, four to each power of two, from the system itself, and
 * wait for the next of their size: in processes that only read (`mt_keep_memory`), and on Linux.
 */
#define _GNU_SOURCE
#include "_memory.h"
#include <stdlib.h>

#ifdef __linux__
#include <malloc.h>
#include <pthread.h>
#include <sys/mman.h>

#define SMALLEST ((size_t)1 << 16) /* of the pieces that are kept: smaller ones are malloc's */
#define SIZES 64
#define MOST_KEPT ((size_t)128 << 20)

typedef union piece { /* what stands before a piece's memory */
    struct { union piece *next; size_t size; int32_t number; } is; /* its number: which size that is, -1: malloc's */
    uint8_t room[64];
} piece_t;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static piece_t *kept[SIZES];
static size_t bytes_kept;
static int keeps;

/* Which size fits, and how large that is: a power of two, or that and one to three quarters of it. */
static int32_t number_of(size_t size, size_t *room) {
    size_t power = SMALLEST;
    int32_t number = 0;
    while (2 * power < size) { power *= 2; number += 4; }
    size_t step = power / 4, steps = size <= power ? 0 : (size - power + step - 1) / step;
    *room = power + steps * step;
    return number + (int32_t)steps;
}

/* A piece of that size or, so that fewer are needed in all, of one of the next two. */
static piece_t *kept_piece(int32_t number) {
    piece_t *found = NULL;
    pthread_mutex_lock(&lock);
    for (int32_t i = number; !found && i <= number + 2 && i < SIZES; i++) {
        if (!(found = kept[i])) continue;
        kept[i] = found->is.next;
        bytes_kept -= found->is.size;
    }
    pthread_mutex_unlock(&lock);
    return found;
}

void *take_memory(size_t wanted) {
    size_t size = wanted + sizeof(piece_t);
    piece_t *piece;
    int32_t number = -1;
    if (keeps && size >= SMALLEST) number = number_of(size, &size);
    if (number < 0 || number >= SIZES) {
        number = -1;
        piece = malloc(size);
        if (!piece) return NULL;
    } else {
        if ((piece = kept_piece(number))) return piece + 1;
        piece = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (piece == MAP_FAILED) return NULL;
    }
    piece->is.size = size;
    piece->is.number = number;
    return piece + 1;
}

void give_memory(void *memory) {
    if (!memory) return;
    piece_t *piece = (piece_t *)memory - 1;
    int32_t number = piece->is.number;
    if (number < 0) { free(piece); return; }
    pthread_mutex_lock(&lock);
    int is_kept = bytes_kept + piece->is.size <= MOST_KEPT;
    if (is_kept) {
        piece->is.next = kept[number];
        kept[number] = piece;
        bytes_kept += piece->is.size;
    }
    pthread_mutex_unlock(&lock);
    if (!is_kept) munmap(piece, piece->is.size);
}

#else
void *take_memory(size_t wanted) { return malloc(wanted); }
void give_memory(void *memory) { free(memory); }
#endif

/* The same for Python, which fills it before it goes with an array. */
PUBLIC void *mt_take(int64_t wanted) { return take_memory((size_t)wanted); }
PUBLIC void mt_give(void *memory) { give_memory(memory); }

/* Let the process keep the memory that it gave back, so that the next chunk need not ask the system for new pages. */
PUBLIC void mt_keep_memory(void) {
#ifdef __linux__
    keeps = 1;
#endif
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 256 << 20);
    mallopt(M_ARENA_MAX, 4);
#endif
}
