"""Runs inside the machine: plugs devices in, plays their faults, and asks the daemon what people see of it.

Writes results.json, one entry a scenario, and beside it what the devices got: papers, sounds, the journal. The host looks
at them.
"""

import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import time
import traceback

from Hardware import gadgets
from Hardware.at_the_counter import AtTheCounter
from Hardware.in_the_hall import InTheHall
from Hardware.printing import Printing
from Support.client import Client, Unanswered
from Support.waiting import until

OUT = pathlib.Path("/mnt/out")
PORT = 8080
# An emulated processor is some ten times slower than this host's; waits end with their event, not with this.
PATIENCE = 40
# A name of the centre's own for each device, in the form of section 2 of the rules.
CENTRE_RULES = """
SUBSYSTEM=="input", KERNEL=="event*", ENV{ID_PATH}=="platform-dummy_hcd.1-usb-0:1:1.0", SYMLINK+="motcua/phim-3"
SUBSYSTEM=="tty", ENV{ID_SERIAL_SHORT}=="SNScanner", SYMLINK+="motcua/quet-3"
SUBSYSTEM=="input", KERNEL=="event*", ENV{ID_PATH}=="platform-dummy_hcd.3-usb-0:1:1.0", SYMLINK+="motcua/hop-3"
"""


def start_udev(package, rules):
    """Debian's own udev with its rules and ours."""
    shutil.copytree(f"{package}/lib/udev", "/lib/udev", dirs_exist_ok=True)
    own = pathlib.Path("/etc/udev/rules.d")
    own.mkdir(parents=True, exist_ok=True)
    shutil.copy(rules, own)
    (own / "71-centre.rules").write_text(CENTRE_RULES)
    shutil.copy(f"{package}/bin/udevadm", "/bin/udevadm")
    subprocess.run([f"{package}/lib/systemd/systemd-udevd", "--daemon"], check=True)
    subprocess.run(["/bin/udevadm", "control", "--ping"], check=True)


class Guest(Printing, AtTheCounter, InTheHall):
    out, port, patience = OUT, PORT, PATIENCE

    def __init__(self, binary, share, kernel, udev):
        self.binary, self.share, self.kernel, self.udev = binary, share, kernel, udev
        self.data = pathlib.Path("/tmp/centre")
        self.results = []

    # The daemon.

    def begin(self):
        log = open(OUT / "daemon.log", "wb")
        self.daemon = subprocess.Popen(
            [self.binary, "serve", "--share", self.share, "--data", str(self.data), "--config", str(OUT / "centre.yaml"),
             "--host", "127.0.0.1", "--port", str(PORT)], stdout=log, stderr=subprocess.STDOUT)
        # Drivers are loaded while it starts; its devices are not there yet.
        gadgets.load(self.kernel, os.uname().release)
        start_udev(self.udev, f"{self.share}/devices/udev/70-motcua.rules")
        until(self._answers, 60, "the daemon answers")
        self.boss = Client(PORT).sign_in("cb07", "7777")
        self.officer = Client(PORT).sign_in("cb03", "3333")
        token = self.boss.post("terminals", {"name": "may-lay-so-1", "role": "kiosk"}).body["token"]
        self.kiosk = Client(PORT, token=token)
        opened = self.officer.at(3, "open", {"officer": "cb03"})
        assert opened.ok, opened

    def _answers(self):
        if self.daemon.poll() is not None:
            raise AssertionError(f"the daemon ended with {self.daemon.returncode}")
        try:
            with Client(PORT, timeout=5) as client:
                return client.get("health").status in (200, 503)
        except Unanswered:
            return False

    def end(self):
        self.daemon.terminate()
        self.daemon.wait(30)
        assert self.daemon.returncode == 0, f"the daemon ended with {self.daemon.returncode}"
        said = subprocess.run([self.binary, "journal", "verify", "--share", self.share, "--data", str(self.data)],
                              capture_output=True, text=True, check=True).stdout
        events = [dict(zip(("type", "actor", "role", "terminal", "payload"), row)) for row in self.rows(
            "SELECT type, actor, role, terminal, CAST(payload AS TEXT) FROM journal ORDER BY seq")]
        (OUT / "journal.json").write_text(json.dumps(events, ensure_ascii=False))
        return {"verify": said}

    # What is known of the centre.

    def device(self, kind):
        """How the device of a kind stands on the supervisor's page."""
        return next((each for each in self.boss.get("supervisor").body["devices"] if each["kind"] == kind), None)

    def until_device(self, kind, state):
        return until(lambda: (d := self.device(kind)) and d["state"] == state and d, PATIENCE,
                     lambda: f"{kind} is {state}; it is {self.device(kind)}")

    def alarms(self):
        return {alarm["id"]: alarm["words"]["vi"] for alarm in self.boss.get("supervisor").body["alarms"]}

    def issue(self, service="ho-tich"):
        answer = self.kiosk.issue(service)
        assert answer.status == 201, answer
        return answer.body

    def current(self):
        """The number at counter 3."""
        counter = next(each for each in self.boss.get("queue").body["counters"] if each["number"] == 3)
        return (counter.get("ticket") or {}).get("number")

    def rows(self, sql, *values):
        link = sqlite3.connect(f"file:{self.data}/centre.sqlite?mode=ro", uri=True, timeout=10)
        try:
            return link.execute(sql, values).fetchall()
        finally:
            link.close()

    def events(self, type):
        return self.rows("SELECT seq, actor, terminal FROM journal WHERE type = ? ORDER BY seq", type)

    def until_events(self, type, count):
        return until(lambda: len(found := self.events(type)) >= count and found, PATIENCE,
                     lambda: f"{count} {type}, there are {len(self.events(type))}")

    # Scenarios.

    def play(self, scenario):
        began = time.monotonic()
        entry = {"ok": True, "notes": {}}
        try:
            entry["notes"] = scenario() or {}
        except Exception:  # noqa: BLE001: the others still have something to tell
            entry.update(ok=False, why=traceback.format_exc()[-3000:])
        entry["seconds"] = round(time.monotonic() - began, 1)
        self.results.append({"name": scenario.__name__, **entry})
        (OUT / "results.json").write_text(json.dumps(self.results, ensure_ascii=False, indent=1))
        print(f"guest: {scenario.__name__}: {'good' if entry['ok'] else 'FAILED'} in {entry['seconds']} s", flush=True)
        return entry["ok"]


def main():
    print(f"guest: up after {pathlib.Path('/proc/uptime').read_text().split()[0]} s", flush=True)
    guest = Guest(*sys.argv[1:5])
    if guest.play(guest.begin):
        # The announcement first, so that it is the only one.
        for scenario in (guest.announcement, guest.ticket, guest.paper_out, guest.port_status_alone,
                         guest.cable_pulled_in_mid_ticket, guest.keypad, guest.keypad_flood, guest.keypad_unplugged,
                         guest.scanner, guest.rating_box, guest.loudspeaker_lost):
            guest.play(scenario)
        guest.play(guest.end)
    print(f"guest: done after {pathlib.Path('/proc/uptime').read_text().split()[0]} s", flush=True)


if __name__ == "__main__":
    main()
