"""Names of a package that are loaded when they are first used, so that who asks little waits for little."""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def names_of(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Return the `__getattr__` of a package.

    `homes` tells for each name the module in the package that has it, as `MODULE.NAME` where it has another there.
    """

    def load(name: str) -> Any:
        home = homes.get(name)
        if home is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module, _, named = home.partition(".")
        value = getattr(import_module(f"{package}.{module}"), named or name)
        sys.modules[package].__dict__[name] = value
        return value

    return load
