"""Files in, files out: readers, writers and the documents between them."""

from detector.files.document import Document, Failure, Item, ReadOptions
from detector.files.find import FORMATS, Source, find
from detector.files.output import atomic
from detector.files.readers import read_all

__all__ = [
    "FORMATS",
    "Document",
    "Failure",
    "Item",
    "ReadOptions",
    "Source",
    "atomic",
    "find",
    "read_all",
]
