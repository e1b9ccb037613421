"""How what something costs grows with its input: a ratio of processor times, which no other load changes much."""

import time
from collections.abc import Callable

TIMES = 8
_MOST = 24  # times the cost for TIMES the input; what is quadratic costs 64 times as much
_ROUNDS = 5


def grows_linearly(task: Callable[[], object], longer: Callable[[], object]) -> bool:
    """Tell whether `longer`, the task with TIMES its input, costs about TIMES as much."""
    return any(_cost(longer) <= _MOST * _cost(task) for _ in range(_ROUNDS))


def _cost(task: Callable[[], object]) -> float:
    costs = []
    for _ in range(3):
        began = time.thread_time()
        task()
        costs.append(time.thread_time() - began)
    return min(costs)
