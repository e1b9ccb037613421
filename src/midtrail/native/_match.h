/* A line, cut into the terminals of a wording. */
#ifndef MIDTRAIL_MATCH_H
#define MIDTRAIL_MATCH_H

#include "_expressions.h"

#define UNKNOWN (-2)
#define LEFT (-3) /* to Python */

/* The wording of the text from `body` to `end`, whose terminals begin and end at `bounds`, and whose integers are the
 * machine's values; UNKNOWN, of which the machine says where it ended, or LEFT. */
INNER int32_t cut(machine_t *m, int64_t body, int64_t end, uint32_t *bounds);

#endif
