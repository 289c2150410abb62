"""The delivered systemd/motcua-messages-guard beside a gammu-smsd of a test. Played is systemctl only, which ends and starts
that gammu-smsd; both under a real systemd are in Hardware.test_units."""

import os
import subprocess
import threading

from Support.daemon import ROOT

# Hands its words over and waits until they are done.
SYSTEMCTL = """#!/bin/sh
echo "$*" > "$SYSTEMCTL/asked"
read -r done < "$SYSTEMCTL/done"
"""


class Guard(threading.Thread):
    def __init__(self, modem):
        super().__init__(daemon=True)
        self.modem = modem
        self.folder = modem.folder / "systemctl"
        self.folder.mkdir()
        for name in ("asked", "done"):
            os.mkfifo(self.folder / name)
        program = self.folder / "systemctl"
        program.write_text(SYSTEMCTL, encoding="utf-8")
        program.chmod(0o755)
        self.asked = []  # what it wanted of systemctl
        self.start()
        self.process = subprocess.Popen(
            [str(ROOT / "systemd" / "motcua-messages-guard")],
            env={**os.environ, **modem.seen, "SYSTEMCTL": str(self.folder), "PATH": f"{self.folder}:{os.environ['PATH']}"})

    def run(self):
        while True:
            for words in (self.folder / "asked").read_text(encoding="utf-8").splitlines():
                if words == "end":
                    return
                *_, verb, _ = words.split()
                {"stop": self.modem.stop, "start": self.modem.start}[verb]()
                self.asked.append(words)
                (self.folder / "done").write_text("done\n", encoding="utf-8")

    def end(self):
        """Before the modem's own end, or it would see that as a loss."""
        self.process.kill()
        self.process.wait()
        (self.folder / "asked").write_text("end\n", encoding="utf-8")
        self.join()
