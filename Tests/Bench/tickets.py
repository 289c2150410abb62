"""Tickets: bytes and time against python-escpos sending the same picture, and a serial line of 115200 baud."""

import logging
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
PER_SECOND = BAUD / 10  # eight bits, start, stop


def take(daemon, token):
    status, body, _ = daemon.request(
        "POST", "/api/v1/tickets", {"service": "s1"}, {"Authorization": f"Bearer {token}"})
    assert status == 201, (status, body)


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
    logging.disable(logging.WARNING)  # it tells of a width it does not know, once a band
    took = []
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


def tickets(folder, Daemon, centre, line):
    print("\nA ticket: bytes and time against python-escpos with the same picture")
    paper = pathlib.Path(folder) / "paper"
    first = pathlib.Path(folder) / "first"
    first.mkdir()
    daemon = Daemon(first, centre(printer=f"file:{paper}"))
    daemon.start()
    take(daemon, daemon.terminal("kiosk-1", "kiosk"))
    deadline = time.monotonic() + 20
    while not (found := sorted(paper.glob("*.escpos")) if paper.exists() else []):
        assert time.monotonic() < deadline, "no ticket"
        time.sleep(0.02)
    job = found[0].read_bytes()
    daemon.stop()
    try:
        size, took = theirs(picture(job))
        line("python-escpos, the same picture", f"{size:,} bytes, {took:.0f} ms")
        line("ours", f"{len(job):,} bytes = {len(job) / size:.0%}", "fewer", len(job) < size)
    except ImportError as error:
        line("python-escpos", f"not installed: {error}")
    below = number_ends(picture(job))
    number = next(end for end, rows in rows_after(job) if rows >= below)
    line("at 115200 baud, computed", f"{len(job) / PER_SECOND:.2f} s, number {number / PER_SECOND:.2f} s",
         "≤ 2.5 s, ≤ 1 s", len(job) / PER_SECOND <= 2.5 and number / PER_SECOND <= 1)

    end = Line()
    second = pathlib.Path(folder) / "second"
    second.mkdir()
    daemon = Daemon(second, centre(printer=f"serial:{end.path}?baud={BAUD}"))
    daemon.start()
    token = daemon.terminal("kiosk-1", "kiosk")
    time.sleep(1)  # the first answers of the printer
    pressed = time.perf_counter()
    take(daemon, token)
    assert end.cut.wait(20), f"{len(end.job)} bytes came"
    whole = end.arrived[-1][0] - pressed
    at = next(when for when, count in end.arrived if count >= number) - pressed
    line("at 115200 baud, from press over a paced line", f"{whole:.2f} s, number {at:.2f} s", "≤ 2.5 s, ≤ 1 s",
         whole <= 2.5 and at <= 1)
    daemon.stop()
