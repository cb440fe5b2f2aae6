"""Generated stubs; see `protos/`."""
