"""A machine with a wrong clock: wallclock.c in front of the daemon."""

import datetime
import pathlib
import shutil
import subprocess
import unittest

SOURCE = pathlib.Path(__file__).with_name("wallclock.c")


class Clock:
    """The clock on the wall of one daemon; `set()` changes it, also while the daemon runs."""

    def __init__(self, daemon):
        self.file = daemon.folder / "wallclock"
        library = daemon.folder / "wallclock.so"
        compiler = shutil.which("cc") or shutil.which("clang")
        if not compiler:
            raise unittest.SkipTest("no C compiler for wallclock.c")
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE)], check=True)
        daemon.env.update({"LD_PRELOAD": str(library), "WALLCLOCK": str(self.file)})
        self.set(0)

    def set(self, seconds, synchronised=False):
        """So many seconds beside the true time, and whether the kernel says a time service keeps it."""
        self.offset = int(seconds)
        part = self.file.with_suffix(".new")
        part.write_text(f"{self.offset} {int(synchronised)}\n")
        part.replace(self.file)

    def show(self, moment):
        """A moment such as `2027-03-31 23:59:50` in UTC, which runs on from there."""
        wanted = datetime.datetime.fromisoformat(moment).replace(tzinfo=datetime.timezone.utc)
        self.set((wanted - datetime.datetime.now(datetime.timezone.utc)).total_seconds())
