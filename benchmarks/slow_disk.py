"""`workshop` on a disk that takes longer to sync: SQLite's own file system with a pause before each sync.

A sync stops the whole process, every greenlet of it, and so does the pause.
"""

import ctypes
import os
import sys
import time

from workshop.__main__ import main

# Before eventlet takes its place.
nap = time.sleep

# The name stays a pointer: SQLite keeps it.
OPEN = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
SYNC = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)


class Vfs(ctypes.Structure):
    """The beginning of `sqlite3_vfs`."""

    _fields_ = [
        ("version", ctypes.c_int),
        ("file_size", ctypes.c_int),
        ("longest_path", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("app_data", ctypes.c_void_p),
        ("open", OPEN),
    ]


class Methods(ctypes.Structure):
    """`sqlite3_io_methods`, version 3: a number, and as many functions as it has."""

    _fields_ = [
        ("version", ctypes.c_int),
        ("before", ctypes.c_void_p * 4),
        ("sync", SYNC),
        ("after", ctypes.c_void_p * 13),
    ]


class File(ctypes.Structure):
    """`sqlite3_file`."""

    _fields_ = [("methods", ctypes.POINTER(Methods))]


kept: list[object] = []
"""What SQLite holds pointers to."""


def slow_down(seconds: float) -> None:
    """Have every sync of this process take that much longer; raises AttributeError or OSError where it cannot."""
    import _sqlite3

    library = ctypes.CDLL(_sqlite3.__file__)
    library.sqlite3_vfs_find.restype = ctypes.POINTER(Vfs)
    vfs = library.sqlite3_vfs_find(None).contents
    open_file = OPEN(ctypes.cast(vfs.open, ctypes.c_void_p).value or 0)
    slowed: dict[int, Methods] = {}

    def slow(methods: Methods) -> Methods:
        copy = Methods()
        ctypes.pointer(copy)[0] = methods
        sync = SYNC(ctypes.cast(methods.sync, ctypes.c_void_p).value or 0)

        def wait_and_sync(file: int, flags: int) -> int:
            nap(seconds)
            return int(sync(file, flags))

        copy.sync = SYNC(wait_and_sync)
        kept.extend((copy, copy.sync, sync))
        return copy

    def open_slowly(where: int, name: int, file: int, flags: int, out: int) -> int:
        code = int(open_file(where, name, file, flags, out))
        opened = ctypes.cast(file, ctypes.POINTER(File)).contents
        if opened.methods:
            at = ctypes.addressof(opened.methods.contents)
            if at not in slowed:
                slowed[at] = slow(opened.methods.contents)
            opened.methods = ctypes.pointer(slowed[at])
        return code

    hook = OPEN(open_slowly)
    kept.extend((hook, open_file, slowed))
    vfs.open = hook


if __name__ == "__main__":
    slow_down(float(os.environ["SLOW_DISK_MS"]) / 1000)
    sys.argv[0] = "workshop"
    main()
