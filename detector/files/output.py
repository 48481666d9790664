"""Files written whole or not at all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from detector.page import UnreadableInput


@contextmanager
def atomic(path: Path) -> Iterator[BinaryIO]:
    """Open a file that takes its name only once everything is in it, for writing bytes.

    After an exception the old file, if any, stands as it was. A pipe or a device is written to
    directly. Raises :class:`UnreadableInput` where the folder cannot be written to.
    """
    target = Path(os.path.realpath(path))  # a link stays a link
    direct = target.exists() and not target.is_file()
    part = target if direct else target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        file = part.open("wb")
    except OSError as error:
        raise UnreadableInput(f"{path}: {error.strerror}") from error
    if direct:
        with file:
            yield file
        return
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, part)
        part.replace(target)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
