"""Keypads, scanners, rating boxes and lights on serial cables of the running daemon; cables that are pulled."""

import json
import pathlib
import tempfile
import threading
import unittest

from Support import centre, faults
from Support.cable import Cable
from Support.daemon import Daemon
from Support.stream import Stream
from Support.waiting import until

CARD = "001099012345||Nguyễn Thị Hạnh|01021990|Nữ|Số 1, đường Hồ Sen, Hải Phòng|15032021"


def frame(number, address=1):
    """What devices/lights/ascii-4 sends."""
    body = bytes([2, address]) + number.rjust(4).encode()
    check = 0
    for byte in body:
        check ^= byte
    return body + bytes([check, 3])


class Desk(unittest.TestCase):
    """One counter with everything that can be had for it, and an officer."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="motcua-cables-")
        self.addCleanup(folder.cleanup)
        self.cables = {}
        devices = []
        for id, kind, profile in (("phim-1", "keypad", "serial-ascii"), ("quet-1", "scanner", "usb-com"),
                                  ("hop-1", "rating-box", "serial-3"), ("den-1", "light", "ascii-4")):
            cable = Cable(pathlib.Path(folder.name) / "dev" / id)
            self.addCleanup(cable.close)
            self.cables[id] = cable
            devices.append({"id": id, "kind": kind, "name": f"Thiết bị {id}", "profile": profile,
                            "address": str(cable.path), "counter": 1})
        settings = centre.settings()
        settings["devices"] = devices
        settings["citizenCard"] = "on"
        self.daemon = Daemon(settings)
        self.addCleanup(self.daemon.__exit__)
        self.daemon.start()
        for id in self.cables:
            self.until_device(id, "ok")
        self.officer = self.daemon.officer("cb01")
        self.addCleanup(self.officer.close)

    def device(self, id):
        listed = json.loads(self.daemon.run("devices", "--json", check=False).stdout)
        return next(each for each in listed if each["id"] == id)

    def until_device(self, id, state):
        return until(lambda: (found := self.device(id))["state"] == state and found, 20,
                     lambda: f"{id} is {state}: {self.device(id)}")

    def open(self):
        self.assertTrue(self.officer.at(1, "open", {"officer": "cb01"}).ok)

    def issue(self, n=1):
        with self.daemon.kiosk() as kiosk:
            return [kiosk.issue().body for _ in range(n)]

    def notice(self, **wanted):
        """The counter's notice, once it has these values; as the counter's screen gets it."""
        stream = Stream(self.officer, "desk", counter=1)
        try:
            return stream.wait(lambda e, d: e == "desk" and d.get("notice")
                               and all(d["notice"].get(k) == v for k, v in wanted.items()))[1]["notice"]
        finally:
            stream.close()

    def events(self, type):
        return self.daemon.rows("SELECT actor, role, terminal, payload FROM journal WHERE type = ? ORDER BY seq", type)


class Working(Desk):
    def test_keypad_calls_and_light_shows(self):
        self.open()
        self.issue(2)
        board = Stream(self.daemon.citizen(), "public")
        self.addCleanup(board.close)
        self.cables["phim-1"].send("\r")
        board.wait(lambda e, d: e == "change" and (d.get("call") or {}).get("number") == "A001")
        self.cables["den-1"].wait_for(frame("A001"))
        called = self.events("called")
        self.assertEqual([(e["actor"], e["role"], e["terminal"]) for e in called], [("cb01", "officer", "phim-1")])
        self.cables["phim-1"].send("*3\r")
        until(lambda: self.events("transferred"), 10, "transferred to counter 3")
        self.cables["den-1"].wait_for(frame(""))
        self.daemon.verify()

    def test_keypad_without_officer(self):
        self.issue()
        self.cables["phim-1"].send("\r")
        notice = self.notice(kind="refused")
        self.assertEqual(self.events("called"), [])
        faults.record("Bàn phím quầy", "Chưa ai đăng nhập · nobody signed in", officer=notice["words"]["vi"],
                      journal="– (không có lượt gọi nào)")

    def test_scan_brings_up_the_visit(self):
        self.open()
        tickets = self.issue(2)
        self.cables["quet-1"].send(tickets[1]["track"] + "\r\n")
        notice = self.notice(kind="ticket")
        self.assertEqual((notice["number"], notice["callable"]), ("A002", True))

    def test_card_is_masked_and_kept_nowhere(self):
        self.open()
        self.cables["quet-1"].send(CARD + "\r")
        self.assertEqual(self.notice(kind="card")["words"]["vi"], "Thẻ căn cước: N. T. Hạnh, ••••••••2345.")
        taken = self.officer.post("counters/1/card", {"fields": ["name"]}).body
        self.assertEqual(taken, {"name": "Nguyễn Thị Hạnh"})
        self.assertEqual(self.officer.post("counters/1/card", {"fields": ["number"]}).body, {})
        self.assertEqual([json.loads(e["payload"]) for e in self.events("card-read")],
                         [{"counter": 1, "fields": ["name"]}])
        self.daemon.stop()
        for file in self.daemon.folder.rglob("*"):
            if file.is_file():
                left = file.read_bytes()
                for secret in ("001099012345", "Thị Hạnh|", "01021990"):
                    self.assertNotIn(secret.encode(), left, file)

    def test_box_rates_once(self):
        self.open()
        self.issue(2)
        box = self.cables["hop-1"]
        box.send("1")                       # nobody was served yet
        self.assertTrue(self.officer.at(1, "call-next").ok)
        self.assertTrue(self.officer.at(1, "finish").ok)

        # Presses that follow one another within a second are no ratings, so each waits for that long, as a person does;
        # this goes on until one counts.
        def rated_after(level, count):
            def press():
                box.send(level)
                return len(self.events("rated")) >= count
            until(press, 15, f"the press is rating {count}", pause=1.2)
        rated_after("1", 1)
        # The same citizen again and again: only the next one's press is another rating.
        for _ in range(2):
            threading.Event().wait(1.2)
            box.send("3")
        self.assertTrue(self.officer.at(1, "call-next").ok)
        self.assertTrue(self.officer.at(1, "finish").ok)
        rated_after("3", 2)
        rated = self.events("rated")
        self.assertEqual([(e["actor"], e["role"], e["terminal"]) for e in rated], [("citizen", "rating", "hop-1")] * 2)
        self.assertEqual([json.loads(e["payload"])["step"] for e in rated],
                         [json.loads(e["payload"])["step"] for e in self.events("finished")])
        self.assertNotIn("events", self.device("hop-1"))
        self.daemon.verify()


class Cables(Desk):
    def test_unplug_and_replug(self):
        """Each device is missed and found again, and works again."""
        self.open()
        self.issue(2)
        for id, cable in self.cables.items():
            cable.unplug()
            lost = self.until_device(id, "fault")
            cable.plug()
            back = self.until_device(id, "ok")
            self.assertGreaterEqual(back["opened"], 2)
            self.assertIn("Không thấy thiết bị", back["lastError"])
            words = lost["words"]["vi"].replace(str(cable.path), f"/dev/motcua/{id}")
            names = {"phim-1": "Bàn phím quầy", "quet-1": "Máy quét", "hop-1": "Hộp đánh giá", "den-1": "Đèn quầy"}
            faults.record(names[id], "Rút dây, cắm lại · unplugged, replugged", supervisor=words)
        self.cables["phim-1"].send("\r")
        self.cables["den-1"].wait_for(frame("A001"))

    def test_old_call_is_not_repeated_on_the_light(self):
        self.open()
        self.issue(1)
        light = self.cables["den-1"]
        self.assertTrue(self.officer.at(1, "call-next").ok)
        light.wait_for(frame("A001"))
        until(lambda: self.daemon.rows("SELECT 1 FROM cursor WHERE consumer = 'light den-1'"), 10, "remembered")
        light.received = b""
        self.daemon.stop()
        self.daemon.start()
        self.until_device("den-1", "ok")
        officer = self.daemon.officer("cb01")
        self.addCleanup(officer.close)
        self.assertTrue(officer.at(1, "recall").ok)
        light.wait_for(frame("A001"))
        self.assertEqual(light.received.count(frame("A001")), 1)

    def test_a_wrong_profile_stops_nothing(self):
        settings = json.loads(self.daemon.config.read_text(encoding="utf-8"))
        settings["devices"][0]["profile"] = "no-such-keypad"
        with Daemon(settings) as daemon:
            said = daemon.run("devices", check=False)
            self.assertEqual(said.returncode, 1)
            self.assertIn("no-such-keypad.json", said.stdout)
            with daemon.kiosk() as kiosk:
                self.assertTrue(kiosk.issue().ok)


if __name__ == "__main__":
    unittest.main()
