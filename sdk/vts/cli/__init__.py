"""The `vts` command."""

__all__ = ["main"]


def main() -> None:
    """Runs the command; its modules load with it, for processes it starts load this package too."""
    from vts.cli.app import main as run

    run()
