"""Ticket printers that run out of paper, lose their power, and come back: who is told, and what is printed how often."""

import contextlib
import os
import pathlib
import subprocess
import tempfile
import threading
import time
import unittest

from Support import centre
from Support.daemon import Daemon
from Support.emupos import EmuposPrinter, program_path
from Support.paper import PaperPrinter, Words, codes
from Support.stream import Stream
from Support.waiting import until

EMUPOS, WHY_NOT = program_path()
# Two seconds are the promise; a busy test machine gets more before a test is red. What it took is printed.
PATIENCE = 6


class PrinterTest(unittest.TestCase):
    def start(self, *printers):
        """The daemon with printers, each the settings of one."""
        settings = centre.settings()
        settings["printers"] = [
            {"id": f"p{n}", "name": f"Máy in {n}", "profile": "generic-80", **printer}
            for n, printer in enumerate(printers, 1)]
        self.daemon = self.enterContext(Daemon(settings))
        self.kiosk = self.enterContext(self.daemon.kiosk())
        self.chief = self.enterContext(self.daemon.supervisor())
        return self.daemon

    def watch(self, kiosk=None):
        stream = Stream(kiosk or self.kiosk, "kiosk")
        self.addCleanup(stream.close)
        return stream

    def until_kiosk(self, stream, state):
        """Waits until the kiosk hears of the state; returns its words."""
        def latest():
            heard = [data["printer"] for _, data, *_ in list(stream.frames) if data and data.get("printer")]
            return heard and heard[-1]["state"] == state and heard[-1]
        return until(latest, PATIENCE, f"the kiosk hears {state}")

    def device(self, printer="p1"):
        devices = self.chief.get("supervisor").body["devices"]
        return next(each for each in devices if each["id"] == f"printer {printer}")

    def jobs(self, number):
        return self.daemon.rows("SELECT * FROM printJob WHERE number = ? ORDER BY id", number)

    def until_state(self, ticket, *states):
        return until(
            lambda: (jobs := self.jobs(ticket["number"])) and jobs[-1]["state"] in states and jobs[-1], 20,
            lambda: f"{ticket['number']} is {states}: {self.jobs(ticket['number'])}")

    def journal(self, ticket):
        return [kind for _, kind, _, payload in self.daemon.events()
                if kind.startswith("print-") and payload.get("visit") == ticket["id"]]

    def listed(self):
        return self.chief.get("supervisor").body["prints"]["needsPerson"]

    def issue(self, kiosk=None):
        answer = (kiosk or self.kiosk).issue()
        self.assertEqual(answer.status, 201, answer)
        return answer.body


@unittest.skipUnless(EMUPOS, WHY_NOT)
class Emupos(PrinterTest):
    """Somebody else's printer, with its own idea of each fault."""

    STATES = {"paper-near-end": "paperNearEnd", "paper-out": "paperOut", "cover-open": "coverOpen", "offline": "paused"}

    def faults(self, address, printer):
        self.start({"address": address})
        stream = self.watch()
        self.until_kiosk(stream, "ready")
        expected, took = [], []
        for fault, state in self.STATES.items():
            with self.subTest(fault):
                began = time.monotonic()
                printer.fault(fault)
                heard = self.until_kiosk(stream, state)
                took.append(time.monotonic() - began)
                self.assertEqual(self.device()["words"], heard["words"])
                ticket = self.issue()
                if state == "paperNearEnd":
                    self.until_state(ticket, "printed")
                else:
                    self.until_state(ticket, "queued")
                printer.fault(fault, False)
                self.until_kiosk(stream, "ready")
                self.until_state(ticket, "printed")
                expected.append(ticket["track"])
        papers = printer.wait(len(expected))
        self.assertEqual(codes(papers), expected, "each once, in order")
        print(f"\n  {printer.name}, {address.split(':')[0]}: a fault is on the screens after "
              f"{max(took):.1f} s at most", flush=True)

    def test_over_the_network(self):
        with EmuposPrinter(EMUPOS) as printer:
            self.faults(printer.address, printer)

    def test_over_a_serial_line(self):
        with EmuposPrinter(EMUPOS, line=True) as printer:
            self.faults(printer.serial, printer)

    def test_every_width_bit_for_bit(self):
        """The test page of each profile, as bytes to somebody else's printer, comes out as our own picture of it."""
        from PIL import Image, ImageChops
        import json
        import socket
        folder = centre.ROOT / "devices" / "printers"
        profiles = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}

        def value(name, field):
            return profiles[name].get(field, value(profiles[name]["inherits"], field) if "inherits" in profiles[name] else None)

        daemon = Daemon()
        self.addCleanup(daemon.__exit__)
        seen = {}
        with tempfile.TemporaryDirectory() as out:
            for name in profiles:
                seen.setdefault((value(name, "dotsPerLine"), value(name, "dpi")), []).append(name)
            for (width, dpi), names in seen.items():
                with EmuposPrinter(EMUPOS, width=width, dpi=dpi) as printer:
                    for count, name in enumerate(names, 1):
                        with self.subTest(name):
                            daemon.run("print-test", name, "--out", f"{out}/{name}.png", "--out", f"{out}/{name}.escpos")
                            with socket.create_connection(("127.0.0.1", printer.port), timeout=10) as link:
                                link.sendall(pathlib.Path(f"{out}/{name}.escpos").read_bytes())
                                if value(name, "cut") == "none":
                                    # Nothing ends a paper that is torn off by hand; emupos wants a cut.
                                    link.sendall(b"\x1d\x56\x00")
                                link.sendall(b"\x10\x04\x01")
                                self.assertEqual(link.recv(1), b"\x12")
                            theirs = Image.open(printer.wait(count)[-1]).convert("1")
                            ours = Image.open(f"{out}/{name}.png").convert("1")
                            self.assertEqual(theirs.width, ours.width)
                            part = theirs.crop((0, 0, ours.width, ours.height))
                            self.assertIsNone(ImageChops.logical_xor(part, ours).getbbox(), name)
        print(f"\n  {sum(map(len, seen.values()))} profiles, {len(seen)} widths: {sorted(seen)}", flush=True)


