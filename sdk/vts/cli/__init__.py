"""The `vts` command."""

from vts.cli.app import main

__all__ = ["main"]
