/* Memory of columns, from any thread. */
#ifndef MIDTRAIL_MEMORY_H
#define MIDTRAIL_MEMORY_H

#include "_program.h"

void *take_memory(size_t wanted); /* NULL where memory is short */
void give_memory(void *memory);

#endif
