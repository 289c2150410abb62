"""The printer in the tests: a double on TCP, what fell into its tray, and what a person reads on it."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from .waiting import until

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Paper"))

from paper_printer import serve  # noqa: E402


class PaperPrinter:
    """The small double of Tests/Paper, with faults."""

    name = "the double in Tests/Paper"

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="motcua-paper-"))
        self.printer, self.servers = serve(0, 0, self.folder)
        self.port = self.servers[0].server_address[1]
        self.address = f"tcp://127.0.0.1:{self.port}"

    def fault(self, name, on=True):
        self.printer.set_fault(name, on)

    def papers(self):
        """Pictures of what was cut, oldest first."""
        if self.printer.error:
            raise AssertionError("the printer got what is no command: " + self.printer.error)
        return [self.folder / f"{name}.png" for name in list(self.printer.cuts)]

    def wait(self, count, seconds=20):
        until(lambda: len(self.papers()) >= count, seconds,
              lambda: f"{count} papers in the tray, there are {len(self.papers())}")
        return self.papers()

    def close(self):
        for server in self.servers:
            server.shutdown()
            server.server_close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def codes(papers):
    """The QR codes on the papers, all of them, in order."""
    found = []
    for start in range(0, len(papers), 50):
        said = subprocess.run(
            ["zbarimg", "--nodbus", "-q", "--raw", *map(str, papers[start : start + 50])], capture_output=True,
            text=True).stdout
        found += said.split()
    return found
