"""One boot of the machine plays all devices; each test looks at what one of them got and what people were told."""

import json
import os
import pathlib
import shlex
import shutil
import sys
import tempfile
import unittest

from Hardware.machine import ROOT, Machine, fetched
from Support import centre, faults
from Support.daemon import binary, share
from Support.paper import Words, codes, number
from Voice.loudspeaker import figures

# The whole play takes about a minute on an idle machine with two cores; a busy one takes longer.
PATIENCE = 420
sys.path.insert(0, str(ROOT / "Tests" / "Paper"))

from escpos_paper import Picture, decode  # noqa: E402


def settings():
    chosen = centre.settings(printer="usb:/dev/usb/lp0")
    chosen["board"].update({"voice": "server", "english": False})
    chosen["citizenCard"] = "on"
    at = {"counter": 3}
    chosen["devices"] = [
        {"id": "phim-3", "kind": "keypad", "name": "Bàn phím", "profile": "usb-numeric", "address": "/dev/motcua/phim-3", **at},
        {"id": "quet-3", "kind": "scanner", "name": "Máy quét", "profile": "usb-com", "address": "/dev/motcua/quet-3", **at},
        {"id": "hop-3", "kind": "rating-box", "name": "Hộp", "profile": "usb-5", "address": "/dev/motcua/hop-3", **at},
        {"id": "loa", "kind": "speaker", "name": "Loa phòng chờ", "address": "alsa:plughw:Loopback,0,0"},
    ]
    return chosen


