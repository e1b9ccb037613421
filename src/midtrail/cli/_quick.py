"""What makes a process of the command line start sooner."""

import gc
import os
import sys
from collections import defaultdict
from types import ModuleType
from typing import Any

_UNWANTED = frozenset(
    {"pandas", "cloudpickle", "pyarrow._s3fs", "pyarrow._gcsfs", "pyarrow._azurefs", "pyarrow._hdfs"}
)
_DOCUMENTATION = "pyarrow.vendored.docscrape"
_ALLOCATOR = "ARROW_DEFAULT_MEMORY_POOL"
_ASKED_FOR = os.environ.get(_ALLOCATOR)


def be_quick() -> None:
    """Leave out what costs a process of the command line half a second and gives it nothing.

    pyarrow loads pandas, where it is installed, only to see whether a list is one of its, and cloudpickle instead of
    pickle; it makes itself ready for files of clouds, and reads the documentation of all of its functions; its own
    allocator holds more memory than the system's; numpy starts threads for matrices; cycles are looked for more often
    than a process that lives for seconds needs.
    """
    sys.meta_path.insert(0, _Absent())
    sys.modules[_DOCUMENTATION] = _no_documentation()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if sys.platform == "linux":
        os.environ.setdefault(_ALLOCATOR, "system")
    gc.set_threshold(400_000, 20, 100)


def be_quick_with_parquet() -> None:
    """Let pyarrow have jemalloc where its packages bring it, unless it is loaded or another allocator was asked for.

    Who writes Parquet asks for much memory, of many sizes, and soon gives it back: a twentieth of the time.
    """
    brings_it = sys.platform == "linux" and os.uname().machine == "x86_64" and _is_glibc()
    if brings_it and "pyarrow" not in sys.modules and _ASKED_FOR is None:
        os.environ[_ALLOCATOR] = "jemalloc"


def _is_glibc() -> bool:
    return "CS_GNU_LIBC_VERSION" in os.confstr_names


def _no_documentation() -> ModuleType:
    """Return what stands for pyarrow's reader of documentation, and finds no parameter described."""
    module: Any = ModuleType(_DOCUMENTATION)
    module.NumpyDocString = lambda _: defaultdict(list)
    return module  # type: ignore[no-any-return]  # a module, whatever it holds


class _Absent:
    """Says of packages that they are not there."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        """Find nothing, loudly for these."""
        if name in _UNWANTED:
            raise ModuleNotFoundError(f"the command line does without {name}", name=name)