class Faults(PrinterTest):
    def setUp(self):
        self.paper = PaperPrinter()
        self.addCleanup(self.paper.close)

    def test_expired_listed_and_reprinted(self):
        """Called while the paper was out: not printed when it is back, but listed, and printed when somebody asks."""
        self.start({"address": self.paper.address})
        self.paper.fault("paper-out")
        stream = self.watch()
        self.until_kiosk(stream, "paperOut")
        ticket, later = self.issue(), self.issue()
        self.until_state(ticket, "queued")
        with self.daemon.officer("cb01") as officer:
            self.assertTrue(officer.at(1, "open", {"officer": "cb01"}).ok)
            self.assertEqual(officer.at(1, "call-next").body["ticket"]["number"], ticket["number"])
        # Told at once, not when the paper comes back.
        self.until_state(ticket, "expired")
        self.assertEqual([each["number"] for each in self.listed()], [ticket["number"]])
        self.paper.fault("paper-out", False)
        self.until_state(later, "printed")
        self.assertEqual(codes(self.paper.papers()), [later["track"]])
        self.assertEqual(self.chief.post(f"tickets/{ticket['id']}/reprint").status, 202)
        self.until_state(ticket, "printed")
        [_, again] = self.paper.wait(2)
        self.assertEqual(codes([again]), [ticket["track"]])
        self.assertIn("N LẠI", Words(again), "it bears the mark of a reprint")
        self.assertEqual(self.listed(), [])
        self.assertEqual(self.journal(ticket), ["print-expired", "print-printed"])

    def mid_ticket(self, fault):
        self.start({"address": self.paper.address})
        stream = self.watch()
        self.until_kiosk(stream, "ready")
        self.paper.printer.set_fault(fault, True, after_rows=300)
        ticket = self.issue()
        self.until_state(ticket, "needsPerson")
        self.assertEqual([each["number"] for each in self.listed()], [ticket["number"]])
        later = self.issue()
        self.until_state(later, "queued")
        self.paper.fault(fault, False)
        self.until_state(later, "printed")
        return ticket, later

    def test_power_goes_in_mid_ticket(self):
        ticket, later = self.mid_ticket("power-cut")
        self.assertEqual(self.paper.printer.torn, 1, "half a ticket hung out")
        self.assertEqual(codes(self.paper.papers()), [later["track"]], "the torn one is not printed again by itself")
        self.assertEqual(self.chief.post(f"tickets/{ticket['id']}/reprint").status, 202)
        again = self.paper.wait(2)[1]
        self.assertEqual(codes([again]), [ticket["track"]])
        self.assertIn("N LẠI", Words(again))
        self.assertEqual(self.journal(ticket), ["print-unsure", "print-printed"])

    def test_paper_ends_in_mid_ticket(self):
        """The printer keeps what it has and goes on by itself: still nobody prints the number a second time unasked."""
        ticket, later = self.mid_ticket("paper-out")
        out = codes(self.paper.papers())
        self.assertLessEqual(out.count(ticket["track"]), 1)
        self.assertEqual(out.count(later["track"]), 1)

    def test_gone_and_back(self):
        self.start({"address": self.paper.address})
        stream = self.watch()
        self.until_kiosk(stream, "ready")
        self.paper.fault("power-cut")
        self.until_kiosk(stream, "offline")
        ticket = self.issue()
        self.until_state(ticket, "queued")
        self.paper.fault("power-cut", False)
        self.until_state(ticket, "printed")
        self.until_kiosk(stream, "ready")
        self.assertEqual(codes(self.paper.papers()), [ticket["track"]])

    def test_two_kiosks_one_printer(self):
        self.start({"address": self.paper.address})
        tickets, odd = [], []

        def press(kiosk):
            try:
                with self.daemon.kiosk(kiosk) as client:
                    for _ in range(6):
                        tickets.append(self.issue(client))
            except Exception as error:  # noqa: BLE001: a thread must not die unseen
                odd.append(error)

        for name in ("may-lay-so-1", "may-lay-so-2"):
            self.daemon.token(name, "kiosk")
        threads = [threading.Thread(target=press, args=(name,)) for name in ("may-lay-so-1", "may-lay-so-2")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        self.assertEqual(odd, [])
        out = codes(self.paper.wait(12))
        self.assertEqual(sorted(out), sorted(ticket["track"] for ticket in tickets))
        self.assertEqual(self.paper.printer.connections, 1, "one owner, one connection")

    def test_stand_in(self):
        """The first printer has no paper: what it has not begun comes out of the second, once, and the citizen is told where."""
        other = PaperPrinter()
        self.addCleanup(other.close)
        self.start({"address": self.paper.address, "terminals": ["may-lay-so-1"], "standIn": "p2"},
                   {"address": other.address, "terminals": ["may-lay-so-2"]})
        stream = self.watch()
        self.until_kiosk(stream, "ready")
        first = self.issue()
        self.until_state(first, "printed")
        self.paper.fault("paper-out")
        self.until_kiosk(stream, "paperOut")
        tickets = [self.issue() for _ in range(3)]
        for ticket in tickets:
            job = self.until_state(ticket, "printed")
            self.assertEqual(job["printer"], "p2")
            self.assertEqual(self.journal(ticket), ["print-moved", "print-printed"])
        told = until(lambda: [data["printer"]["elsewhere"] for _, data, *_ in list(stream.frames)
                              if data and data.get("printer", {}).get("elsewhere")], PATIENCE, "the kiosk is told")
        self.assertEqual(set(told[-1].values()), {"Máy in 2"})
        self.paper.fault("paper-out", False)
        self.until_kiosk(stream, "ready")
        last = self.issue()
        self.until_state(last, "printed")
        self.assertEqual(codes(self.paper.papers()), [first["track"], last["track"]])
        self.assertEqual(codes(other.papers()), [ticket["track"] for ticket in tickets])
        self.daemon.verify()

    def test_a_line_on_which_nobody_answers(self):
        """Switched off, or set to another speed: said so, and nothing is sent that would come out as garbage."""
        master, slave = os.openpty()
        self.addCleanup(os.close, master)
        self.addCleanup(os.close, slave)
        self.start({"address": f"serial:{os.ttyname(slave)}?baud=9600"})
        stream = self.watch()
        self.until_kiosk(stream, "wrongSpeed")
        self.assertIn("baud", self.device()["words"]["vi"])
        ticket = self.issue()
        self.until_state(ticket, "queued")
        os.set_blocking(master, False)
        sent = b""
        with contextlib.suppress(BlockingIOError):
            while True:
                sent += os.read(master, 65536)
        self.assertLessEqual(len(sent), 3 * 20, "questions only")


class TestPage(PrinterTest):
    def test_through_the_daemon(self):
        paper = PaperPrinter()
        self.addCleanup(paper.close)
        self.start({"address": paper.address})
        self.until_kiosk(self.watch(), "ready")
        said = self.daemon.run("print-test", "p1").stdout
        self.assertIn("sẵn sàng", said)
        [page] = paper.wait(1)
        words = Words(page)
        for word in ("Trang in thử", "576 chấm", "134 chữ"):
            self.assertIn(word, words)
        self.assertTrue(any("print-test p1" in code for code in self.whole_codes(page)))
        self.assertEqual([payload["outcome"] for _, _, _, payload in self.daemon.events("print-tested")], ["sentAndReady"])
        paper.fault("cover-open")
        until(lambda: self.device()["state"] == "fault", PATIENCE, "the cover is noticed")
        refused = self.daemon.run("print-test", "p1", check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("mở nắp", refused.stderr)
        unknown = self.daemon.run("print-test", "p9", check=False)
        self.assertEqual(unknown.returncode, 1)

    def whole_codes(self, page):
        return subprocess.run(["zbarimg", "--nodbus", "-q", "--raw", str(page)], capture_output=True,
                              text=True).stdout.splitlines()

    def test_without_a_daemon(self):
        paper = PaperPrinter()
        self.addCleanup(paper.close)
        daemon = self.start({"address": paper.address})
        daemon.stop()
        result = daemon.run("print-test", "p1")
        self.assertIn("máy chủ không chạy", result.stderr)
        paper.wait(1)


if __name__ == "__main__":
    unittest.main()
