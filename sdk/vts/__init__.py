"""VTS for Python: the generated stubs, the clients, the errors and the `vts` command."""