class InTheMachine(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.out = pathlib.Path(tempfile.mkdtemp(prefix="motcua-machine-"))
        if "KEEP_MACHINE" in os.environ:  # for a person who wants to look at the papers
            print(cls.out, file=sys.stderr)
        else:
            cls.addClassCleanup(shutil.rmtree, cls.out, ignore_errors=True)
        centre.write(cls.out / "centre.yaml", settings())
        machine = Machine(cls.out)
        words = (binary(), share(), None, str(fetched("udev")))
        arguments = " ".join("$KERNEL" if word is None else shlex.quote(os.path.abspath(word)) for word in words)
        program = f"import sys; sys.path.insert(0, '{ROOT}/Tests'); from Hardware.guest import main; main()"
        seconds = machine.run(
            "export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1\n"
            f"cd /tmp && exec {shlex.quote(os.path.realpath(sys.executable))} -I -c {shlex.quote(program)} {arguments} 2>&1",
            PATIENCE)
        results = cls.out / "results.json"
        if not results.exists():
            raise AssertionError("the machine told nothing:\n" + machine.said())
        cls.results = {each["name"]: each for each in json.loads(results.read_text())}
        print(machine.said(), f"machine ({machine.processor}): {seconds:.1f} s in all", sep="\n", file=sys.stderr)
        # Figures of a processor that is emulated: an order of magnitude, no measurement.
        print(*(f"{name}: {each['notes']}" for name, each in cls.results.items() if each["notes"]), sep="\n", file=sys.stderr)

    def notes(self, name):
        """What the guest noted of a scenario; a failure there is one here."""
        self.assertIn(name, self.results, "it was not played")
        result = self.results[name]
        self.assertTrue(result["ok"], result.get("why", "") + self.daemon_log())
        return result["notes"]

    def daemon_log(self):
        log = self.out / "daemon.log"
        return log.read_text(errors="replace")[-2500:] if log.exists() else ""

    def journal(self, type):
        self.notes("end")
        return [each for each in json.loads((self.out / "journal.json").read_text()) if each["type"] == type]

    def papers(self, folder):
        return sorted((self.out / folder).glob("*.png"))

    def test_the_daemon_starts_and_ends(self):
        self.notes("begin")
        self.assertIn("khớp", self.notes("end")["verify"])

    # The printer.

    def test_a_ticket_through_usblp_is_the_picture_dot_for_dot(self):
        notes = self.notes("ticket")
        drawn = Picture.from_png((self.out / "drawn.png").read_bytes())
        # The bytes that came out of the cable, read by the decoder.
        [paper] = decode((self.out / "papers/0001.escpos").read_bytes())
        self.assertEqual(paper, drawn)
        self.assertEqual(codes(self.papers("papers")[:1]), [notes["track"]])
        self.assertIn(notes["number"], number(self.papers("papers")[0])[0])

    def test_the_end_of_the_paper_is_told_and_nothing_is_lost(self):
        notes = self.notes("paper_out")
        self.assertIn("hết giấy", notes["alarm"])
        self.assertIn("hết giấy", self.notes("port_status_alone")["alarm"])
        self.assertEqual(len(self.papers("papers")), 2)
        faults.record("Máy in USB (nhân Linux)", "Hết giấy · paper out", citizen="xem «Máy in phiếu»",
                      supervisor=notes["alarm"], journal="print-printed")

    def test_a_cable_pulled_in_mid_ticket(self):
        notes = self.notes("cable_pulled_in_mid_ticket")
        self.assertEqual((notes["before"], notes["after"]), (2, 3), "nothing is printed twice, nothing is dropped")
        tracks = codes(self.papers("papers") + self.papers("papers-after"))
        self.assertEqual(len(set(tracks)), len(tracks), "whatever was printed until the end of the play is there once")
        marks = ["N LẠI" in Words(paper) for paper in self.papers("papers-after")[:3]]
        self.assertEqual(marks, [False, False, True], "the torn one only on request, and marked")
        unsure = [json.loads(each["payload"])["visit"] for each in self.journal("print-unsure")]
        self.assertEqual(len(unsure), 1, self.journal("print-unsure"))
        printed = [json.loads(each["payload"])["visit"] for each in self.journal("print-printed")]
        self.assertEqual(printed.count(unsure[0]), 1)
        self.assertEqual(len(set(printed)), len(printed))
        faults.record("Máy in USB (nhân Linux)", "Rút dây giữa phiếu, cắm lại · unplugged in mid-ticket, replugged",
                      citizen="xem «Máy in phiếu»", supervisor=notes["alarm"],
                      journal="print-unsure, print-printed (in lại)")

    # At the counter.

    def test_keys_do_what_the_screen_does(self):
        notes = self.notes("keypad")
        self.assertEqual((notes["call"]["number"], notes["call"]["counter"]), (self.notes("ticket")["number"], 3))
        for type in ("recalled", "started", "finished", "transferred"):
            who = self.journal(type)[0]
            self.assertEqual((who["actor"], who["role"], who["terminal"]), ("cb03", "officer", "phim-3"), type)
        self.assertFalse(notes["leaked"], "keys are grabbed: nobody else gets them")

    def test_keys_lost_by_the_kernel_call_nobody(self):
        self.assertLessEqual(self.notes("keypad_flood")["calls"], 1)

    def test_keypad_unplugged_and_its_lamp(self):
        notes = self.notes("keypad_unplugged")
        self.assertIn("/dev/motcua/phim-3", notes["lost"])
        self.assertEqual(notes["lamp"][-4:], [1, 0, 1, 0], "two flashes")
        faults.record("Bàn phím quầy USB (nhân Linux)", "Rút dây, cắm lại · unplugged, replugged", supervisor=notes["lost"])

    def test_scanner_reads_every_accent_and_shows_a_mask(self):
        notes = self.notes("scanner")
        self.assertEqual(notes["card"]["words"]["vi"], "Thẻ căn cước: N. T. T. Nghiệm, ••••••••0123.")
        self.assertEqual(notes["taken"], {"name": "Nguyễn Thị Thử Nghiệm"})
        self.assertEqual(notes["ticket"]["number"], notes["number"])
        faults.record("Máy quét USB-COM (nhân Linux)", "Rút dây, cắm lại · unplugged, replugged", supervisor=notes["lost"])

    def test_rating_box(self):
        notes = self.notes("rating_box")
        rated = self.journal("rated")
        self.assertEqual([(each["actor"], each["role"], each["terminal"]) for each in rated], [("citizen", "rating", "hop-3")])
        faults.record("Hộp đánh giá USB (nhân Linux)", "Rút dây · unplugged", supervisor=notes["lost"])

    def test_rules_of_udev_name_every_port(self):
        links = self.notes("scanner")["links"]
        for name in ("keyboard-platform-dummy_hcd_1-usb-0_1_1_0", "tty-platform-dummy_hcd_2-usb-0_1_1_0",
                     "lp-platform-dummy_hcd_0-usb-0_1_1_0", "phim-3", "quet-3"):
            self.assertIn(name, links)

    # In the hall.

    def test_the_announcement_is_as_long_and_as_loud_as_it_should_be(self):
        notes = self.notes("announcement")
        self.assertEqual(notes["number"], notes["called"])
        length, level, peak = figures(self.out / "announcement.raw")
        self.assertTrue(2 < length < 8, f"{length} s")
        self.assertTrue(-27 < level < -17, f"{level} dB")
        self.assertLess(peak, -0.5)

    def test_a_lost_loudspeaker_is_told_and_comes_back(self):
        notes = self.notes("loudspeaker_lost")
        self.assertIn("Loa phòng chờ không phát được", notes["alarm"] or "")
        self.assertEqual(notes["back"], "Sẵn sàng")
        faults.record("Loa máy chủ", "Rút bộ âm thanh USB · sound adapter unplugged", supervisor=notes["alarm"],
                      officer="Gọi số vẫn được", journal="called")


if __name__ == "__main__":
    unittest.main()
