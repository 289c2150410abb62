"""kill -9 at any moment: what was answered stays, no number comes twice, a repeated key acts once."""

import collections
import os
import random
import threading
import unittest

from Support import centre
from Support.client import Client, Unanswered, new_key
from Support.daemon import Daemon
from Support.paper import PaperPrinter, codes
from Support.stream import Stream
from Support.waiting import until

KILLS = 50 if os.environ.get("LONG") else int(os.environ.get("KILLS", "20"))
SEED = int(os.environ.get("SEED", "5049"))
SERVICES = ["ho-tich", "dat-dai", "kinh-doanh", "ket-qua"]
OFFICERS = {1: "cb01", 2: "cb02", 4: "cb04", 6: "cb06"}
# cb08 rates: whoever may rate any step, without the tablet's tie to its counter.
PAPER_KIOSK = "may-lay-so-1"


class Request:
    """One command and everything that is known about what became of it."""

    def __init__(self, path, body, who, key):
        self.path, self.body, self.who, self.key = path, body, who, key
        self.answer = None  # the first one
        self.lost = 0  # times it was sent without an answer


class Hammer:
    """Clients that send commands until the daemon is gone, and remember every answer."""

    def __init__(self, daemon, tokens):
        self.daemon, self.tokens = daemon, tokens
        self.requests = []
        self.odd = []

    def send(self, client, request):
        try:
            answer = client.post(request.path, request.body, key=request.key)
        except Unanswered:
            request.lost += 1
            raise
        if request.answer is not None and answer.body != request.answer.body:
            self.odd.append(f"{request.path} was answered {request.answer}, then {answer}")
        if answer.status == 500 or answer.status == 503:
            self.odd.append(f"{request.path}: {answer}")
        request.answer = answer
        return answer

    def ask(self, client, path, body, who, key=None):
        request = Request(path, body, who, key)
        self.requests.append(request)
        return self.send(client, request)

    def run(self, cookies, chance, seconds):
        """Hammers, kills the daemon after `seconds`, and comes back when every client has noticed."""
        threads = [
            threading.Thread(target=self.guard, args=(work, random.Random(chance.random()), cookies))
            for work in (self.citizens, self.citizens, self.citizens, self.paper_citizens, self.counters,
                         self.counters, self.counters, self.raters)]
        for thread in threads:
            thread.start()
        threading.Event().wait(seconds)
        self.daemon.kill()
        for thread in threads:
            thread.join(60)
            if thread.is_alive():
                self.odd.append("60 s after its end somebody still waits for an answer")

    def guard(self, work, chance, cookies):
        try:
            while True:
                work(chance, cookies)
        except Unanswered:
            pass
        except Exception as error:  # noqa: BLE001: a thread must not die unseen
            self.odd.append(repr(error))

    def citizens(self, chance, _):
        with Client(self.daemon.port, token=self.tokens["api"]) as client:
            while True:
                self.ask(client, "tickets", {"service": chance.choice(SERVICES)}, "api",
                         new_key() if chance.random() < 0.5 else None)

    def paper_citizens(self, chance, _):
        """At a kiosk with a printer: no more tickets than paper can follow."""
        with Client(self.daemon.port, token=self.tokens["paper"]) as client:
            while True:
                ticket = self.ask(client, "tickets", {"service": chance.choice(SERVICES)}, "paper", new_key()).body
                def printed():
                    return client.get(f"tickets/{ticket['id']}/print").body["state"] == "printed"
                until(printed, 30, "the ticket is printed", pause=0.005)

    def counters(self, chance, cookies):
        clients = {n: Client(self.daemon.port, cookie=cookie) for n, cookie in cookies.items() if n in OFFICERS}
        while True:
            n = chance.choice(list(clients))
            key = new_key() if chance.random() < 0.5 else None
            command = chance.choice(["call-next"] * 5 + ["start", "recall", "hold", "finish", "undo"])
            answer = self.ask(clients[n], f"counters/{n}/{command}", {}, n, key)
            if answer.problem == "nobody-waiting":
                continue
            if command == "hold" and answer.ok:
                held = clients[n].get(f"counters/{n}/desk").body["held"]
                for one in held:
                    self.ask(clients[n], f"counters/{n}/resume", {"number": one["number"]}, n, key and new_key())

    def raters(self, chance, cookies):
        with Client(self.daemon.port, cookie=cookies["admin"]) as client:
            while True:
                done = self.daemon.rows(
                    "SELECT id FROM step WHERE outcome = 'served' AND rated = 0 ORDER BY finishedAt DESC LIMIT 5")
                for row in done:
                    body = {"reception": chance.randint(1, 5), "handling": chance.randint(1, 5)}
                    self.ask(client, f"steps/{row['id']}/rating", body, "admin")
                if not done:
                    client.get("health")


