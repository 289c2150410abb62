"""A centre that sends messages through a gammu-smsd of its own."""

import pathlib
import shutil
import tempfile
import unittest

from Messages.at_modem import AtModem, decoded
from Messages.modem import Modem, compiled
from Support import centre
from Support.client import new_key
from Support.daemon import Daemon
from Support.waiting import until

PROCEDURE = "1.004873"


class MessagesCase(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="motcua-messages-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.modem = Modem(self.folder)
        self.addCleanup(self.modem.stop)
        settings = centre.settings()
        settings["messages"] = {"enabled": True, "folder": str(self.modem.spool), "nearAhead": 1}
        self.kill = self.folder / "kill"
        self.daemon = Daemon(settings, env={"LD_PRELOAD": str(compiled("killer.c", self.folder)),
                                            "MESSAGE_KILL": str(self.kill), **self.modem.seen})
        self.addCleanup(self.daemon.__exit__)
        self.started()

    def started(self):
        self.daemon.start()

    # At the counter.

    def received(self, client, phone):
        answer = client.post("dossiers", {"procedure": PROCEDURE}, key=new_key())
        self.assertEqual(answer.status, 201, answer)
        dossier = answer.body["dossiers"][0]["id"]
        answer = client.put(f"dossiers/{dossier}/contact", {"phone": phone, "consent": True})
        self.assertEqual(answer.status, 200, answer)
        self.assertNotIn(phone, answer.data.decode())
        return dossier

    def step(self, client, dossier, step, **more):
        answer = client.post(f"dossiers/{dossier}/steps", {"step": step, **more}, key=new_key())
        self.assertEqual(answer.status, 200, answer)

    def finished(self, phones):
        with self.daemon.officer() as client:
            for phone in phones:
                self.step(client, self.received(client, phone), "finish")

    # What is seen.

    def messages(self):
        with self.daemon.supervisor() as client:
            return client.get("messages").body

    def alarms(self):
        with self.daemon.supervisor() as client:
            return {each["id"]: each["words"]["vi"] for each in client.get("supervisor").body["alarms"]}

    def until_told(self, id, words, seconds=40):
        """The alarm of that name, once it says so."""
        return until(lambda: words in (said := self.alarms().get(id, "")) and said, seconds,
                     lambda: f"«{words}»; {self.alarms()}")

    def modem_words(self):
        """What the supervisor's page says of the modem."""
        with self.daemon.supervisor() as client:
            return next(each["words"]["vi"] for each in client.get("supervisor").body["devices"] if each["kind"] == "messages")

    def until_over(self, count, seconds=60):
        """Waits until so many were seen as sent, and gives the list."""
        return until(lambda: (found := self.messages()) and sum(
            each["state"] == "sent" for each in found["items"]) >= count and found, seconds,
            lambda: f"{count} sent; {self.messages()}", pause=0.2)

    def change(self, **messages):
        with self.daemon.supervisor() as client:
            now = client.get("settings").body
            now["settings"]["messages"].update(messages)
            answer = client.put("settings", {"version": now["version"], "settings": now["settings"]})
            self.assertEqual(answer.status, 200, answer)

    def assert_once(self, phones):
        self.assertEqual(self.modem.transmitted(), {phone: 1 for phone in phones})

    def assert_wiped(self, phones):
        self.assertEqual(self.daemon.rows("SELECT * FROM contact"), [])
        # The message is over first, then its file goes.
        until(lambda: self.modem.files() == [], 20, self.modem.files)
        kept = str(self.daemon.events()) + str(self.daemon.rows("SELECT * FROM message"))
        kept += str(self.daemon.rows("SELECT CAST(body AS TEXT) FROM idempotency"))
        kept += "".join(each.read_text(errors="replace") for each in self.daemon.folder.glob("daemon-*.log"))
        for phone in phones:
            self.assertNotIn(phone, kept)
            self.assertNotIn(phone[1:], kept)


class ModemCase(MessagesCase):
    """One with a modem at a serial line in place of the dummy phone."""

    def started(self):
        self.plug()
        self.modem.at(self.at.path)
        self.modem.start()
        self.daemon.start()

    def plug(self):
        self.at = AtModem(self.folder / "ttyUSB0")
        self.addCleanup(self.at.unplug)

    def here(self, words):
        return words.replace(str(self.folder), "…")

    def arrived(self):
        """Number → its texts, parts put together; and how many parts there were."""
        texts, parts = {}, 0
        for number, part, of, text in map(decoded, self.at.sent):
            parts += 1
            if part == 1:
                texts.setdefault(number, []).append("")
            texts[number][-1] += text
        return texts, parts
