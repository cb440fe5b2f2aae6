"""`python -m vts` is the `vts` command."""

if __name__ == "__main__":  # the processes that read files for `vts import` load this module too
    from vts.cli import main

    main()
