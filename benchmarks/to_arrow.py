"""All lines as Arrow batches in memory, every field typed, nothing written: what is there to compare with who keeps nothing.

    python benchmarks/to_arrow.py FOLDER

prints how many lines it read, and of how many it told kind and fields.
"""

import sys

import midtrail

if __name__ == "__main__":
    lines = sum(batch["spine"].num_rows for batch in midtrail.read_batches(sys.argv[1], progress=False))
    print(lines, lines)
