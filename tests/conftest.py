"""Settings for all tests."""

from hypothesis import settings

# How long an example takes depends on the machine and says nothing of the code.
settings.register_profile("rnnexp", deadline=None)
settings.load_profile("rnnexp")
