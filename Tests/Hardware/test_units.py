"""The delivered systemd units under a real systemd, with Debian's gammu-smsd: the steps of docs/messages.md as they are
written, a message through the hardened unit, and the guard when the modem is unplugged and when the disk turns read-only."""

import json
import os
import pathlib
import shlex
import shutil
import sys
import tempfile
import unittest

from Hardware.machine import ROOT, Machine
from Support import centre
from Support.daemon import binary

# Two minutes on an idle machine.
PATIENCE = 600


class Units(unittest.TestCase):
    def test_messages_by_the_handbook(self):
        out = pathlib.Path(tempfile.mkdtemp(prefix="motcua-units-"))
        self.addCleanup(shutil.rmtree, out, ignore_errors=True)
        settings = centre.settings()
        settings["messages"] = {"enabled": True}
        centre.write(out / "centre.yaml", settings)
        machine = Machine(out)
        program = f"import sys; sys.path.insert(0, '{ROOT}/Tests'); from Hardware.guest_units import main; main()"
        words = [os.path.realpath(sys.executable), "-I", "-c", program, str(ROOT), os.path.abspath(binary())]
        seconds = machine.run(
            "export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1\n"
            f"cd /srv && exec {shlex.join(words)}\n", PATIENCE, as_service=True)
        file = out / "told.json"
        self.assertTrue(file.exists(), "the machine told nothing:\n" + machine.said())
        told = json.loads(file.read_text(encoding="utf-8"))
        print(f"machine ({machine.processor}): {seconds:.1f} s in all", file=sys.stderr)
        self.assertNotIn("error", told, told.get("journal"))
        self.assertEqual(set(told["active"].values()), {"active"}, told["active"])
        self.assertEqual(set(told["user"]), {"gammu"})
        [message] = told["sent"]
        self.assertEqual((message["kind"], message["attempt"]), ("ready", 1))
        self.assertEqual(told["arrived"], ["0912345678"])
        self.assertIn("/dev/ttyUSB0", told["unplugged"])
        self.assertEqual(told["arrived again"], ["0912345679"])
        # What hands out numbers goes on.
        self.assertEqual(told["guarded"], {"gammu-smsd": "inactive", "motcua": "active"})
