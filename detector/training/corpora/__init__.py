"""Corpora of labelled texts: gathered, checked, rid of duplicates, split, described."""
