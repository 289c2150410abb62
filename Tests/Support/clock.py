"""A machine with a wrong clock: libfaketime in front of the daemon."""

import pathlib
import shutil
import subprocess
import unittest


def library():
    for path in pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"):
        if shutil.which("faketime"):
            return str(path)
    raise unittest.SkipTest("libfaketime is not installed (Debian: faketime)")


class Clock:
    """The clock of one daemon; `set()` changes it while the daemon runs. A context manager."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.file = daemon.folder / "clock"
        preload = library()
        # The library makes its shared memory in a constructor and tells its path with setenv, which moves the
        # environment; Swift finds a program's arguments beside it and then has none. So a process made before the
        # daemon has the memory, and the environment says so from the start.
        self.holder = subprocess.Popen(
            ["faketime", "-f", "+0", "sh", "-c", "echo $FAKETIME_SHARED; exec cat"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)
        daemon.env.update({
            "FAKETIME_SHARED": self.holder.stdout.readline().strip(), "LD_PRELOAD": preload,
            "FAKETIME_TIMESTAMP_FILE": str(self.file), "FAKETIME_NO_CACHE": "1",
            # Time that passes is not faked, only what the clock on the wall shows.
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "TZ": "UTC"})
        self.set("+0")

    def set(self, when):
        """`-1h`, `+10m`, or `@2026-11-27 23:59:50` (runs on from there, in UTC)."""
        part = self.file.with_suffix(".new")
        part.write_text(when + "\n")
        part.replace(self.file)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.daemon.stop()
        self.holder.communicate("")
