"""Measures the release build. Every comparison is a ratio within this run: the machines this runs on are shared and noisy.

    scripts/bench            all, with 50,000 past tickets and 20,000 rows of the register
    scripts/bench --million  with 1,000,000 past tickets (some minutes and 2 GB to make them, kept in .build-bench) and
                             100,000 rows
    scripts/bench --only live --tickets 200000
"""

import argparse, json, os, socket, sqlite3, statistics, subprocess, tempfile, threading, time
from pathlib import Path

import keypad as pad
import office
from parts import BENCH, INSERT, MOTCUA, ROOT, Daemon, call_script, centre, centre_file, free_port, issue_script, line, wrk
from tickets import tickets


def throughput(folder, rounds, seconds):
    print("\nIssue and call-next against the floor (requests/s, medians of rounds; floor = one durable insert)")
    floor_port = free_port()
    floor = subprocess.Popen([BENCH, "floor", str(floor_port), str(Path(folder) / "floor.sqlite")])
    counters = 16
    daemon = Daemon(folder, centre(counters))
    daemon.start()
    kiosk = daemon.terminal("kiosk-1", "kiosk")
    cookie = daemon.supervisor()
    for n in range(1, counters + 1):
        daemon.request("POST", f"/api/v1/counters/{n}/open", {"officer": f"o{n:02}"}, {"Cookie": cookie})
    while True:
        try:
            socket.create_connection(("127.0.0.1", floor_port)).close()
            break
        except OSError:
            time.sleep(0.05)
    result = {}
    for clients in (1, 16):
        floors, issues, calls = [], [], []
        for _ in range(rounds):
            floors.append(wrk(floor_port, clients, seconds, INSERT)[0])
            issues.append(wrk(daemon.port, clients, seconds, issue_script(kiosk))[0])
            rate, _, bad = wrk(daemon.port, clients, seconds, call_script(cookie, counters))
            calls.append(rate if bad == 0 else float("nan"))
        f, i, c = (statistics.median(x) for x in (floors, issues, calls))
        goal = 0.7 if clients == 1 else 1.5
        line(f"floor, {clients} client(s)", f"{f:,.0f}")
        line(f"issue, {clients} client(s)", f"{i:,.0f} = {i / f:.0%}", f"≥ {goal:.0%}", i / f >= goal)
        line(f"call-next, {clients} client(s)", f"{c:,.0f} = {c / f:.0%}", f"≥ {goal:.0%}", c / f >= goal)
        result[clients] = (f, i, c)
    floor.kill()
    daemon.stop()


def screens(folder):
    print("\nCommit to receipt on every connected screen (ms, median of 3 rounds)")
    daemon = Daemon(folder)
    daemon.start()
    token = daemon.terminal("kiosk-1", "kiosk")
    for connections, goal in ((50, 10), (500, 25)):
        rounds = []
        for _ in range(3):
            out = subprocess.run([BENCH, "screens", str(daemon.port), str(connections), "250", token],
                                 capture_output=True, text=True, check=True).stdout
            rounds.append(json.loads(out))
        p50, p99 = (statistics.median(r[k] for r in rounds) for k in ("p50", "p99"))
        heard = min(r["receipts"] for r in rounds) / (connections * 250)
        complete = heard >= 0.99
        line(f"{connections} screens, p50 / p99", f"{p50} / {p99} ms", f"p99 ≤ {goal} ms, {heard:.1%} heard", p99 <= goal and complete)
    line("resident memory after 500 screens", f"{daemon.memory_mb():.0f} MB")
    daemon.stop()


def paper(folder):
    print("\nPress at the kiosk to the last byte at the printer (ms, 100 tickets one after another)")
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    cuts = []

    def printer():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    def serve(connection):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        answers = {1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12}
        tail = b""
        while data := connection.recv(65536):
            tail = (tail + data)[-65536:]
            # Only queries at the end of what came are answered; inside pictures the same bytes are dots.
            if len(data) >= 3 and data[-3:-1] == b"\x10\x04":
                connection.sendall(bytes([answers.get(data[-1], 0x12)]))
            if b"\x1dV" in data[-40:]:
                cuts.append(time.perf_counter())

    threading.Thread(target=printer, daemon=True).start()
    daemon = Daemon(folder, centre(printer=f"tcp://127.0.0.1:{port}"))
    daemon.start()
    token = daemon.terminal("kiosk-1", "kiosk")
    times = []
    for _ in range(100):
        before = len(cuts)
        pressed = time.perf_counter()
        daemon.request("POST", "/api/v1/tickets", {"service": "s1"}, {"Authorization": f"Bearer {token}"})
        deadline = pressed + 5
        while len(cuts) == before and time.perf_counter() < deadline:
            time.sleep(0.0005)
        if len(cuts) > before:
            times.append((cuts[before] - pressed) * 1000)
    times.sort()
    line("press to last byte, p50 / p99", f"{times[len(times) // 2]:.0f} / {times[int(len(times) * 0.99)]:.0f} ms"
         if times else "nothing was printed")
    daemon.stop()
    listener.close()


def keypad(folder):
    print("\nKey press on a counter's keypad to the call on a board (ms, 200 presses one after another)")
    cable = pad.cable_in(folder)
    daemon = Daemon(folder, centre() + pad.devices(cable))
    daemon.start()
    token, cookie = daemon.terminal("kiosk-1", "kiosk"), daemon.supervisor()
    daemon.request("POST", "/api/v1/counters/1/open", {"officer": "o01"}, {"Cookie": cookie})
    for _ in range(210):
        daemon.request("POST", "/api/v1/tickets", {"service": "s1"}, {"Authorization": f"Bearer {token}"})
    times = sorted(pad.press_to_board(daemon, cable, 200))
    p50, p99 = times[100], times[198]
    line("key press to board, p50 / p99", f"{p50:.1f} / {p99:.1f} ms", "p99 ≤ 100 ms", p99 <= 100)
    daemon.stop()
    cable.close()


