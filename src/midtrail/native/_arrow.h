/* Arrow's C data interface, and arrays in one piece of memory that goes with the last of them. */
#ifndef MIDTRAIL_ARROW_H
#define MIDTRAIL_ARROW_H

#include "_memory.h"

/* As the interface's specification gives it. */
struct ArrowArray {
    int64_t length, null_count, offset, n_buffers, n_children;
    const void **buffers;
    struct ArrowArray **children, *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};

/* ---- Memory: one piece, handed out in order; behind what is taken, more may be written (see `put`). ---- */

#define BEHIND 32
#define ALIGNED(size) (((size_t)(size) + BEHIND + 63) & ~(size_t)63)
#define BITS(rows) (((size_t)(rows) + 7) / 8)
#define SET_BIT(bits, at) ((bits)[(at) >> 3] |= (uint8_t)(1 << ((at) & 7)))
#define CLEAR_BIT(bits, at) ((bits)[(at) >> 3] &= (uint8_t)~(1 << ((at) & 7)))

static inline uint8_t *aligned(uint8_t *memory) { return (uint8_t *)(((uintptr_t)memory + 63) & ~(uintptr_t)63); }

static inline void *take_from(uint8_t **free, size_t size) {
    void *piece = *free;
    *free += ALIGNED(size);
    return piece;
}

static inline void let_go(struct ArrowArray *array) { array->release = NULL; }

static inline void free_all(struct ArrowArray *array) {
    for (int64_t i = 0; i < array->n_children; i++)
        if (array->children[i]->release) array->children[i]->release(array->children[i]);
    array->release = NULL;
    give_memory(array->private_data);
}

/* A new array with room for so many buffers and children. */
#define MOST_BUFFERS 3
#define ARRAY_SIZE(children) (ALIGNED(sizeof(struct ArrowArray)) + ALIGNED(sizeof(void *) * (MOST_BUFFERS + (size_t)(children))))

static inline struct ArrowArray *array_in(uint8_t **free, int64_t rows, int64_t buffers, int64_t children) {
    struct ArrowArray *a = take_from(free, sizeof(struct ArrowArray));
    void **pointers = take_from(free, sizeof(void *) * (MOST_BUFFERS + (size_t)children));
    memset(a, 0, sizeof *a);
    memset(pointers, 0, sizeof(void *) * (MOST_BUFFERS + (size_t)children));
    a->length = rows;
    a->n_buffers = buffers;
    a->n_children = children;
    a->buffers = (const void **)pointers;
    a->children = (struct ArrowArray **)(pointers + MOST_BUFFERS);
    a->release = let_go;
    return a;
}

/* Give a struct array of so many columns away, and the memory with it. */
static inline void hand_over(struct ArrowArray *out, const struct ArrowArray *top, int64_t columns, void *memory) {
    *out = *top;
    out->n_children = columns;
    out->release = free_all;
    out->private_data = memory;
}

#endif
