"""VTS on one machine without containers: the five processes, started and stopped together."""
