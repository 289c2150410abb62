"""A clock that is wrong at start, set back while running, and midnight in the middle of a call."""

import datetime
import unittest

from Support import centre
from Support.clock import Clock
from Support.daemon import Daemon
from Support.stream import Stream
from Support.waiting import until


class WrongClock(unittest.TestCase):
    def alarms(self, supervisor):
        return {a["id"]: a for a in supervisor.get("supervisor").body["alarms"]}

    def test_behind_the_last_event(self):
        """A dead battery: closed until a person confirms, and nothing is recorded before."""
        with Daemon() as daemon:
            token = daemon.token("may-lay-so-1", "kiosk")
            with daemon.kiosk() as kiosk:
                self.assertEqual(kiosk.issue().body["number"], "A001")
            daemon.stop()
            last = daemon.events()[-1][0]
            clock = self.enterContext(Clock(daemon))
            clock.set("-1h")
            daemon.start()
            with daemon.kiosk() as kiosk, daemon.supervisor() as supervisor:
                self.assertEqual(kiosk.token, token)
                until(lambda: "clock" in self.alarms(supervisor), 5, "an alarm")
                self.assertEqual(self.alarms(supervisor)["clock"]["level"], "fault")
                answer = kiosk.issue()
                self.assertEqual((answer.status, answer.problem), (503, "clock-unsure"))
                self.assertEqual(supervisor.at(1, "open", {"officer": "cb01"}).problem, "clock-unsure")
                # The health of a machine is watched by its status.
                health = supervisor.get("health")
                self.assertEqual((health.status, health.body["clock"]), (503, "unsure"))
                self.assertEqual(daemon.events()[-1][0], last, "recorded with a wrong time")
                shown = Stream(daemon.citizen(), "kiosk")
                _, state, *_ = shown.wait(lambda e, _: e == "snapshot")
                shown.close()
                self.assertEqual((state["open"]["state"], state["open"]["takesTickets"]), ("clockUnsure", False))
                self.assertEqual(kiosk.post("clock/confirm").status, 403, "not everybody may confirm")
                self.assertTrue(supervisor.post("clock/confirm").ok)
                self.assertEqual(kiosk.issue().body["number"], "A002")
                until(lambda: "clock" not in self.alarms(supervisor), 5, "the alarm is gone")
            daemon.stop()
            daemon.verify()

    def test_set_back_while_running(self):
        """The queue goes on with steady time, the supervisor is told."""
        with Daemon() as daemon:
            daemon.stop()
            clock = self.enterContext(Clock(daemon))
            daemon.start()
            with daemon.kiosk() as kiosk, daemon.supervisor() as supervisor, daemon.officer("cb01") as officer:
                self.assertTrue(officer.at(1, "open").ok)
                self.assertEqual(kiosk.issue().status, 201)
                clock.set("-1h")
                until(lambda: "clock" in self.alarms(supervisor), 10, "the supervisor is told")
                self.assertEqual(kiosk.issue().body["number"], "A002")
                self.assertEqual(officer.at(1, "call-next").body["ticket"]["number"], "A001")
                clock.set("+0")
                until(lambda: "clock" not in self.alarms(supervisor), 10, "the alarm is gone")
                self.assertTrue(officer.at(1, "finish").ok)
                # The same again with an hour ahead.
                clock.set("+1h")
                until(lambda: "clock" in self.alarms(supervisor) or self.late(daemon, kiosk), 10, "told or followed")
            times = [row["at"] for row in daemon.rows("SELECT at FROM journal ORDER BY seq")]
            self.assertEqual(times, sorted(times))
            waits = daemon.rows("SELECT calledAt - queuedAt AS wait FROM step WHERE calledAt IS NOT NULL")
            self.assertTrue(all(0 <= row["wait"] < 60_000 for row in waits), waits)
            daemon.stop()
            daemon.verify()

    def late(self, daemon, kiosk):
        """A synchronised machine may be followed forward."""
        kiosk.issue()
        at = daemon.rows("SELECT max(at) AS at FROM journal")[0]["at"] / 1000
        return at > datetime.datetime.now(datetime.timezone.utc).timestamp() + 3000

    def test_midnight_during_a_call(self):
        settings = centre.settings()
        settings["centre"]["timezone"] = "Etc/GMT"
        with Daemon(settings) as daemon:
            daemon.stop()
            clock = self.enterContext(Clock(daemon))
            clock.set("@2027-03-31 23:59:48")
            daemon.data = daemon.folder / "night"
            daemon.tokens = {}
            daemon.start()
            with daemon.kiosk() as kiosk, daemon.officer("cb01") as officer:
                self.assertTrue(officer.at(1, "open").ok)
                first = [kiosk.issue().body for _ in range(3)]
                self.assertEqual(officer.at(1, "call-next").body["ticket"]["number"], "A001")
                self.assertTrue(officer.at(1, "start").ok)
                board = Stream(daemon.citizen(), "public")
                board.wait(lambda e, d: (d or {}).get("open", {}).get("day") == "2027-04-01", 30)
                board.close()
                self.assertEqual(kiosk.issue().body["number"], "A001", "a new day begins at 1")
                self.assertEqual(officer.at(1, "call-next").problem, "counter-closed")
                self.assertEqual(officer.at(1, "undo").problem, "nothing-to-undo")
                self.assertEqual(kiosk.get(f"track/{first[0]['code']}").body["state"], "expired")
                self.assertTrue(officer.at(1, "open").ok)
                self.assertEqual(officer.at(1, "call-next").body["ticket"]["number"], "A001")
                total = officer.get("figures/2027-03-31").body["total"]
            self.assertEqual((total["issued"], total["unserved"], total["unfinished"]), (3, 2, 1))
            outcomes = [row["outcome"] for row in daemon.rows("SELECT outcome FROM visit ORDER BY id")]
            self.assertEqual(outcomes, ["unfinished", "unserved", "unserved", None])
            daemon.stop()
            daemon.verify()


if __name__ == "__main__":
    unittest.main()
