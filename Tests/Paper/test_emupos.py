#!/usr/bin/env python3
"""The same bytes on somebody else's printer double, emupos (PyPI, Python 3.13 or later): bit for bit the same picture.

Support/emupos.py says where it is looked for; without it the test is skipped.
"""

import pathlib
import socket
import sys
import unittest

from escpos_paper import Picture, decode

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from Support.emupos import EmuposPrinter, program_path  # noqa: E402

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "PrintingTests" / "Golden"
JOB = (GOLDEN / "ticket-80mm-reprint.escpos").read_bytes()


class SecondOpinion(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        program, why = program_path()
        if not program:
            raise unittest.SkipTest(why)
        cls.printer = cls.enterClassContext(EmuposPrinter(program))

    def print(self, job):
        with socket.create_connection(("127.0.0.1", self.printer.port), timeout=5) as link:
            link.sendall(job + b"\x10\x04\x01")
            self.assertEqual(link.recv(1), b"\x12")
        [paper] = self.printer.wait(1)
        return Picture.from_png(paper.read_bytes())

    def test_a_ticket(self):
        [expected] = decode(JOB)
        self.assertEqual(self.print(JOB), expected)
        self.assertEqual(expected, Picture.from_png((GOLDEN / "ticket-80mm-reprint.png").read_bytes()))


if __name__ == "__main__":
    unittest.main()
