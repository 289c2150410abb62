"""After a restart: nothing is printed twice or too late, a stop is quick, screens come back where they were."""

import socket
import unittest
from pathlib import Path

from Support import centre
from Support.client import Client
from Support.clock import Clock
from Support.daemon import Daemon
from Support.paper import PaperPrinter, codes
from Support.stream import Stream
from Support.waiting import until


class Papers(unittest.TestCase):
    def setUp(self):
        self.paper = PaperPrinter()
        self.addCleanup(self.paper.close)
        self.daemon = Daemon(centre.settings(printer=self.paper.address))
        self.addCleanup(self.daemon.__exit__)

    def job(self, number):
        rows = self.daemon.rows("SELECT * FROM printJob WHERE number = ? ORDER BY id DESC LIMIT 1", number)
        return rows[0] if rows else {"state": None, "reason": None}

    def until_state(self, number, *states):
        return until(lambda: self.job(number)["state"] in states, 20, lambda: f"{number} is {states}: {self.job(number)}")

    def test_killed_while_sending(self):
        """Nobody knows whether the paper came out: a person decides, and a second paper says that it is one."""
        daemon = self.daemon.start()
        with daemon.kiosk() as kiosk:
            self.assertEqual(kiosk.issue().body["number"], "A001")
            self.paper.wait(1)
            self.until_state("A001", "printed")
            # It prints on, but says nothing any more.
            self.paper.fault("silent")
            ticket = kiosk.issue().body
            self.until_state("A002", "sending")
            daemon.kill()
        self.paper.fault("silent", False)
        daemon.start()
        self.until_state("A002", "needsPerson")
        self.assertEqual(self.job("A002")["reason"], "interrupted")
        with daemon.kiosk() as kiosk, daemon.supervisor() as supervisor:
            self.assertEqual(kiosk.issue().body["number"], "A003")
            self.until_state("A003", "printed")
            waiting = supervisor.get("supervisor").body["prints"]["needsPerson"]
            self.assertEqual([job["number"] for job in waiting], ["A002"])
            before = codes(self.paper.papers())
            self.assertLessEqual(before.count(ticket["track"]), 1)
            self.assertEqual(supervisor.post(f"tickets/{ticket['id']}/reprint").status, 202)
            self.until_state("A002", "printed")
            self.assertEqual(supervisor.get("supervisor").body["prints"]["needsPerson"], [])
        after = codes(self.paper.papers())
        self.assertEqual(after.count(ticket["track"]), before.count(ticket["track"]) + 1)

    def test_old_tickets_are_not_printed(self):
        """No paper, the power goes, ten minutes later everything is back: those who wait have long been told."""
        clock = Clock(self.daemon)
        daemon = self.daemon.start()
        self.paper.fault("paper-out")
        with daemon.kiosk() as kiosk:
            for _ in range(3):
                self.assertEqual(kiosk.issue().status, 201)
            self.until_state("A001", "queued")
            daemon.kill()
            clock.set(600)
            daemon.start()
            kiosk.close()
            self.paper.fault("paper-out", False)
            new = kiosk.issue().body
            self.until_state(new["number"], "printed")
        self.assertEqual([self.job(f"A00{n}")["state"] for n in (1, 2, 3)], ["expired"] * 3)
        self.assertEqual(codes(self.paper.papers()), [new["track"]])

    def test_printed_once_more_only_what_was_not_sent(self):
        """Queued and fresh when the daemon died: printed after the restart, once."""
        daemon = self.daemon.start()
        self.paper.fault("offline")
        with daemon.kiosk() as kiosk:
            tickets = [kiosk.issue().body for _ in range(3)]
            self.until_state("A001", "queued")
            daemon.kill()
            self.paper.fault("offline", False)
            daemon.start()
            for ticket in tickets:
                self.until_state(ticket["number"], "printed", "needsPerson")
        out = codes(self.paper.papers())
        for ticket in tickets:
            expected = 1 if self.job(ticket["number"])["state"] == "printed" else 0
            self.assertEqual(out.count(ticket["track"]), expected, ticket["number"])