class Kill(unittest.TestCase):
    def test_kill_at_any_moment(self):
        chance = random.Random(SEED)
        with PaperPrinter() as paper:
            settings = centre.settings(printer=paper.address)
            settings["printers"][0]["terminals"] = [PAPER_KIOSK]
            with Daemon(settings) as daemon:
                tokens = {"api": daemon.token("api", "kiosk"), "paper": daemon.token(PAPER_KIOSK, "kiosk")}
                hammer = Hammer(daemon, tokens)
                spoken = 0
                for _ in range(KILLS):
                    cookies = self.sign_in(daemon)
                    hammer.run(cookies, chance, chance.uniform(0.05, 1.2))
                    self.assertEqual(hammer.odd[:3], [])
                    daemon.start()
                    self.check_quiet(daemon, tokens["api"], hammer)
                    self.repeat(daemon, hammer, self.sign_in(daemon))
                    self.assertEqual(hammer.odd[:3], [])
                    self.check(daemon, hammer)
                spoken = len(hammer.requests)
                self.finish(daemon, hammer, paper)
                answered = sum(r.answer is not None and r.answer.ok for r in hammer.requests)
                lost = sum(r.lost > 0 for r in hammer.requests)
                print(f"\n  seed {SEED}: {KILLS} kills, {spoken} commands, {answered} carried out, {lost} without an "
                      f"answer at first, {len(paper.papers())} papers", flush=True)
                self.assertGreater(lost, KILLS // 2, "hardly a kill met a command; the test shows nothing")

    def sign_in(self, daemon):
        cookies = {}
        for who, officer in [*OFFICERS.items(), ("admin", "cb08")]:
            with daemon.officer(officer) as client:
                cookies[who] = client.cookie
                if who != "admin":
                    self.assertIn(client.at(who, "open").problem, (None, "counter-busy"))
        return cookies

    def check_quiet(self, daemon, token, hammer):
        """Old calls are in the snapshot, where nothing is spoken; the first call told is a new one."""
        stream = Stream(Client(daemon.port), "public")
        resumed = Stream(Client(daemon.port), "public", last=f"1:{max(1, daemon.events()[-1][0] - 3)}")
        stream.wait(lambda event, _: event == "snapshot")
        cookies = self.sign_in(daemon)
        with Client(daemon.port, token=token) as kiosk, Client(daemon.port, cookie=cookies[6]) as officer:
            self.assertEqual(hammer.ask(kiosk, "tickets", {"service": "ket-qua"}, "api", new_key()).status, 201)
            answer = hammer.ask(officer, "counters/6/call-next", {}, 6, new_key())
            new = (answer.body["ticket"]["number"], 6)
            for one in (stream, resumed):
                one.wait(lambda e, d: e == "change" and d.get("call"))
                self.assertEqual(one.calls(), [new])
                one.close()

    def repeat(self, daemon, hammer, cookies):
        """What was asked with a key and not answered is asked again."""
        for request in hammer.requests:
            if request.lost and request.answer is None and request.key:
                token = hammer.tokens.get(request.who)
                with Client(daemon.port, token=token, cookie=None if token else cookies[request.who]) as client:
                    hammer.send(client, request)

    def check(self, daemon, hammer):
        events = collections.defaultdict(list)
        for _, kind, _, payload in daemon.events():
            events[kind].append(payload)
        self.check_tickets(events["ticket-issued"], hammer)
        self.check_calls(events, hammer)
        answered = {int(r.path.split("/")[1]) for r in hammer.requests if "/rating" in r.path and r.answer
                    and r.answer.status == 201}
        boxes = {row["step"] for row in daemon.rows("SELECT step FROM ratingBox")}
        self.assertEqual(answered - boxes, set(), "a rating that was answered is gone")
        marked = {row["id"] for row in daemon.rows("SELECT id FROM step WHERE rated = 1")}
        self.assertEqual(marked, boxes)
        self.assertEqual(len(events["rated"]), len(boxes))

    def check_tickets(self, events, hammer):
        asked = [r for r in hammer.requests if r.path == "tickets"]
        known = {p["number"]: p for p in events}
        self.assertEqual(len(known), len(events), "a number was given twice")
        self.assertEqual(len({p["code"] for p in events}), len(events))
        answered = [r.answer.body for r in asked if r.answer]
        self.assertEqual([a for a in answered if "number" not in a], [])
        for ticket in answered:
            p = known.get(ticket["number"])
            self.assertIsNotNone(p, f"{ticket['number']} was answered and is gone")
            self.assertEqual((p["visit"], p["code"], p["service"]), (ticket["id"], ticket["code"], ticket["service"]))
        numbers = [ticket["number"] for ticket in answered]
        self.assertEqual(len(set(numbers)), len(numbers), "one number in two answers")
        # Those without a key and without an answer may or may not have been carried out.
        perhaps = sum(1 for r in asked if r.answer is None)
        self.assertTrue(0 <= len(events) - len(answered) <= perhaps, (len(events), len(answered), perhaps))

    def check_calls(self, events, hammer):
        calls = collections.Counter((p["visit"], p["step"], p["counter"]) for p in events["called"])
        undone = len(events["undone"])
        steps = collections.Counter(p["step"] for p in events["called"])
        # Only an undone call may be made again.
        self.assertLessEqual(sum(n - 1 for n in steps.values()), undone)
        answered = collections.Counter()
        perhaps = 0
        for r in hammer.requests:
            if not r.path.endswith("/call-next"):
                continue
            if r.answer is None:
                perhaps += 1
            elif r.answer.ok:
                ticket = r.answer.body["ticket"]
                answered[(ticket["id"], ticket["step"], int(r.path.split("/")[1]))] += 1
        self.assertEqual(answered - calls, collections.Counter(), "a call that was answered is gone")
        self.assertLessEqual(sum((calls - answered).values()), perhaps, "a call nobody asked for")

    def finish(self, daemon, hammer, paper):
        """Papers, then the day's end: every rating that was answered is in the opened box."""
        until(lambda: not daemon.rows("SELECT 1 FROM printJob WHERE state IN ('queued', 'sending')"), 60,
              "all papers are printed, too late, or for a person to look at")
        jobs = daemon.rows("SELECT number, state, reason, visit FROM printJob")
        given = {p["code"]: p["number"] for _, _, _, p in daemon.events("ticket-issued")}
        out = collections.Counter(given[code.rsplit("/", 1)[1]] for code in codes(paper.papers()))
        self.assertEqual([n for n, count in out.items() if count > 1], [], "a number came out of the printer twice")
        states = collections.Counter(job["state"] for job in jobs)
        self.assertEqual(set(states) - {"printed", "sent", "needsPerson", "expired"}, set())
        self.assertGreater(states["printed"] + states["sent"], KILLS, f"the printer stood still: {states}")
        for job in jobs:
            if job["state"] in ("printed", "sent"):
                self.assertEqual(out[job["number"]], 1, f"{job['number']} is said to be printed")
            elif job["state"] == "expired":
                self.assertEqual(out[job["number"]], 0, f"{job['number']} is said not to be printed")
        boxes = daemon.rows("SELECT count(*) AS n FROM ratingBox")[0]["n"]
        self.assertGreater(boxes, 0)
        with daemon.supervisor() as client:
            self.assertTrue(client.post("day/close", {"reason": "the test is over"}).ok)
            report = client.get("figures/today").body["total"]
        self.assertEqual(daemon.rows("SELECT count(*) AS n FROM rating")[0]["n"], boxes, "ratings lost at the opening")
        self.assertEqual(report["rated"], boxes)
        self.assertEqual(report["issued"], len(given))
        daemon.stop()
        daemon.verify()


if __name__ == "__main__":
    unittest.main()
