"""The work beside the queue: an import of the register, the page a supervisor leaves open, the year's figures and the
city's folder. Each with a citizen and an officer at it meanwhile, against the same two alone in the same run."""

import csv
import http.client
import json
import shutil
import sqlite3
import statistics
import subprocess
import threading
import time
from pathlib import Path

from parts import MOTCUA, ROOT, Daemon, line  # also says where Support is
from Support.register import register

COUNTERS = 16
KEPT = ROOT / ".build-bench"
# A year of a busy ward; procedures and days are those of the delivered tables. Around the clock, as this centre is open,
# there come so many for each one that would come in office hours.
DAYS, FIRST, YEAR, AROUND_THE_CLOCK = 250, "2026-01-05", 2026, 3.35


def centre():
    """Always open, with the services that the delivered procedures are queued under."""
    with open(ROOT / "centre/procedures.csv", encoding="utf-8-sig", newline="") as table:
        services = sorted({row["Dịch vụ lấy số"] for row in csv.DictReader(table)} - {""})
    days = "monday tuesday wednesday thursday friday saturday sunday".split()
    return "\n".join(
        ["centre: {id: bench, name: Trung tâm đo tốc độ}", "services:"]
        + [f"  - {{id: {service}, prefix: {chr(65 + n)}, name: Dịch vụ {chr(65 + n)}, usualMinutes: 6}}"
           for n, service in enumerate(services)]
        + ["counters:"]
        + [f"  - {{number: {n}, services: [{', '.join(services)}]}}" for n in range(1, COUNTERS + 1)]
        + ["officers:"]
        + [f"  - {{id: o{n:02}, name: Cán bộ {n}, pin: '1234'}}" for n in range(1, COUNTERS + 1)]
        + ["  - {id: boss, name: Phụ trách, role: supervisor, pin: '1234'}", "hours:"]
        + [f'  {d}: ["00:00-24:00"]' for d in days]
        + ["rules: {lastTicketMinutesBeforeClose: 0}", "board: {voice: off}"]), services[0]


def history(tickets):
    """A database of about so many past tickets with their dossiers, made once and kept."""
    KEPT.mkdir(exist_ok=True)
    kept = KEPT / f"year-{tickets}.sqlite"
    if not kept.exists():
        made = KEPT / "making.sqlite"
        for rest in ("", "-wal", "-shm"):
            Path(f"{made}{rest}").unlink(missing_ok=True)
        config = KEPT / "office.yaml"
        config.write_text(centre()[0])
        begun = time.perf_counter()
        subprocess.run(
            [MOTCUA, "simulate", "--share", ROOT, "--days", str(DAYS), "--seed", "1", "--from", FIRST, "--visits",
             str(tickets / DAYS / AROUND_THE_CLOCK), "--casework", "--into", made, "--config", config], check=True)
        made.rename(kept)
        line(f"{tickets:,} tickets made in", f"{time.perf_counter() - begun:.0f} s")
    return kept


def with_history(folder, tickets):
    folder = Path(folder) / f"year-{tickets}"
    (folder / "data").mkdir(parents=True)
    subprocess.run(["cp", "--reflink=auto", history(tickets), folder / "data/centre.sqlite"], check=True)
    link = sqlite3.connect(folder / "data/centre.sqlite")
    count = [link.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("visit", "dossier")]
    link.close()
    line("past tickets, dossiers", f"{count[0]:,}, {count[1]:,}")
    daemon = Daemon(folder, centre()[0])
    daemon.start()
    return daemon


class Queue:
    """A citizen takes a number and an officer calls the next, fifty times a second, each over one connection. With
    `with`, as long as the body takes; each waited-for answer is one sample."""

    EVERY = 0.02

    def __init__(self, daemon):
        self.daemon = daemon
        self.service = centre()[1]
        self.token = daemon.terminal("kiosk-1", "kiosk")
        self.cookie = daemon.supervisor()
        for n in range(1, COUNTERS + 1):
            daemon.request("POST", f"/api/v1/counters/{n}/open", {"officer": f"o{n:02}"}, {"Cookie": self.cookie})

    def __enter__(self):
        self.samples, self.late, self.going, self.failed = [], 0, True, None
        self.thread = threading.Thread(target=self._run)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.going = False
        self.thread.join()
        if self.failed:
            raise self.failed

    def _run(self):
        try:
            link = http.client.HTTPConnection("127.0.0.1", self.daemon.port, timeout=60)

            def post(path, body, headers):
                begun = time.perf_counter()
                link.request("POST", path, json.dumps(body), {"Content-Type": "application/json", **headers})
                answer = link.getresponse()
                answer.read()
                self.samples.append((time.perf_counter() - begun) * 1000)
                if answer.status not in (200, 201):
                    raise AssertionError(f"{path}: {answer.status}")
            counter, due = 0, time.perf_counter()
            while self.going:
                counter = counter % COUNTERS + 1
                post("/api/v1/tickets", {"service": self.service}, {"Authorization": f"Bearer {self.token}"})
                post(f"/api/v1/counters/{counter}/call-next", {}, {"Cookie": self.cookie})
                due += self.EVERY
                time.sleep(max(0, due - time.perf_counter()))
            link.close()
        except Exception as error:
            self.failed = error

    def p99(self):
        ordered = sorted(self.samples)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]

    def idle(self, seconds=6):
        """Alone: what everything else is held against."""
        with self:
            time.sleep(seconds)
        line("queue alone, p50 / p99", f"{statistics.median(self.samples):.1f} / {self.p99():.1f} ms",
             f"{len(self.samples)} answers")
        return self.p99()


