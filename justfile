# The few commands that people use. `just` lists them.

default:
    @just --list

# ruff, mypy strict, the layers, and grammar against declarations
check:
    ruff check .
    ruff format --check .
    mypy
    lint-imports
    midtrail kinds --check

# everything: the checks and all tests
test: check
    pytest -n auto --dist worksteal

# show what the golden stories would become, then rewrite them
golden:
    python tests/golden/rewrite.py

# lines a second and peak memory of the engine
bench:
    python benchmarks/engine.py

# the archive: size, making, look-ups, another day
bench-archive:
    python benchmarks/archive.py

# run the notebooks from top to bottom
notebooks:
    pytest tests/test_notebooks.py
