"""What every test stands on: nothing of the caller's environment may change a result."""

import os

import pytest
from hypothesis import settings

PREFIX = "DETECTOR__"

settings.register_profile("untimed", deadline=None)  # a first example imports and loads tables
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
