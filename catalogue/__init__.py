"""The music VTS starts with, and what turns other collections into VTS tracks."""
