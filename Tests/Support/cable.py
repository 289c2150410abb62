"""The other end of a serial cable: a pseudo-terminal under a name of its own, as udev gives names to devices."""

import os
import pathlib
import pty
import select
import time
import tty


class Cable:
    """Plugged in when made; `unplug` and `plug` as often as needed. What arrived is kept in `received`."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.received = b""
        self.master = self.slave = None
        self.plug()

    def plug(self):
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        # Closed again: the daemon alone holds it, so that unplugging hangs it up.
        name = os.ttyname(self.slave)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        made = self.path.with_name(self.path.name + ".new")
        os.symlink(name, made)
        os.replace(made, self.path)
        return self

    def unplug(self):
        self.path.unlink(missing_ok=True)
        for end in (self.slave, self.master):
            if end is not None:
                os.close(end)
        self.master = self.slave = None

    def send(self, data):
        os.write(self.master, data if isinstance(data, bytes) else data.encode())

    def wait_for(self, wanted, seconds=10):
        """Reads until `wanted` (bytes) is in `received`."""
        deadline = time.monotonic() + seconds
        while wanted not in self.received:
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f"not within {seconds} s: {wanted.hex(' ')}; came: {self.received.hex(' ')}")
            if select.select([self.master], [], [], left)[0]:
                self.received += os.read(self.master, 4096)
        return self.received

    def close(self):
        if self.master is not None:
            self.unplug()
