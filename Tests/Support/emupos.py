"""Somebody else's printer double: emupos (PyPI, Python 3.13 or later), where it can be had."""

import os
import pathlib
import shutil
import socket
import subprocess
import tempfile

from .paper import PaperPrinter
from .waiting import until

VERSION = "0.4.0"


class EmuposPrinter:
    name = f"emupos {VERSION}"

    def __init__(self, program):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="motcua-emupos-"))
        self.port, api = _free_port(), _free_port()
        self.address = f"tcp://127.0.0.1:{self.port}"
        (self.folder / "emupos.yaml").write_text(
            f"schema: 1\napi: {{ host: 127.0.0.1, port: {api} }}\ndevices:\n"
            "  - id: p1\n    type: printer\n    profile: xprinter-xp80t\n"
            f"    connections:\n      - tcp: {{ host: 127.0.0.1, port: {self.port} }}\n"
            "    receipts_dir: ./receipts\n")
        self.process = subprocess.Popen(
            [program, "run", "--config", "emupos.yaml"], cwd=self.folder, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        try:
            until(self._listens, 30, "emupos listens", pause=0.1)
        except AssertionError:
            self.close()
            raise

    def _listens(self):
        if self.process.poll() is not None:
            raise AssertionError(f"emupos ended with {self.process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            return True
        except OSError:
            return False

    def papers(self):
        return sorted((self.folder / "receipts").glob("*.png"), key=lambda path: (path.stat().st_mtime_ns, path.name))

    def wait(self, count, seconds=20):
        until(lambda: len(self.papers()) >= count, seconds, f"{count} papers")
        return self.papers()

    def close(self):
        self.process.terminate()
        self.process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def a_printer():
    """emupos where it is or can be installed, else our own double; says on the way which it is and why."""
    program, why = _program()
    if program:
        try:
            return EmuposPrinter(program), ""
        except AssertionError as error:
            why = str(error)
    return PaperPrinter(), why


def _program():
    known = os.environ.get("EMUPOS") or shutil.which("emupos")
    if known:
        return known, ""
    candidates = [shutil.which(f"python3.{minor}") for minor in (13, 14, 15)]
    candidates += sorted(str(path) for path in pathlib.Path.home().glob(".pyenv/versions/3.1[3-9]*/bin/python3"))
    for python in filter(None, candidates):
        # A shim may be found on the PATH and refuse to run.
        if subprocess.run([python, "-c", "import ensurepip"], capture_output=True).returncode:
            continue
        home = pathlib.Path(tempfile.gettempdir()) / f"motcua-emupos-{VERSION}-{os.getuid()}"
        if (home / "bin" / "emupos").exists():
            return str(home / "bin" / "emupos"), ""
        try:
            subprocess.run([python, "-m", "venv", str(home)], check=True, capture_output=True, timeout=120)
            subprocess.run([str(home / "bin" / "pip"), "install", "-q", f"emupos=={VERSION}"], check=True,
                           capture_output=True, timeout=180)
            return str(home / "bin" / "emupos"), ""
        except (subprocess.SubprocessError, OSError) as error:
            shutil.rmtree(home, ignore_errors=True)
            return None, f"emupos cannot be installed: {error}"
    return None, "emupos needs Python 3.13 or later"


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
