#!/usr/bin/env python3
"""The same bytes on somebody else's printer double, emupos (PyPI, Python 3.13 or later): bit for bit the same picture.

Uses the program named by EMUPOS, or the one on the PATH, or installs version 0.4.0 into a temporary folder when a
Python new enough is there and PyPI can be reached; otherwise the test is skipped.
"""

import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import unittest

from escpos_paper import Picture, decode

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "PrintingTests" / "Golden"
JOB = (GOLDEN / "ticket-80mm-reprint.escpos").read_bytes()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def python_313():
    candidates = [shutil.which(f"python3.{minor}") for minor in (13, 14, 15)]
    candidates += sorted(str(path) for path in pathlib.Path.home().glob(".pyenv/versions/3.1[3-9]*/bin/python3"))
    for python in filter(None, candidates):
        # A pyenv shim is found on the PATH but may refuse to run.
        if subprocess.run([python, "-c", "import ensurepip"], capture_output=True).returncode == 0:
            return python
    return None


class SecondOpinion(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="emupos-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.program = os.environ.get("EMUPOS") or shutil.which("emupos") or cls.install()

        cls.port, api = free_port(), free_port()
        cls.receipts = cls.folder / "receipts"
        (cls.folder / "emupos.yaml").write_text(
            "schema: 1\n"
            f"api: {{ host: 127.0.0.1, port: {api} }}\n"
            "devices:\n"
            "  - id: in-1\n    type: printer\n    profile: xprinter-xp80t\n"
            f"    connections:\n      - tcp: {{ host: 127.0.0.1, port: {cls.port} }}\n"
            "    receipts_dir: ./receipts\n")
        daemon = subprocess.Popen(
            [cls.program, "run", "--config", "emupos.yaml"], cwd=cls.folder, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        cls.addClassCleanup(daemon.wait)
        cls.addClassCleanup(daemon.terminate)
        for _ in range(150):
            try:
                socket.create_connection(("127.0.0.1", cls.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise unittest.SkipTest("emupos does not start")

    @classmethod
    def install(cls):
        python = python_313()
        if not python:
            raise unittest.SkipTest("emupos needs Python 3.13 or later")
        home = cls.folder / "venv"
        try:
            subprocess.run([python, "-m", "venv", str(home)], check=True, capture_output=True, timeout=120)
            subprocess.run(
                [str(home / "bin" / "pip"), "install", "--quiet", "emupos==0.4.0"], check=True, capture_output=True,
                timeout=120)
        except (subprocess.SubprocessError, OSError) as error:
            raise unittest.SkipTest(f"emupos cannot be installed: {error}")
        return str(home / "bin" / "emupos")

    def print(self, job):
        before = set(self.receipts.glob("*.png"))
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as link:
            link.sendall(job + b"\x10\x04\x01")
            self.assertEqual(link.recv(1), b"\x12")
        for _ in range(100):
            new = set(self.receipts.glob("*.png")) - before
            if new:
                time.sleep(0.1)
                return Picture.from_png(new.pop().read_bytes())
            time.sleep(0.1)
        self.fail("no receipt")

    def test_a_ticket(self):
        [expected] = decode(JOB)
        self.assertEqual(self.print(JOB), expected)
        self.assertEqual(expected, Picture.from_png((GOLDEN / "ticket-80mm-reprint.png").read_bytes()))


if __name__ == "__main__":
    unittest.main()
