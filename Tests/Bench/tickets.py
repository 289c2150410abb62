"""Tickets: bytes and time against python-escpos sending the same picture, and a serial line of 115200 baud."""

import contextlib
import io
import os
import pathlib
import statistics
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Paper"))
from escpos_paper import Commands, Paper  # noqa: E402

BAUD = 115200
PRIORITY = {"priority": "elderly"}
PER_SECOND = BAUD / 10  # eight bits, start, stop


def heavy(centre):
    """The settings of a centre with a name of two lines, a service of three, and a long address in the QR code."""
    return _with(centre, ["Trung tâm Phục vụ hành chính công", "phường Lê Chân"], "0225 3700 100", "")


def longest(centre):
    """Every text as long as the settings allow: no centre's real ticket, but the end of what can be."""
    words = "Trung tâm Phục vụ hành chính công Phường Lê Chân Hải Phòng đoàn kết, xây dựng và phát triển bền vững "
    def text(length):
        return (words * 3)[:length].strip().ljust(length, "g")
    return _with(centre, [text(60), text(60)], text(40), f"\nticket: {{footer: '{text(160)}'}}")


def _with(centre, lines, hotline, more):
    service = "Hộ tịch – Chứng thực – Xác nhận tình trạng hôn nhân"
    return (centre
            .replace("name: Trung tâm đo tốc độ", f"name: 'Trung tâm', nameLines: ['{lines[0]}', '{lines[1]}'], "
                     f"hotline: '{hotline}', followBaseURL: 'https://motcua.phuonglechan.haiphong.gov.vn/t/'")
            .replace("name: Dịch vụ A", f"name: '{service}'")
            + "\npriorityGroups: [{id: elderly, name: Người cao tuổi}]" + more)


def take(daemon, token, **more):
    """Takes a number; returns its id."""
    status, body, _ = daemon.request(
        "POST", "/api/v1/tickets", {"service": "s1", **more}, {"Authorization": f"Bearer {token}"})
    assert status == 201, (status, body)
    return body["id"]


def again(daemon, ticket, cookie):
    """Prints it once more, which adds the mark of a reprint."""
    status, body, _ = daemon.request("POST", f"/api/v1/tickets/{ticket}/reprint", None, cookie)
    assert status == 202, (status, body)


def rows_after(job):
    """For each byte of a job, how many rows of paper are out once it has arrived."""
    commands, paper, at = Commands(), Paper(576, 203), []
    commands.feed(job)
    for offset, command in commands:
        paper.take(offset, command)
        at.append((offset + len(command), len(paper.rows)))
    return at


def picture(job):
    from PIL import Image
    commands, paper = Commands(), Paper(576, 203)
    commands.feed(job)
    for offset, command in commands:
        if paper.take(offset, command):
            png = paper.cut().png()
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        file.write(png)
        file.flush()
        return Image.open(file.name).convert("1")


def number_ends(image):
    """The row under the big number: the first thing taller than 12 mm without a white row."""
    dots = image.convert("L")
    start = None
    for y in range(dots.height):
        if dots.crop((0, y, dots.width, y + 1)).getextrema()[0] < 128:
            start = y if start is None else start
        elif start is not None:
            if y - start > 12 / 25.4 * 203:
                return y
            start = None
    raise AssertionError("no number")


def theirs(image):
    """Bytes and milliseconds of python-escpos for a picture: its usual way, in bands as ours."""
    from escpos.printer import Dummy
    took = []
    # It tells of a width it does not know, once a band.
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        for _ in range(20):
            begun = time.perf_counter()
            printer = Dummy()
            printer.image(image, impl="bitImageRaster", fragment_height=128)
            printer.cut(mode="PART")
            took.append((time.perf_counter() - begun) * 1000)
    return len(printer.output), statistics.median(took)


