"""`python -m vts` is the `vts` command."""

from vts.cli import main

main()