def small(folder):
    print("\nA centre without history")
    daemon = Daemon(folder)
    daemon.start()
    daemon.stop()
    starts = []
    for _ in range(5):
        starts.append(daemon.start())
        memory = daemon.memory_mb()
        daemon.stop()
    line("start to first answer, median of 5", f"{statistics.median(starts) * 1000:.0f} ms", "≤ 500 ms",
         statistics.median(starts) <= 0.5)
    line("resident memory", f"{memory:.0f} MB", "≤ 80 MB", memory <= 80)


def million(folder):
    print("\nWith 1,000,000 past tickets")
    kept = ROOT / ".build-bench"
    kept.mkdir(exist_ok=True)
    database = kept / "million.sqlite"
    if not database.exists():
        begun = time.perf_counter()
        subprocess.run([MOTCUA, "simulate", "--share", ROOT, "--days", "250", "--seed", "1", "--visits", "1250",
                        "--into", kept / "part.sqlite", "--config", centre_file(kept, 90)], check=True)
        (kept / "part.sqlite").rename(database)
        line("made in", f"{time.perf_counter() - begun:.0f} s")
    copy = Path(folder) / "million"
    copy.mkdir()
    (copy / "data").mkdir()
    subprocess.run(["cp", "--reflink=auto", database, copy / "data/centre.sqlite"], check=True)
    n = sqlite3.connect(copy / "data/centre.sqlite").execute("SELECT count(*) FROM visit").fetchone()[0]
    line("past tickets", f"{n:,}")
    daemon = Daemon(copy, centre(90))
    empty_folder = Path(folder) / "empty"
    empty_folder.mkdir()
    empty = Daemon(empty_folder, centre(90))
    daemon.start()
    daemon.stop()
    starts = []
    for _ in range(3):
        starts.append(daemon.start())
        if len(starts) < 3:
            daemon.stop()
    line("start to first answer", f"{statistics.median(starts) * 1000:.0f} ms", "≤ 500 ms", statistics.median(starts) <= 0.5)
    empty.start()
    full_token, empty_token = daemon.terminal("kiosk-1", "kiosk"), empty.terminal("kiosk-1", "kiosk")
    pairs = []
    for _ in range(5):
        a = 1 / wrk(daemon.port, 1, 2, issue_script(full_token))[0]
        b = 1 / wrk(empty.port, 1, 2, issue_script(empty_token))[0]
        pairs.append(a / b)
    ratio = statistics.median(pairs)
    line("issue latency, against an empty database", f"{ratio:.2f} ×", "≤ 1.20 ×", ratio <= 1.2)
    cookie = daemon.supervisor()
    days = [row[0] for row in sqlite3.connect(f"file:{copy}/data/centre.sqlite?mode=ro", uri=True).execute(
        "SELECT date(day * 86400, 'unixepoch') FROM day ORDER BY day")]
    for name, path, goal in (
        ("figures of a day, by service", f"/api/v1/figures/{days[100]}?by=service", 20),
        ("figures of a year, whole centre", f"/api/v1/figures?from={days[0]}&to={days[249]}", 200),
        ("figures of a year, by officer", f"/api/v1/figures?from={days[0]}&to={days[249]}&by=officer", 200),
    ):
        took = []
        for _ in range(7):
            begun = time.perf_counter()
            status, _, _ = daemon.get(path, {"Cookie": cookie})
            assert status == 200, (path, status)
            took.append((time.perf_counter() - begun) * 1000)
        line(name, f"{statistics.median(took):.0f} ms", f"≤ {goal} ms", statistics.median(took) <= goal)
    line("resident memory", f"{daemon.memory_mb():.0f} MB", "≤ 80 MB", daemon.memory_mb() <= 80)
    daemon.stop()
    empty.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--million", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--only", choices=PARTS, metavar="PART", help="one part: " + ", ".join(PARTS))
    parser.add_argument("--tickets", type=int, help="past tickets of live, score and export; with --million 1,000,000")
    parser.add_argument("--rows", type=int, help="rows of the register for import; with --million 100,000")
    options = parser.parse_args()
    past = options.tickets or (1_000_000 if options.million else 50_000)
    rows = options.rows or (100_000 if options.million else 20_000)
    print(f"{os.cpu_count()} processors, client and server on one machine, loopback")
    parts = {
        "small": small, "throughput": lambda f: throughput(f, options.rounds, options.seconds), "screens": screens,
        "paper": paper, "keypad": keypad, "tickets": lambda f: tickets(f, Daemon, centre, line),
        "import": lambda f: office.imports(f, rows), "live": lambda f: office.live(f, past),
        "score": lambda f: office.score(f, past), "export": lambda f: office.export(f, past), "million": million,
    }
    # Beside the kept databases, so that a copy of them costs nothing where the file system can share.
    large = ("live", "score", "export", "million")
    for name in PARTS:
        if options.only != name and (options.only or name == "million" and not options.million):
            continue
        (ROOT / ".build-bench").mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(
                prefix="motcua-bench-", dir=ROOT / ".build-bench" if name in large else None) as folder:
            parts[name](folder)


PARTS = ("small", "throughput", "screens", "paper", "keypad", "tickets", "import", "live", "score", "export", "million")
main()
