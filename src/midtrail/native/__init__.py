"""What is written in C: framing, matching and laying out lines in bulk, without a Python object a line."""

from midtrail.native._library import address, keep_memory, lacks, library
from midtrail.native._malloc import give_memory_back
from midtrail.native._skipping import LONGEST_BEGINNING, Entries, NativeSkipper, Needles

__all__ = [
    "LONGEST_BEGINNING",
    "Entries",
    "NativeSkipper",
    "Needles",
    "address",
    "give_memory_back",
    "keep_memory",
    "lacks",
    "library",
]
