"""Measuring: evaluation and benchmarks. Nothing that serves imports it."""
