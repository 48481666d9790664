"""What every test stands on: nothing of the caller's environment may change a result."""

import os

import pytest

PREFIX = "DETECTOR__"


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
