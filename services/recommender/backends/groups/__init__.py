"""Groups built in a process of their own, and kept in one file."""
