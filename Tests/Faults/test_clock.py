"""A clock that is wrong at start, set back while running, and midnight in the middle of a call."""

import unittest

from Support import centre
from Support.clock import Clock
from Support.daemon import Daemon
from Support.stream import Stream
from Support.waiting import until


class WrongClock(unittest.TestCase):
    def setUp(self):
        settings = centre.settings()
        settings["centre"]["timezone"] = "Etc/GMT"
        self.daemon = Daemon(settings)
        self.addCleanup(self.daemon.__exit__)
        self.clock = Clock(self.daemon)
        self.clock.show("2027-03-31 10:00:00")

    def test_behind_the_last_event(self):
        """A dead battery: closed until the clock is set, and nothing is recorded before; nobody confirms a wrong one."""
        daemon = self.daemon.start()
        with daemon.kiosk() as kiosk:
            self.assertEqual(kiosk.issue().body["number"], "A001")
        daemon.stop()
        last = daemon.events()[-1][0]
        self.clock.show("2027-03-31 09:00:00")
        daemon.start()
        with daemon.kiosk() as kiosk, daemon.supervisor() as supervisor:
            until(lambda: "clock" in supervisor.alarms(), 5, "an alarm")
            self.assertEqual(supervisor.alarms()["clock"]["level"], "fault")
            answer = kiosk.issue()
            self.assertEqual((answer.status, answer.problem), (503, "clock-unsure"))
            self.assertEqual(supervisor.at(1, "open", {"officer": "cb01"}).problem, "clock-unsure")
            # A machine's health is watched by the status of the answer.
            health = supervisor.get("health")
            self.assertEqual((health.status, health.body["clock"]), (503, "unsure"))
            self.assertEqual(daemon.events()[-1][0], last, "recorded with a wrong time")
            shown = Stream(daemon.citizen(), "kiosk")
            _, state, *_ = shown.wait(lambda e, _: e == "snapshot")
            shown.close()
            self.assertEqual((state["open"]["state"], state["open"]["takesTickets"]), ("clockUnsure", False))
            self.assertEqual(kiosk.post("clock/confirm").status, 403, "not everybody may confirm")
            answer = supervisor.post("clock/confirm")
            self.assertEqual((answer.status, answer.problem), (409, "clock-behind"))
            self.assertIn("Chỉnh giờ máy chủ trước", answer.body["title"])
            self.assertEqual(kiosk.issue().problem, "clock-unsure")
            self.clock.show("2027-03-31 10:05:00")
            self.assertTrue(supervisor.post("clock/confirm").ok)
            self.assertEqual(kiosk.issue().body["number"], "A002")
            until(lambda: "clock" not in supervisor.alarms(), 5, "the alarm is gone")
        daemon.stop()
        daemon.verify()

    def test_behind_the_last_event_until_the_machine_is_synchronised(self):
        daemon = self.daemon.start()
        with daemon.kiosk() as kiosk:
            self.assertEqual(kiosk.issue().body["number"], "A001")
        daemon.stop()
        self.clock.show("1970-01-01 00:00:10")
        daemon.start()
        with daemon.kiosk() as kiosk:
            self.assertEqual(kiosk.issue().problem, "clock-unsure")
            self.clock.show("2027-03-31 10:01:00")
            until(lambda: kiosk.get("health").body["status"] == "ok", 10, "the time service has set the clock")
            self.assertEqual(kiosk.issue().body["number"], "A002")
        self.assertEqual([row["day"] for row in daemon.rows("SELECT day FROM day")], [20908])
        daemon.stop()
        daemon.verify()

    def test_set_back_while_running(self):
        """The queue goes on with steady time, the supervisor is told."""
        daemon, right = self.daemon.start(), self.clock.offset
        with daemon.kiosk() as kiosk, daemon.supervisor() as supervisor, daemon.officer("cb01") as officer:
            self.assertTrue(officer.at(1, "open").ok)
            self.assertEqual(kiosk.issue().status, 201)
            self.clock.show("2027-03-31 09:00:00")
            until(lambda: "clock" in supervisor.alarms(), 5, "the supervisor is told")
            self.assertEqual(supervisor.alarms()["clock"]["level"], "warning")
            self.assertEqual(kiosk.issue().body["number"], "A002")
            answer = officer.at(1, "call-next")
            self.assertTrue(answer.ok, answer)
            self.clock.set(right)
            until(lambda: "clock" not in supervisor.alarms(), 5, "the alarm is gone")
            self.assertTrue(officer.at(1, "finish").ok)
        times = [row["at"] for row in daemon.rows("SELECT at FROM journal ORDER BY seq")]
        self.assertEqual(times, sorted(times))
        [wait] = daemon.rows("SELECT calledAt - queuedAt AS ms FROM step WHERE calledAt IS NOT NULL")
        self.assertTrue(0 <= wait["ms"] < 30_000, wait)
        daemon.stop()
        daemon.verify()

    def test_an_hour_ahead(self):
        """Followed at once where a time service keeps the clock; otherwise somebody has to say so."""
        daemon = self.daemon.start()
        with daemon.kiosk() as kiosk, daemon.supervisor() as supervisor:
            self.clock.show("2027-03-31 11:00:00")
            until(lambda: "clock" in supervisor.alarms(), 5, "the supervisor is told")
            self.assertTrue(supervisor.get("supervisor").body["now"].startswith("2027-03-31T10:0"))
            self.assertTrue(supervisor.post("clock/confirm").ok)
            self.assertRegex(supervisor.get("supervisor").body["now"], "^2027-03-31T(10:59|11:0)")
            until(lambda: "clock" not in supervisor.alarms(), 5, "the alarm is gone")
            self.assertEqual(kiosk.issue().status, 201)

    def test_midnight_during_a_call(self):
        daemon = self.daemon
        self.clock.show("2027-03-31 23:59:45")
        daemon.start()
        with daemon.kiosk() as kiosk, daemon.officer("cb01") as officer:
            self.assertTrue(officer.at(1, "open").ok)
            first = [kiosk.issue().body for _ in range(3)]
            answer = officer.at(1, "call-next")
            self.assertTrue(answer.ok, answer)
            self.assertTrue(officer.at(1, "start").ok)
            board = Stream(daemon.citizen(), "public")
            board.wait(lambda e, d: ((d or {}).get("open") or {}).get("day") == "2027-04-01", 30)
            board.close()
            self.assertEqual(kiosk.issue().body["number"], "A001", "a new day begins at 1")
            self.assertEqual(officer.at(1, "call-next").problem, "counter-closed")
            self.assertEqual(officer.at(1, "undo").problem, "nothing-to-undo")
            self.assertIn(kiosk.get(f"track/{first[0]['code']}").body.get("state", "expired"), ("expired", "ended"))
            self.assertTrue(officer.at(1, "open").ok)
            answer = officer.at(1, "call-next")
            self.assertTrue(answer.ok, answer)
            total = officer.get("figures/2027-03-31").body["total"]
        self.assertEqual((total["issued"], total["unserved"], total["unfinished"]), (3, 2, 1))
        outcomes = [row["outcome"] for row in daemon.rows("SELECT outcome FROM visit ORDER BY id")]
        self.assertEqual(outcomes, ["unfinished", "unserved", "unserved", None])
        daemon.stop()
        daemon.verify()


if __name__ == "__main__":
    unittest.main()
