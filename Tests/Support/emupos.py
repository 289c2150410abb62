"""Somebody else's printer double: emupos (PyPI, Python 3.13 or later), where it can be had."""

import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import urllib.request

from .paper import PaperPrinter
from .waiting import until

VERSION = "0.4.0"
END_OF_PNG = b"IEND\xae\x42\x60\x82"
FAULTS = ("paper-near-end", "paper-out", "cover-open", "offline")


class EmuposPrinter:
    """One printer, on TCP and, with `line`, behind a pseudo-terminal as well.

    width, dpi: of its head; the other properties are those of an Xprinter XP-80T."""

    name = f"emupos {VERSION}"

    def __init__(self, program, width=576, dpi=203, line=False, baud=115200):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="motcua-emupos-"))
        self.port, self.api = _free_ports(2)
        self.address = f"tcp://127.0.0.1:{self.port}"
        (self.folder / "printer.yaml").write_text(
            f"type: printer\nname: Test {width}\ndpi: {dpi}\nwidth_dots: {width}\n"
            "font_a: { width: 12, height: 24 }\nfont_b: { width: 9, height: 17 }\ncode_pages: { 0: PC437 }\n"
            "default_code_page: 0\ndrawer_sensor_open_level: high\n"
            f"serial: {{ baud: {baud}, data_bits: 8, parity: none, stop_bits: 1 }}\n")
        (self.folder / "emupos.yaml").write_text(
            f"schema: 1\napi: {{ host: 127.0.0.1, port: {self.api} }}\ndevices:\n"
            "  - id: p1\n    type: printer\n    profile: ./printer.yaml\n"
            f"    connections:\n      - tcp: {{ host: 127.0.0.1, port: {self.port} }}\n"
            + (f"      - serial: {{ pty: true, link: motcua-{self.api} }}\n" if line else "")
            + "    receipts_dir: ./receipts\n")
        self.log = self.folder / "emupos.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [program, "run", "--config", "emupos.yaml"], cwd=self.folder, stdout=log, stderr=subprocess.STDOUT)
        try:
            until(self._listens, 30, "emupos listens", pause=0.1)
            if line:
                [self.pty] = [path for path in self._paths(self._call("GET", "/devices")) if path.startswith("/dev/")]
                self.serial = f"serial:{self.pty}?baud={baud}"
        except Exception:
            self.close()
            raise

    def _listens(self):
        if self.process.poll() is not None:
            raise AssertionError(
                f"emupos ended with {self.process.returncode}: {self.log.read_text(errors='replace')[-500:]}")
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            return bool(self._call("GET", "/devices"))
        except OSError:
            return False

    def _call(self, method, path):
        request = urllib.request.Request(f"http://127.0.0.1:{self.api}/api/v1{path}", method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read()
            return json.loads(text) if text else None

    def _paths(self, value):
        if isinstance(value, dict):
            value = value.values()
        elif isinstance(value, str):
            return [value]
        elif not isinstance(value, list):
            return []
        return [path for each in value for path in self._paths(each)]

    def fault(self, name, on=True):
        """One of FAULTS; faults that stop it hold the data until they are cleared."""
        self._call("PUT" if on else "DELETE", f"/devices/p1/faults/{name}")

    def papers(self):
        """Pictures of what was cut, oldest first; one that is still being written isn't out yet."""
        whole = [path for path in (self.folder / "receipts").glob("*.png") if path.read_bytes().endswith(END_OF_PNG)]
        return sorted(whole, key=lambda path: (path.stat().st_mtime_ns, path.name))

    def wait(self, count, seconds=20):
        until(lambda: len(self.papers()) >= count, seconds, f"{count} papers")
        return self.papers()

    def close(self):
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def a_printer(**more):
    """emupos where it is or can be installed, else our own double; says on the way which it is and why."""
    program, why = program_path()
    if program:
        try:
            return EmuposPrinter(program, **more), ""
        except AssertionError as error:
            why = str(error)
    return PaperPrinter(), why


def program_path():
    """(path, "") or (None, why not)."""
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


def _free_ports(count):
    """All held at once, so that no port is given out twice."""
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
