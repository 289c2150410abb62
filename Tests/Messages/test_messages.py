"""Each message once, by day, while somebody waits for it: the daemon, gammu-smsd and its dummy phone."""

import unittest

from Messages.case import MessagesCase
from Support import faults
from Support.client import new_key
from Support.waiting import until


class MessagesTest(MessagesCase):
    def test_each_once_and_the_number_goes(self):
        phones = [f"09{n:08d}" for n in range(12345678, 12345690)]
        self.modem.start()
        self.finished(phones)
        found = self.until_over(len(phones))
        self.assert_once(phones)
        text = self.modem.texts()[phones[0]][0]
        self.assertRegex(text, r"hồ sơ TAM-\d{6}-\d{4} đã có kết quả")
        self.assertEqual({each["parts"] for each in found["items"]}, {2})
        self.assertEqual((found["failed"], found["contacts"]), (0, 0))
        self.assert_wiped(phones)
        self.daemon.verify()

    def test_a_moved_date_and_one_that_is_handed_over_at_once(self):
        self.modem.start()
        # Without diacritics it is one part, and gammu-smsd says the whole of it.
        self.change(plain=True)
        with self.daemon.officer() as client:
            moved = self.received(client, "0912000001")
            self.step(client, self.received(client, "0912000002"), "finish")
            soon = self.daemon.rows("SELECT max(id) AS id FROM dossier")[0]["id"]
            self.step(client, soon, "hand-over")
            due = client.get("dossiers?code=" + self.daemon.rows("SELECT code FROM dossier WHERE id = ?", moved)[0]["code"])
            year = int(due.body["dossiers"][0]["due"]["day"][:4])
            self.step(client, moved, "reappoint", reason="cho-xac-minh", day=f"{year}-12-28")
        self.until_over(1)
        [text] = self.modem.texts()["0912000001"]
        self.assertRegex(text, rf"^[\x20-\x7e]*ho so TAM-\d+-\d+ co ngay hen tra moi: 28/12/{year}\.")
        self.assert_once(["0912000001"])
        self.assertEqual(len(self.daemon.rows("SELECT * FROM contact")), 1)

    def test_at_night_it_waits_for_the_morning(self):
        self.modem.start()
        self.change(**{"from": "20:00", "to": "21:00"})
        self.finished(["0915000001"])
        # The second is written down a whole look later, so the first has been passed over.
        until(lambda: self.messages()["waiting"] == 1, 60)
        self.finished(["0915000002"])
        found = until(lambda: (found := self.messages())["waiting"] == 2 and found, 60, self.messages)
        self.assertFalse(found["openNow"])
        self.assertEqual(self.modem.files() + list(self.modem.transmitted()), [])
        # Collected before the morning: nothing to be told.
        with self.daemon.officer() as client:
            first = self.daemon.rows("SELECT ref FROM message ORDER BY id LIMIT 1")[0]["ref"]
            self.step(client, first, "hand-over")
        self.change(**{"from": "00:00", "to": "23:59"})
        self.until_over(1)
        self.assert_once(["0915000002"])
        self.assertEqual(sorted(each["state"] for each in self.messages()["items"]), ["dropped", "sent"])

    def test_a_refusal_is_seen_and_sent_again_by_a_person(self):
        self.modem.refuses.touch()
        self.modem.start()
        self.finished(["0916000001"])
        found = until(lambda: (found := self.messages())["failed"] == 1 and found, 60, self.messages)
        self.assertIn("Modem", found["items"][0]["reason"]["vi"])
        words = until(lambda: self.alarms().get("messages-failed"), 10)
        faults.record("Modem nhắn tin", "Modem hoặc mạng từ chối · refused by modem or network",
                      supervisor=words, journal="message-ended (failed, modem)")
        self.modem.refuses.unlink()
        self.assertEqual(self.modem.transmitted(), {})
        with self.daemon.supervisor() as client:
            message = found["items"][0]["id"]
            key = new_key()
            for _ in range(2):  # pressed twice: once
                self.assertEqual(client.post(f"messages/{message}/send-again", {}, key=key).status, 200)
        self.until_over(1)
        self.assert_once(["0916000001"])
        until(lambda: "messages-failed" not in self.alarms(), 10)
        self.assert_wiped(["0916000001"])

    def test_without_its_folder_messages_wait_and_the_queue_goes_on(self):
        away = self.modem.spool.with_name("away")
        self.modem.spool.rename(away)
        self.finished(["0917000001"])
        words = until(lambda: self.alarms().get("messages"), 30)
        self.assertIn("outbox", words)
        faults.record("Modem nhắn tin", "Thư mục của gammu-smsd mất hoặc không ghi được · spool folder gone",
                      citizen="Lấy số vẫn được", supervisor=words.replace(str(self.modem.spool), "…"), journal="–")
        with self.daemon.kiosk() as client:
            self.assertEqual(client.issue().status, 201)
        until(lambda: self.messages()["waiting"] == 1, 60)
        away.rename(self.modem.spool)
        self.modem.start()
        self.until_over(1, 90)
        self.assert_once(["0917000001"])
        until(lambda: "messages" not in self.alarms(), 30, self.alarms)

    def test_your_turn_is_near(self):
        self.modem.start()
        with self.daemon.kiosk() as client:
            codes = [client.issue().body["code"] for _ in range(3)]
            for code, phone in zip(codes[1:], ("0918000001", "0918000002")):
                answer = client.put(f"track/{code}/contact", {"phone": phone, "consent": True})
                self.assertEqual(answer.status, 200, answer)
        self.until_over(1)
        self.assertIn("còn 1 người", self.modem.texts()["0918000001"][0])
        self.assert_once(["0918000001"])
        # Gives the number up: nothing more is kept of it.
        with self.daemon.citizen() as client:
            self.assertEqual(client.post(f"track/{codes[2]}/cancel", {}, key=new_key()).status, 200)
        until(lambda: not self.daemon.rows("SELECT * FROM contact"), 30)
        self.assert_once(["0918000001"])
        self.assert_wiped(["0918000001", "0918000002"])


if __name__ == "__main__":
    unittest.main()
