"""The real daemon as a process of its own, on a port and a data folder of its own."""

import json
import os
import pathlib
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time

from . import centre
from .client import Client, Unanswered
from .waiting import until

ROOT = centre.ROOT


def binary():
    if "MOTCUA_BIN" in os.environ:
        return os.environ["MOTCUA_BIN"]
    for build in ("release", "debug"):
        if (ROOT / ".build" / build / "motcua").exists():
            return str(ROOT / ".build" / build / "motcua")
    raise AssertionError("no motcua in .build: run swift build, or name one in MOTCUA_BIN")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def share():
    """The folder with kiosk, devices and centre."""
    return os.environ.get("MOTCUA_SHARE", str(ROOT))


class Daemon:
    """A context manager; everything it leaves behind lies in `folder` and goes with it.

    `verbose`: what it says names each service as it is told to end, for tests of the end.
    """

    def __init__(self, settings=None, port=None, wrap=(), env=None, folder=None, share=None, verbose=False):
        self.own = folder is None
        self.share = share
        self.verbose = verbose
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="motcua-test-"))
        self.data = self.folder / "data"
        self.config = centre.write(self.folder / "centre.yaml", settings or centre.settings())
        self.port = port or free_port()
        self.wrap = list(wrap)
        self.env = {**os.environ, **(env or {})}
        self.process = None
        self.starts = 0
        self.tokens = {}

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()
        if self.own:
            shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self):
        return self.folder / f"daemon-{self.starts}.log"

    def arguments(self, command, *more):
        return [*self.wrap, binary(), command, *more, "--share", str(self.share or share()), "--data", str(self.data)]

    def launch(self, *more):
        """Starts the process without waiting for it to answer."""
        self.starts += 1
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                self.arguments("serve", "--config", str(self.config), "--host", "127.0.0.1", "--port", str(self.port),
                               *(["--verbose"] if self.verbose else []), *more),
                stdout=log, stderr=subprocess.STDOUT, env=self.env)
        return self

    def start(self, seconds=30):
        """Starts it and waits until it answers."""
        self.launch()
        until(self._answers, seconds, lambda: "the daemon answers; it said: " + self.said()[-2000:])
        return self

    def _answers(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the daemon ended with {self.process.returncode}: {self.said()[-2000:]}")
        try:
            with Client(self.port, timeout=5) as client:
                # 503: it runs, with something to complain about.
                return client.get("health").status in (200, 503)
        except Unanswered:
            return False

    def said(self):
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    @property
    def running(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        """No goodbye: like a power cut for the process, not for the disk."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, seconds=10):
        """Asks it to stop; returns how long that took."""
        if not self.running:
            return 0
        began = time.monotonic()
        self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"still running {seconds} s after SIGTERM: {self.said()[-2000:]}") from None
        return time.monotonic() - began

    def run(self, *command, check=True, **more):
        """One of the other commands, such as run("journal", "verify")."""
        result = subprocess.run(
            self.arguments(*command), capture_output=True, text=True, env=self.env, timeout=120, **more)
        if check and result.returncode:
            raise AssertionError(f"{command}: {result.returncode}\n{result.stdout}{result.stderr}")
        return result

    # Who asks.

    def citizen(self):
        return Client(self.port)

    def kiosk(self, name="may-lay-so-1"):
        return Client(self.port, token=self.token(name, "kiosk"))

    def tablet(self, counter):
        return Client(self.port, token=self.token(f"danh-gia-{counter}", "rating", counter))

    def officer(self, name="cb01"):
        return Client(self.port).sign_in(name, centre.PINS[name])

    def supervisor(self):
        return self.officer("cb07")

    def terminal(self, name, role, counter=None):
        """The path, with its token, that `motcua terminal` says to open on that screen."""
        more = ["--counter", str(counter)] if counter else []
        said = self.run("terminal", name, "--role", role, *more).stdout
        found = re.search(r"http://\S+?:\d+(/\S+[?&]token=([0-9a-f]+))", said)
        if not found:
            raise AssertionError(f"no address in {said!r}")
        self.tokens[name] = found[2]
        return found[1]

    def token(self, name, role, counter=None):
        """The same over the API."""
        if name not in self.tokens:
            with self.supervisor() as client:
                answer = client.post("terminals", {"name": name, "role": role, "counter": counter})
            if answer.status != 201:
                raise AssertionError(f"no token for {name}: {answer}")
            self.tokens[name] = answer.body["token"]
        return self.tokens[name]

    # What is in the file.

    def database(self):
        link = sqlite3.connect(f"file:{self.data}/centre.sqlite?mode=ro", uri=True, timeout=10)
        link.row_factory = sqlite3.Row
        return link

    def rows(self, sql, *values):
        link = self.database()
        try:
            return [dict(row) for row in link.execute(sql, values)]
        finally:
            link.close()

    def events(self, *types):
        """The journal: (seq, type, actor, payload) of the given types, or of all."""
        where = f" WHERE type IN ({','.join('?' * len(types))})" if types else ""
        return [
            (row["seq"], row["type"], row["actor"], json.loads(row["payload"]))
            for row in self.rows(f"SELECT seq, type, actor, payload FROM journal{where} ORDER BY seq", *types)]

    def verify(self):
        """`motcua journal verify` has to find nothing."""
        result = self.run("journal", "verify", check=False)
        if result.returncode or "khớp" not in result.stdout:
            raise AssertionError(f"the journal is not good:\n{result.stdout}{result.stderr}")
        return result.stdout
