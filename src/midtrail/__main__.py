"""`python -m midtrail` is the command `midtrail`."""

from midtrail.cli import main

main()
