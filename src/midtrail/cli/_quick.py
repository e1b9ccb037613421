"""What makes a process of the command line start sooner."""

import gc
import os
import sys
from collections import defaultdict
from collections.abc import Mapping
from functools import partial
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType, SimpleNamespace
from typing import Any

_UNWANTED = frozenset(
    {"pandas", "cloudpickle", "pyarrow._s3fs", "pyarrow._gcsfs", "pyarrow._azurefs", "pyarrow._hdfs"}
)
_PLAIN: Mapping[str, Mapping[str, Any]] = {
    "pyarrow.vendored.docscrape": {"NumpyDocString": lambda _: defaultdict(list)},
    "numpy._core._add_newdocs": {},
    "numpy._core._add_newdocs_scalars": {},
    "numpy.ma": {"MaskedArray": type("MaskedArray", (), {})},
    "ssl": {"get_default_verify_paths": lambda: SimpleNamespace(cafile=None, capath=None)},
}
"""Modules of which no more than this is wanted."""
_ALLOCATOR = "ARROW_DEFAULT_MEMORY_POOL"
_ASKED_FOR = os.environ.get(_ALLOCATOR)


def be_quick() -> None:
    """Leave out what costs a process of the command line half a second and gives it nothing.

    pyarrow loads pandas, where it is installed, only to see whether a list is one of its, and cloudpickle instead of
    pickle; it makes itself ready for files of clouds, asks where certificates lie, looks whether an array is one of
    numpy's with a mask, and reads the documentation of all of its functions; its own allocator holds more memory than
    the system's; numpy documents what it has in C, and starts threads for matrices; cycles are looked for more often
    than a process that lives for seconds needs.
    """
    sys.meta_path.insert(0, _Sparing())
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


class _Sparing:
    """Says of some packages that they are not there, and gives of some modules only what is wanted."""

    def __init__(self) -> None:
        """Begin with all of them."""
        self._plain = dict(_PLAIN)

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        """Find the modules that are given so, and loudly nothing for packages that are not there."""
        if name in _UNWANTED:
            raise ModuleNotFoundError(f"the command line does without {name}", name=name)
        return ModuleSpec(name, self) if name in self._plain else None  # type: ignore[arg-type]  # it does as a loader

    def create_module(self, _: ModuleSpec) -> None:
        """Let it be a plain module."""

    def exec_module(self, module: ModuleType) -> None:
        """Fill it; who wants more of it has it loaded."""
        module.__dict__.update(self._plain[module.__name__], __getattr__=partial(self._more, module.__name__))

    def _more(self, name: str, wanted: str) -> Any:
        if wanted.startswith("__"):
            raise AttributeError(f"module {name!r} has no attribute {wanted!r}")
        if self._plain.pop(name, None) is not None:
            del sys.modules[name]
        return getattr(import_module(name), wanted)