def held(queue, idle, what, limit, more=0.0):
    """The line of the queue during something: at most `limit` times what it was alone, or `more` ms above it."""
    p99 = queue.p99()
    allowed = max(idle * limit, idle + more)
    goal = f"≤ {limit:g} × alone" + (f" or + {more:g} ms" if more else "")
    line(f"queue during {what}, p50 / p99", f"{statistics.median(queue.samples):.1f} / {p99:.1f} ms",
         f"{goal}, {len(queue.samples)} answers", p99 <= allowed)


# The register.

def send(daemon, cookie, path, body, kind="application/json"):
    link = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=600)
    link.request("POST", path, body, {"Cookie": cookie, "Content-Type": kind})
    answer = link.getresponse()
    data = answer.read()
    link.close()
    assert answer.status in (200, 201), (path, answer.status, data[:300])
    return json.loads(data)


def imports(folder, rows):
    print(f"\nImport of a register of {rows:,} rows, citizens and officers at it meanwhile")
    daemon = Daemon(folder, centre()[0])
    daemon.start()
    queue = Queue(daemon)
    idle = queue.idle()
    data = register(rows)
    with queue:
        begun = time.perf_counter()
        laid = send(daemon, queue.cookie, "/api/v1/register/files?name=so.csv", data, "application/octet-stream")
        staged = send(daemon, queue.cookie, "/api/v1/register/imports", json.dumps({"files": [laid["file"]]}))
        read = time.perf_counter() - begun
    assert staged["added"] == rows, staged
    # A slice is at most 50 ms of the writer, so nobody waits longer than that on top.
    held(queue, idle, "the dry run", 1.5, 50)
    with queue:
        begun = time.perf_counter()
        done = send(daemon, queue.cookie, f"/api/v1/register/imports/{staged['id']}/apply", "{}")
        applied = time.perf_counter() - begun
    held(queue, idle, "applying", 1.5, 50)
    line("read and staged / applied in", f"{read:.1f} / {applied:.1f} s")
    longest = done["longestSliceMilliseconds"]
    line("longest slice", f"{longest} ms", "≤ 50 ms", longest <= 50)
    line("resident memory", f"{daemon.memory_mb():.0f} MB")
    daemon.stop()


# Reading years.

def asked(daemon, path, cookie, times):
    """Milliseconds of each answer; the first apart, because nothing is remembered yet."""
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        status, body, _ = daemon.get(path, {"Cookie": cookie})
        took.append((time.perf_counter() - begun) * 1000)
        assert status == 200, (path, status, body)
    return took[0], sorted(took[1:])


def live(folder, tickets):
    print(f"\nThe live page over {tickets:,} past tickets")
    daemon = with_history(folder, tickets)
    queue = Queue(daemon)
    idle = queue.idle()
    first, took = asked(daemon, "/api/v1/live", queue.cookie, 201)
    p50, p99 = statistics.median(took), took[int(len(took) * 0.99)]
    line("/api/v1/live, first", f"{first:.0f} ms", "≤ 50 ms", first <= 50)
    line("/api/v1/live, p50 / p99", f"{p50:.1f} / {p99:.1f} ms", "≤ 50 ms", p99 <= 50)
    with queue:
        asked(daemon, "/api/v1/live", queue.cookie, 201)
    held(queue, idle, "the live page", 1.5)
    daemon.stop()


def score(folder, tickets):
    print(f"\nThe year's figures of the scoring sheet, {tickets // 100:,} and {tickets:,} past tickets")
    medians = {}
    for size in (tickets // 100, tickets):
        daemon = with_history(folder, size)
        queue = Queue(daemon)
        path = f"/api/v1/score/{YEAR}"
        if size == tickets:
            idle = queue.idle()
        first, took = asked(daemon, path, queue.cookie, 12)
        medians[size] = statistics.median(took)
        line(f"a year's figures, {size:,} tickets, first / median", f"{first:.0f} / {medians[size]:.0f} ms", "≤ 200 ms",
             max(first, medians[size]) <= 200)
        if size == tickets:
            with queue:
                asked(daemon, path, queue.cookie, 20)
            held(queue, idle, "a year's figures", 1.5)
        daemon.stop()
    line("growth for a hundred times the tickets", f"{medians[tickets] / medians[tickets // 100]:.1f} ×")


def export(folder, tickets):
    print(f"\nThe city's folder of a year, {tickets:,} past tickets")
    daemon = with_history(folder, tickets)
    queue = Queue(daemon)
    idle = queue.idle()
    out = Path(folder) / "thanh-pho"
    with queue:
        begun = time.perf_counter()
        subprocess.run(
            [MOTCUA, "score", "--share", ROOT, "--data", daemon.data, "--year", str(YEAR), "--out", out],
            check=True, stdout=subprocess.DEVNULL)
        took = time.perf_counter() - begun
    size = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
    line("the city's folder", f"{took:.1f} s, {size / 1e6:.0f} MB", "≤ 20 s", took <= 20)
    held(queue, idle, "the export", 1.5)
    daemon.stop()
    shutil.rmtree(out)
