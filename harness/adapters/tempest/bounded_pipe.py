"""Moves what a process says to a file, and no more than the file may hold."""

import os
from pathlib import Path
from typing import IO

_CHUNK = 1 << 16


class BoundedPipe:
    """Moves a pipe to a file, up to a limit; what is beyond it is read and dropped."""

    def __init__(self, pipe: IO[bytes], path: Path, limit: int) -> None:
        self.pipe, self.room, self.limit = pipe, limit, limit
        self.trouble = ""
        self.file = path.open("wb", buffering=0)
        os.set_blocking(pipe.fileno(), False)

    def move(self) -> bool:
        """Move what has come; tell whether more can come."""
        try:
            chunk = os.read(self.pipe.fileno(), _CHUNK)
        except BlockingIOError:
            return True
        if len(chunk) > self.room:
            self.trouble = self.trouble or f"it is longer than {self.limit} bytes"
        self._write(chunk[: self.room])
        return bool(chunk)

    def _write(self, piece: bytes) -> None:
        try:
            written = self.file.write(piece)
        except OSError as error:
            self.trouble, self.room = str(error), 0
            return
        if written < len(piece):
            self.trouble = "the disk took only a part of it"
        self.room -= written

    def close(self) -> None:
        self.pipe.close()
        self.file.close()
