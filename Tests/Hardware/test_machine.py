"""One boot of the machine plays all devices; each test looks at what one of them got and what people were told."""

import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

from Hardware.machine import ROOT, Machine
from Support import centre, faults
from Support.daemon import binary, share

# The whole play takes half a minute on an idle machine with two cores; a busy one takes longer.
PATIENCE = 300


def settings():
    chosen = centre.settings()
    chosen["board"].update({"voice": "server", "english": False})
    chosen["devices"] = [
        {"id": "loa", "kind": "speaker", "name": "Loa phòng chờ", "address": "alsa:plughw:Loopback,0,0"},
    ]
    return chosen


class InTheMachine(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.out = pathlib.Path(tempfile.mkdtemp(prefix="motcua-machine-"))
        cls.addClassCleanup(shutil.rmtree, cls.out, ignore_errors=True)
        centre.write(cls.out / "centre.yaml", settings())
        machine = Machine(cls.out)
        python = shlex.quote(os.path.realpath(sys.executable))
        command = (
            "export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 "
            f"PYTHONPATH={ROOT}/Tests\n"
            f"cd /tmp && exec {python} -I -c 'import sys; sys.path.insert(0, \"{ROOT}/Tests\"); "
            "from Hardware.guest import main; main()' "
            f"{shlex.quote(os.path.abspath(binary()))} {shlex.quote(share())} $KERNEL 2>&1")
        cls.seconds = machine.run(command, PATIENCE)
        results = cls.out / "results.json"
        if not results.exists():
            raise AssertionError("the machine told nothing:\n" + machine.said())
        cls.results = {each["name"]: each for each in json.loads(results.read_text())}
        print(machine.said(), f"machine: {cls.seconds:.1f} s in all", file=sys.stderr)

    def notes(self, name):
        """What the guest noted of a scenario; a failure there is one here."""
        self.assertIn(name, self.results, "it was not played")
        result = self.results[name]
        self.assertTrue(result["ok"], result.get("why", "") + self.daemon_log())
        return result["notes"]

    def daemon_log(self):
        log = self.out / "daemon.log"
        return log.read_text(errors="replace")[-2000:] if log.exists() else ""

    def test_the_daemon_starts_and_stops(self):
        self.notes("daemon starts")
        self.notes("daemon stops")

    def test_the_announcement_is_as_long_and_as_loud_as_it_should_be(self):
        notes = self.notes("announcement")
        self.assertEqual(notes["number"], notes["called"])
        sound = ["-t", "raw", "-r", "22050", "-e", "signed", "-b", "16", "-c", "1", str(self.out / "announcement.raw")]
        spoken = self.out / "spoken.wav"
        # Without the silence around it.
        subprocess.run(["sox", *sound, str(spoken), "silence", "1", "0.05", "1%", "reverse", "silence", "1", "0.05",
                        "1%", "reverse"], check=True)
        length = float(subprocess.run(["soxi", "-D", str(spoken)], capture_output=True, text=True, check=True).stdout)
        self.assertTrue(2 < length < 8, f"{length} s")
        told = subprocess.run(["sox", str(spoken), "-n", "stats"], capture_output=True, text=True, check=True).stderr
        figures = {line[:12].strip(): line.split()[-1] for line in told.splitlines() if "dB" in line[:12]}
        self.assertTrue(-27 < float(figures["RMS lev dB"]) < -17, told)
        self.assertLess(float(figures["Pk lev dB"]), -0.5, told)

    def test_a_lost_loudspeaker_is_told_and_comes_back(self):
        notes = self.notes("speaker lost")
        self.assertIn("Loa phòng chờ không phát được", notes["alarm"] or "")
        self.assertEqual(notes["back"], "Sẵn sàng")
        faults.record("Loa", "Rút bộ âm thanh USB · sound adapter unplugged", supervisor=notes["alarm"])


if __name__ == "__main__":
    unittest.main()
