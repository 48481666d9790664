"""The HTTP face: JSON in, verdicts out. What it says, :mod:`detector.core` decided."""

from detector.web.app import create_app

__all__ = ["create_app"]