def unread(server, client):
    """Bytes that the kernel still keeps for the server's end of a connection (proc(5), /proc/net/tcp); None: no such."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, _, queues = line.split()[:5]
        if (int(local.split(":")[1], 16), int(remote.split(":")[1], 16)) == (server, client):
            return int(queues.split(":")[1], 16)
    return None


class Stop(unittest.TestCase):
    def test_stops_with_fifty_screens(self):
        paper = PaperPrinter()
        self.addCleanup(paper.close)
        with Daemon(centre.settings(printer=paper.address), verbose=True) as daemon, daemon.supervisor() as chief:
            kiosk = daemon.kiosk()
            ticket = kiosk.issue().body
            streams = [Stream(chief, "supervisor") for _ in range(10)]
            streams += [Stream(chief, "desk", counter=n % 6 + 1) for n in range(10)]
            streams += [Stream(chief, "rating", counter=n % 6 + 1) for n in range(5)]
            streams += [Stream(kiosk, "kiosk") for _ in range(5)]
            streams += [Stream(daemon.citizen(), "track", code=ticket["code"]) for _ in range(10)]
            streams += [Stream(daemon.citizen(), "public") for _ in range(10)]
            for stream in streams:
                stream.wait(lambda event, _: event != "hello")
            self.assertLess(daemon.stop(), 2)
            self.assertEqual(daemon.process.returncode, 0, daemon.said())
            for stream in streams:
                stream.thread.join(2)
                self.assertEqual(stream.ended, "end of stream")

    def test_stops_with_half_a_request(self):
        """A phone that loses its network in the middle of a request."""
        with Daemon(verbose=True) as daemon:
            kiosk = daemon.token("api", "kiosk")
            with socket.create_connection(("127.0.0.1", daemon.port)) as phone:
                phone.sendall(
                    f"POST /api/v1/tickets HTTP/1.1\r\nHost: centre\r\nAuthorization: Bearer {kiosk}\r\n"
                    "Content-Type: application/json\r\nContent-Length: 50\r\n\r\n{".encode())
                until(lambda: unread(daemon.port, phone.getsockname()[1]) == 0, 10, "the half has been read")
                self.assertLess(daemon.stop(), 2)
            self.assertEqual(daemon.process.returncode, 0, daemon.said())
            self.assertEqual(daemon.rows("PRAGMA integrity_check")[0]["integrity_check"], "ok")

    def test_stops_with_a_silent_printer(self):
        paper = PaperPrinter()
        self.addCleanup(paper.close)
        with Daemon(centre.settings(printer=paper.address), verbose=True) as daemon, daemon.kiosk() as kiosk:
            paper.fault("silent")
            kiosk.issue()
            until(lambda: daemon.rows("SELECT 1 FROM printJob WHERE state = 'sending'"), 10, "a paper is under way")
            self.assertLess(daemon.stop(), 2)

    def test_an_answered_command_before_the_stop(self):
        """SIGTERM in the middle of many commands loses none that was answered."""
        import threading
        with Daemon(verbose=True) as daemon:
            token, numbers = daemon.token("api", "kiosk"), []

            def work():
                with Client(daemon.port, token=token) as client:
                    try:
                        while True:
                            answer = client.issue()
                            if answer.status != 201:
                                return
                            numbers.append(answer.body["number"])
                    except OSError:
                        return
                    except Exception:  # noqa: BLE001: unanswered
                        return

            threads = [threading.Thread(target=work) for _ in range(8)]
            for thread in threads:
                thread.start()
            until(lambda: len(numbers) > 100, 10, "a hundred tickets")
            self.assertLess(daemon.stop(), 2)
            for thread in threads:
                thread.join(10)
            kept = {p["number"] for _, _, _, p in daemon.events("ticket-issued")}
            self.assertEqual(set(numbers) - kept, set())
            self.assertEqual(len(set(numbers)), len(numbers))
            daemon.verify()


class Screens(unittest.TestCase):
    def test_a_stream_goes_on_after_a_restart(self):
        """The place in the journal is still good: a screen that comes back misses nothing."""
        with Daemon() as daemon, daemon.kiosk() as kiosk, daemon.officer("cb01") as officer:
            self.assertTrue(officer.at(1, "open").ok)
            first = Stream(daemon.citizen(), "public")
            kiosk.issue()
            _, _, last, _ = first.wait(lambda e, d: e == "change" and any(s["waiting"] for s in d["services"]))
            daemon.kill()
            first.close()
            kiosk.close()
            daemon.start()
            with daemon.officer("cb01") as officer:
                kiosk.issue()
                self.assertTrue(officer.at(1, "call-next").ok)
                again = Stream(daemon.citizen(), "public", last=last)
                # Screens follow within some milliseconds of the answer: the call is in the snapshot, or comes right after it.
                again.wait(lambda e, d: e in ("snapshot", "change") and {s["id"]: s["waiting"] for s in
                                                                         d.get("services") or []}.get("ho-tich") == 1)
                calls = [call["number"] for e, d, *_ in again.frames if e == "snapshot" for call in d["calls"]]
                again.close()
            self.assertIn("A001", calls + [number for number, _ in again.calls()])

    def test_officers_stay_signed_in(self):
        """A restart in the middle of the morning: nobody has to enter a PIN again."""
        with Daemon() as daemon, daemon.officer("cb01") as officer, daemon.kiosk() as kiosk:
            self.assertTrue(officer.at(1, "open").ok)
            kiosk.issue()
            daemon.kill()
            daemon.start()
            kiosk.close()
            officer.close()
            self.assertEqual(kiosk.issue().status, 201, "the kiosk's token")
            answer = officer.at(1, "call-next")
            self.assertTrue(answer.ok, answer)
            self.assertTrue(officer.delete("session").ok)
            self.assertEqual(officer.at(1, "finish").problem, "sign-in-required")


if __name__ == "__main__":
    unittest.main()
