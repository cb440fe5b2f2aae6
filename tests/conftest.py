"""What holds for every test."""

from hypothesis import settings

# The same examples every time: a test that fails, fails for everyone.
settings.register_profile("seeded", derandomize=True, deadline=None)
settings.load_profile("seeded")
