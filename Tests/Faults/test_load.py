"""Sixty-four clients issue and call at once: no number twice, no citizen called twice, nobody lost."""

import collections
import csv
import io
import os
import random
import threading
import time
import unittest

from Support.client import Client, new_key
from Support.daemon import Daemon
from Support.stream import Stream

CLIENTS = 64
ROUNDS = 160 if os.environ.get("LONG") else 60
OFFICERS = {1: "cb01", 2: "cb02", 3: "cb03", 4: "cb04", 5: "cb05", 6: "cb06"}
SERVICES = ["ho-tich", "dat-dai", "kinh-doanh", "bao-tro", "cu-tru", "xay-dung", "y-te", "ket-qua", "huong-dan"]


class Load(unittest.TestCase):
    def test_sixty_four_clients(self):
        with Daemon() as daemon:
            kiosk = daemon.token("may-lay-so-1", "kiosk")
            cookies = {}
            for counter, officer in OFFICERS.items():
                with daemon.officer(officer) as client:
                    cookies[counter] = client.cookie
                    self.assertTrue(client.at(counter, "open").ok)
            board = Stream(daemon.citizen(), "public")
            board.wait(lambda event, _: event == "snapshot")

            issued, called, refused, odd = [], [], collections.Counter(), []
            start = threading.Barrier(CLIENTS)

            def work(seed):
                chance = random.Random(seed)
                citizen = Client(daemon.port, token=kiosk)
                officers = {n: Client(daemon.port, cookie=cookie) for n, cookie in cookies.items()}
                start.wait()
                try:
                    for _ in range(ROUNDS):
                        key = new_key() if chance.random() < 0.5 else None
                        wish = {"service": chance.choice(SERVICES), "priority": chance.choice([None, None, "elderly"])}
                        answer = citizen.post("tickets", wish, key=key)
                        if answer.status != 201:
                            odd.append(answer)
                            continue
                        issued.append(answer.body)
                        if key:
                            # As if the first answer had been lost on the way.
                            again = citizen.post("tickets", wish, key=key)
                            if again.body != answer.body:
                                odd.append(f"{answer} and again {again}")
                            again = citizen.post("tickets", {**wish, "language": "en"}, key=key)
                            if again.problem != "idempotency-key-reused":
                                odd.append(f"a key was accepted for another request: {again}")
                        counter = chance.choice(list(officers))
                        key = new_key() if chance.random() < 0.5 else None
                        answer = officers[counter].at(counter, "call-next", key=key)
                        if answer.ok:
                            called.append((counter, answer.body["ticket"]))
                            if key:
                                again = officers[counter].at(counter, "call-next", key=key)
                                if again.body != answer.body:
                                    odd.append(f"{answer} and again {again}")
                        elif answer.problem == "nobody-waiting":
                            refused[answer.problem] += 1
                        else:
                            odd.append(answer)
                except Exception as error:  # noqa: BLE001: a thread must not die unseen
                    odd.append(error)

            began = time.monotonic()
            threads = [threading.Thread(target=work, args=(seed,)) for seed in range(CLIENTS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(300)
            self.assertFalse(any(thread.is_alive() for thread in threads), "somebody still waits for an answer")
            took = time.monotonic() - began
            self.assertEqual(odd[:5], [])
            print(f"\n  {len(issued)} issued, {len(called)} called, {dict(refused)}, {took:.1f} s", flush=True)

            # Everybody who is left is called too, and the last ones are finished.
            for counter, cookie in cookies.items():
                client = Client(daemon.port, cookie=cookie)
                while (answer := client.at(counter, "call-next")).ok:
                    called.append((counter, answer.body["ticket"]))
                self.assertEqual(answer.problem, "nobody-waiting")
            for counter, cookie in cookies.items():
                with Client(daemon.port, cookie=cookie) as client:
                    answer = client.at(counter, "finish")
                    self.assertIn(answer.problem, (None, "nothing-called"))

            self.check_numbers(issued, called)
            self.check_rows(daemon, issued, called)
            self.check_board(board, called)
            self.check_figures(daemon, issued, called)
            board.close()
            daemon.stop()
            daemon.verify()

    def check_numbers(self, issued, called):
        self.assertEqual(len(issued), CLIENTS * ROUNDS)
        self.assertEqual(twice(t["number"] for t in issued), [])
        self.assertEqual(twice(t["id"] for t in issued), [])
        self.assertEqual(twice(t["code"] for t in issued), [])
        for prefix, numbers in by_prefix(issued).items():
            # No gaps either: one series for each service.
            self.assertEqual(sorted(numbers), list(range(1, len(numbers) + 1)), prefix)
        self.assertEqual(twice(ticket["step"] for _, ticket in called), [])
        self.assertEqual(
            sorted(ticket["id"] for _, ticket in called), sorted(t["id"] for t in issued), "lost, or called and unknown")
        number = {t["id"]: t["number"] for t in issued}
        self.assertEqual([t for _, t in called if number[t["id"]] != t["number"]], [])

    def check_rows(self, daemon, issued, called):
        journal = [p["number"] for _, _, _, p in daemon.events("ticket-issued")]
        self.assertEqual(sorted(journal), sorted(t["number"] for t in issued))
        calls = [(p["counter"], p["step"]) for _, _, _, p in daemon.events("called")]
        self.assertEqual(sorted(calls), sorted((counter, t["step"]) for counter, t in called))
        states = daemon.rows("SELECT state, outcome, count(*) AS n FROM visit GROUP BY 1, 2")
        self.assertEqual(states, [{"state": "ended", "outcome": "served", "n": len(issued)}])

    def check_board(self, board, called):
        last = called[-1][1]["number"]
        board.wait(lambda e, d: e == "change" and (d.get("call") or {}).get("number") == last, 20)
        self.assertEqual(
            sorted(board.calls()), sorted((t["number"], counter) for counter, t in called),
            "calls swallowed or told twice")

    def check_figures(self, daemon, issued, called):
        with daemon.supervisor() as client:
            report = client.get("figures/today?by=service").body
            sheet = client.get("figures/today?by=service&format=csv").data.decode("utf-8-sig")
        day = report["from"]
        said = daemon.run("figures", "--from", day, "--by", "service", "--format", "csv").stdout.lstrip("\ufeff")
        self.assertEqual(list(csv.reader(io.StringIO(sheet))), list(csv.reader(io.StringIO(said))))
        total = report["total"]
        self.assertEqual((total["issued"], total["served"], total["visitsServed"], total["waits"]["n"]),
                         (len(issued),) * 4)
        mine = collections.Counter(t["service"] for t in issued)
        self.assertEqual({row["key"]: row["issued"] for row in report["rows"]}, dict(mine))
        self.assertEqual({row["key"]: row["served"] for row in report["rows"]}, dict(mine))
        with daemon.supervisor() as client:
            rows = client.get("figures/today?by=counter").body["rows"]
        self.assertEqual({row["key"]: row["served"] for row in rows},
                         {str(n): c for n, c in collections.Counter(n for n, _ in called).items()})


def twice(things):
    return [thing for thing, n in collections.Counter(things).items() if n > 1]


def by_prefix(issued):
    series = collections.defaultdict(list)
    for ticket in issued:
        series[ticket["number"][0]].append(int(ticket["number"][1:]))
    return series


if __name__ == "__main__":
    unittest.main()
