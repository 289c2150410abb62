"""The real gammu-smsd with its dummy phone, set up as the centre's is."""

import collections
import os
import pathlib
import re
import shutil
import subprocess

from Support.daemon import ROOT
from Support.waiting import until

HERE = pathlib.Path(__file__).parent


def compiled(source, folder):
    """A library to be put in front of a program."""
    library = folder / source.replace(".c", ".so")
    compiler = shutil.which("cc") or shutil.which("clang")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(HERE / source), "-ldl"], check=True)
    return library


class Modem:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.spool = self.folder / "spool"
        self.log = self.folder / "smsd.log"
        self.refuses = self.folder / "refuses"
        self.process = None
        for name in ("inbox", "outbox", "sent", "error"):
            (self.spool / name).mkdir(parents=True)
        (self.folder / "phone").mkdir()
        # What the centre is told to install, but for the modem, the folders, the log and the patience.
        text = (ROOT / "systemd" / "gammu-smsdrc").read_text(encoding="utf-8").replace("/var/spool/gammu", str(self.spool))
        for key, value in {"port": self.folder / "phone", "connection": "none", "logfile": self.log,
                           "debuglevel": 255, "commtimeout": 1, "loopsleep": 1}.items():
            text, count = re.subn(rf"(?m)^{key} = .*$", f"{key} = {value}", text)
            assert count == 1, key
        text = text.replace("[smsd]", "model = dummy\n\n[smsd]")
        self.config = self.folder / "gammu-smsdrc"
        self.config.write_text(text, encoding="utf-8")
        self.pid = self.folder / "gammu-smsd.pid"
        # Where the daemon looks at it.
        self.seen = {"GAMMU_SMSDRC": str(self.config), "GAMMU_SMSD_PID": str(self.pid)}

    def at(self, path):
        """A modem at a serial line in place of the dummy phone."""
        text = self.config.read_text(encoding="utf-8").replace("model = dummy\n", "")
        text = re.sub(r"(?m)^connection = .*$", "connection = at115200", text)
        self.config.write_text(re.sub(r"(?m)^port = .*$", f"port = {path}", text), encoding="utf-8")

    def on_a_disk_of_its_own(self, size):
        """A small one, so that it can be full or read-only. False: this machine does not let us."""
        if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(self.spool)],
                          capture_output=True).returncode:
            return False
        for name in ("inbox", "outbox", "sent", "error"):
            (self.spool / name).mkdir()
        return True

    def start(self):
        env = {**os.environ, "LD_PRELOAD": str(compiled("refusal.c", self.folder)), "MODEM_REFUSES": str(self.refuses)}
        self.process = subprocess.Popen(
            ["gammu-smsd", "-c", str(self.config), "--pid", str(self.pid)], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return self

    def stop(self):
        if self.running:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                # It waits for a modem that says nothing.
                self.process.kill()
                self.process.wait()

    @property
    def running(self):
        return self.process is not None and self.process.poll() is None

    def said(self):
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def at_rest(self):
        """Whether it has been through its start: then it talks to its modem once a minute, or when there is a message."""
        return "Leaving GSM_GetNetworkInfo" in self.said()

    def transmitted(self):
        """How often each number got a message, by the word of gammu-smsd: it says so of each part."""
        said = self.said()
        parts = {number: int(count) for count, number in re.findall(r'Found (\d+) sms to "(\d+)"', said)}
        sent = collections.Counter(re.findall(r"Transmitted \S+ \(.*?\) to (\d+)", said))
        return collections.Counter({number: count / parts[number] for number, count in sent.items()})

    def texts(self):
        """Number → the texts found for it."""
        found = collections.defaultdict(list)
        for number, text in re.findall(r'Found \d+ sms to "(\d+)" with text "(.*?)" cod', self.said()):
            found[number].append(text)
        return found

    def files(self, *places):
        return sorted(each.name for place in places or ("outbox", "sent", "error")
                      for each in (self.spool / place).iterdir())

    def wait(self, count, seconds=60):
        until(lambda: sum(self.transmitted().values()) >= count, seconds,
              lambda: f"{count} messages; {self.transmitted()} {self.files()}")
