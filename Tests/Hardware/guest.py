"""Runs inside the machine: plugs devices in, plays their faults, and asks the daemon what people see of it.

Writes results.json, one entry a scenario, and beside it what the devices got: papers and sounds, which the host looks at.
"""

import json
import pathlib
import subprocess
import sys
import time
import traceback

from Support.client import Client, Unanswered
from Support.waiting import until

OUT = pathlib.Path("/mnt/out")
PORT = 8080
# An emulated processor is some ten times slower than this host's; waits end with their event, not with this.
PATIENCE = 30


class Guest:
    def __init__(self, binary, share, kernel):
        self.binary, self.share, self.kernel = binary, share, kernel
        self.data = pathlib.Path("/tmp/centre")
        self.results = []

    # The daemon.

    def start(self):
        self.log = open(OUT / "daemon.log", "wb")
        self.daemon = subprocess.Popen(
            [self.binary, "serve", "--share", self.share, "--data", str(self.data), "--config", str(OUT / "centre.yaml"),
             "--host", "127.0.0.1", "--port", str(PORT)], stdout=self.log, stderr=subprocess.STDOUT)
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

    def stop(self):
        self.daemon.terminate()
        self.daemon.wait(30)
        assert self.daemon.returncode == 0, f"the daemon ended with {self.daemon.returncode}"

    def overview(self):
        return self.boss.get("supervisor").body

    def device(self, kind):
        """How the first device of a kind stands on the supervisor's page."""
        return next((each for each in self.overview()["devices"] if each["kind"] == kind), None)

    def until_device(self, kind, state):
        return until(lambda: (d := self.device(kind)) and d["state"] == state and d, PATIENCE,
                     lambda: f"{kind} is {state}; it is {self.device(kind)}")

    def alarms(self):
        return {alarm["id"]: alarm["words"]["vi"] for alarm in self.overview()["alarms"]}

    def issue(self, service="ho-tich"):
        answer = self.kiosk.issue(service)
        assert answer.status == 201, answer
        return answer.body["number"]

    # Scenarios.

    def play(self, name, body):
        began = time.monotonic()
        entry = {"name": name, "ok": True, "notes": {}}
        try:
            entry["notes"] = body() or {}
        except Exception:  # noqa: BLE001: the others still have something to tell
            entry.update(ok=False, why=traceback.format_exc()[-3000:])
        entry["seconds"] = round(time.monotonic() - began, 1)
        self.results.append(entry)
        (OUT / "results.json").write_text(json.dumps(self.results, ensure_ascii=False, indent=1))
        print(f"guest: {name}: {'good' if entry['ok'] else 'FAILED'} in {entry['seconds']} s", flush=True)

    def announcement(self):
        """The loudspeaker is one end of the kernel's sound loop; arecord listens at the other."""
        self.until_device("speaker", "ok")
        # espeak-ng's files come over 9p the first time, which takes this machine longer than the daemon waits for a voice.
        until(lambda: self.boss.get("voice/say?text=xin&lang=vi").ok, 60, "the daemon has a voice",
              pause=1)
        record = OUT / "announcement.raw"
        listening = subprocess.Popen(
            ["arecord", "-q", "-D", "hw:Loopback,1,0", "-f", "S16_LE", "-r", "22050", "-c", "1", "-t", "raw", str(record)])
        try:
            until(lambda: record.exists() and record.stat().st_size > 0, PATIENCE, "arecord listens")
            number = self.issue()
            called = self.officer.at(3, "call-next")
            assert called.ok, called
            # Sound, then a second and a half of nothing.
            until(lambda: heard(record.read_bytes()), 40,
                  lambda: f"an announcement is heard and over; {record.stat().st_size} bytes, {self.alarms()}", pause=0.3)
        finally:
            listening.terminate()
            listening.wait()
        return {"number": number, "called": called.body["ticket"]["number"], "counter": 3}

    def speaker_lost(self):
        """The sound adapter is pulled out: its driver goes."""
        unload = ["/sbin/modprobe", "-d", self.kernel, "-r", "snd-aloop"]
        until(lambda: subprocess.run(unload, capture_output=True).returncode == 0, PATIENCE, "the sound driver goes")
        lost = self.until_device("speaker", "fault")
        alarms = self.alarms()
        subprocess.run(["/sbin/modprobe", "-d", self.kernel, "snd-aloop"], check=True)
        back = self.until_device("speaker", "ok")
        until(lambda: "speaker loa" not in self.alarms(), PATIENCE, "the alarm goes")
        return {"alarm": alarms.get("speaker loa"), "lost": lost["words"]["vi"], "back": back["words"]["vi"]}


def heard(raw, rate=22_050):
    """Whether there was sound in it, and none in the last second and a half."""
    samples = memoryview(raw[: len(raw) // 2 * 2]).cast("h")
    tail = samples[-int(1.5 * rate):]
    # Every 16th sample is enough to hear by.
    return len(tail) >= int(1.5 * rate) and max(map(abs, samples[::16])) > 1000 and max(map(abs, tail[::16])) < 50


def main():
    binary, share, kernel = sys.argv[1:4]
    print(f"guest: up after {pathlib.Path('/proc/uptime').read_text().split()[0]} s", flush=True)
    guest = Guest(binary, share, kernel)
    subprocess.run(["/sbin/modprobe", "-d", kernel, "snd-aloop"], check=True)
    guest.play("daemon starts", guest.start)
    if guest.results[-1]["ok"]:
        guest.play("announcement", guest.announcement)
        guest.play("speaker lost", guest.speaker_lost)
        guest.play("daemon stops", guest.stop)
    print("guest: done", flush=True)


if __name__ == "__main__":
    main()
