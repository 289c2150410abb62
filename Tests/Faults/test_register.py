"""A large register: the queue goes on while it is applied, and a daemon killed in the middle shows all of it or nothing."""

import os
import statistics
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

from Support.client import Unanswered
from Support.daemon import Daemon
from Support.register import code, register
from Support.waiting import until

ROWS = 100_000 if os.environ.get("LONG") else int(os.environ.get("ROWS", "20000"))


class Register(unittest.TestCase):
    def stage(self, chief, data):
        laid = chief.post("register/files?name=ds.csv", raw=data, headers={"Content-Type": "application/octet-stream"})
        self.assertEqual(laid.status, 201, laid)
        staged = chief.post("register/imports", {"files": [laid.body["file"]]})
        self.assertEqual(staged.status, 201, staged)
        return staged.body

    def test_all_or_nothing_and_the_queue_goes_on(self):
        data = register(ROWS)
        with Daemon() as daemon:
            chief = daemon.supervisor()
            chief.timeout = 300
            began = time.monotonic()
            staged = self.stage(chief, data)
            print(f"{ROWS} rows read and staged in {time.monotonic() - began:.1f} s")
            self.assertEqual((staged["added"], staged["rejected"]), (ROWS, 0), staged)
            path = f"register/imports/{staged['id']}"
            some = [f"dossiers/{code(n)}" for n in (0, ROWS // 2, ROWS - 1)]

            def seen(client):
                # Few: who asks for many codes that aren't there is slowed down.
                answers = [client.get(each).status for each in some]
                self.assertLessEqual(set(answers), {200, 404})
                return answers.count(200)

            # Killed once it is being applied.
            def apply():
                try:
                    chief.post(f"{path}/apply")
                except Unanswered:
                    pass
            with ThreadPoolExecutor(1) as pool, daemon.supervisor() as other:
                applying = pool.submit(apply)
                until(lambda: other.get(path).body["state"] != "staged", 30, "it is being applied")
                state = other.get(path).body["state"]
                shown = seen(other)
                daemon.kill()
                applying.result()
            self.assertEqual(state, "applying", "killed too late: more rows")
            self.assertEqual(shown, 0, "shown before it was whole")

            daemon.start()
            with daemon.supervisor() as after:
                after.timeout = 300
                self.assertIn(seen(after), (0, len(some)))
                # The same file again, with citizens and an officer at it all the while.
                waits, stop = [], threading.Event()

                def queue():
                    with daemon.supervisor() as client:
                        client.post("counters/1/open", {"officer": "cb01"})
                        while not stop.is_set():
                            start = time.monotonic()
                            self.assertEqual(client.issue().status, 201)
                            self.assertTrue(client.at(1, "call-next").ok)
                            waits.append((time.monotonic() - start) * 500)
                            client.at(1, "finish")
                staged = self.stage(after, data)
                path = f"register/imports/{staged['id']}"
                with ThreadPoolExecutor(1) as pool:
                    queueing = pool.submit(queue)
                    began = time.monotonic()
                    try:
                        done = after.post(f"{path}/apply")
                    finally:
                        stop.set()
                    took = time.monotonic() - began
                    # What went wrong for them goes wrong here.
                    queueing.result()
                self.assertEqual((done.status, done.body["state"]), (200, "done"), done)
                self.assertEqual(seen(after), len(some))
                print(f"applied in {took:.1f} s, longest slice {done.body['longestSliceMilliseconds']} ms; {len(waits)} numbers and calls "
                      f"meanwhile, median {statistics.median(waits):.0f} ms, longest {max(waits):.0f} ms")
                self.assertGreater(len(waits), 5, "the queue stood still")
            chief.close()
            daemon.stop()
            daemon.verify()


if __name__ == "__main__":
    unittest.main()