class Line:
    """The far end of a serial line: takes bytes no faster than the baud rate, answers DLE EOT."""

    def __init__(self):
        self.master, self.slave = os.openpty()
        self.path = os.ttyname(self.slave)
        self.arrived = []  # (seconds, bytes of the job so far)
        self.job = bytearray()
        self.cut = threading.Event()
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        due, tail = time.perf_counter(), b""
        while True:
            try:
                data = os.read(self.master, 64)
            except OSError:
                return
            # Not before the last of these bits could have come over a real line.
            due = max(due, time.perf_counter()) + len(data) / PER_SECOND
            time.sleep(max(0, due - time.perf_counter()))
            tail += data
            while tail:
                if tail[:2] == b"\x10\x04" and len(tail) >= 3 and not self.inside():
                    os.write(self.master, b"\x12")
                    tail = tail[3:]
                elif tail[:1] == b"\x10" and len(tail) < 3 and not self.inside():
                    break
                else:
                    # Outside a picture a command is whole; inside one, dots are dots.
                    count = min(len(tail), self.inside() or 1)
                    self.job += tail[:count]
                    tail = tail[count:]
            self.arrived.append((time.perf_counter(), len(self.job)))
            if bytes(self.job[-4:]) == b"\x1dV\x42\x00":
                self.cut.set()

    def inside(self):
        """Bytes of the picture under way that are still to come."""
        commands = Commands()
        commands.feed(self.job)
        for _ in commands:
            pass
        rest = commands.incomplete()
        if rest[:2] != b"\x1dv" or len(rest) < 8:
            return 0
        return 8 + (rest[4] | rest[5] << 8) * (rest[6] | rest[7] << 8) - len(rest)


def job_of(folder, daemon, priority, reprint):
    """The bytes of a ticket, or of its reprint."""
    paper = pathlib.Path(folder) / "paper"

    def wait(count):
        deadline = time.monotonic() + 20
        while len(found := sorted(paper.glob("*.escpos")) if paper.exists() else []) < count:
            assert time.monotonic() < deadline, "no ticket"
            time.sleep(0.02)
        return max(found, key=lambda path: path.stat().st_mtime_ns).read_bytes()

    daemon.start()
    token = daemon.terminal("kiosk-1", "kiosk")
    ticket = take(daemon, token, **priority)
    job = wait(1)
    if reprint:
        again(daemon, ticket, {"Cookie": daemon.supervisor()})
        job = wait(2)
    daemon.stop()
    return job


def paced(daemon, end, priority, number):
    """Seconds from the press until the whole ticket, and the rows of its number, have come over the line."""
    daemon.start()
    token = daemon.terminal("kiosk-1", "kiosk")
    cookie = {"Cookie": daemon.supervisor()}
    deadline = time.monotonic() + 20
    while not any(each["kind"] == "printer" and each["state"] == "ok"
                  for each in daemon.get("/api/v1/supervisor", cookie)[1]["devices"]):
        assert time.monotonic() < deadline, "the printer does not answer"
        time.sleep(0.02)
    pressed = time.perf_counter()
    take(daemon, token, **priority)
    assert end.cut.wait(20), f"{len(end.job)} bytes came"
    whole = end.arrived[-1][0] - pressed
    at = next(when for when, count in end.arrived if count >= number) - pressed
    daemon.stop()
    return whole, at


def tickets(folder, Daemon, centre, line):
    print("\nA ticket: bytes and time against python-escpos with the same picture")
    folder = pathlib.Path(folder)
    goal = "≤ 2.5 s, ≤ 1 s"
    for words, settings, priority, reprint in (
            ("a ticket", lambda text: text, {}, False), ("a heavy one", heavy, PRIORITY, False),
            ("a reprint of it", heavy, PRIORITY, True), ("a reprint, all texts at their limit", longest, PRIORITY, True)):
        place = folder / words.replace(" ", "-")
        (place / "serial").mkdir(parents=True)
        job = job_of(place, Daemon(place, settings(centre(printer=f"file:{place}/paper"))), priority, reprint)
        image = picture(job)
        if not priority:
            try:
                size, took = theirs(image)
                line("python-escpos, the same picture", f"{size:,} bytes, {took:.0f} ms")
                line("ours", f"{len(job):,} bytes = {len(job) / size:.0%}", "fewer", len(job) < size)
            except ImportError as error:
                line("python-escpos", f"not installed: {error}")
        below = number_ends(image)
        number = next(end for end, rows in rows_after(job) if rows >= below)
        told = f"{len(job) / PER_SECOND:.2f} s, number {number / PER_SECOND:.2f} s"
        words += f", {len(job):,} bytes at 115200"
        if reprint:
            line(words, told)
            continue
        line(words, told, goal, len(job) / PER_SECOND <= 2.5 and number / PER_SECOND <= 1)
        end = Line()
        daemon = Daemon(place / "serial", settings(centre(printer=f"serial:{end.path}?baud={BAUD}")))
        whole, at = paced(daemon, end, priority, number)
        line("  from press over a paced line", f"{whole:.2f} s, number {at:.2f} s", goal, whole <= 2.5 and at <= 1)
