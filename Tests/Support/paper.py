"""The printer in the tests: a double on TCP, what fell into its tray, and what a person reads on it."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from .waiting import until

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Paper"))

from paper_printer import serve  # noqa: E402


class PaperPrinter:
    """The small double of Tests/Paper, with faults."""

    name = "the double in Tests/Paper"

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="motcua-paper-"))
        self.printer, self.servers = serve(0, 0, self.folder)
        self.port = self.servers[0].server_address[1]
        self.address = f"tcp://127.0.0.1:{self.port}"

    def fault(self, name, on=True):
        self.printer.set_fault(name, on)

    def papers(self):
        """Pictures of what was cut, oldest first."""
        if self.printer.error:
            raise AssertionError("the printer got what is no command: " + self.printer.error)
        return [self.folder / f"{name}.png" for name in list(self.printer.cuts)]

    def wait(self, count, seconds=20):
        until(lambda: len(self.papers()) >= count, seconds,
              lambda: f"{count} papers in the tray, there are {len(self.papers())}")
        return self.papers()

    def close(self):
        for server in self.servers:
            server.shutdown()
            server.server_close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def codes(papers):
    """The QR codes on the papers, all of them, in order."""
    found = []
    for start in range(0, len(papers), 50):
        said = subprocess.run(
            ["zbarimg", "--nodbus", "-q", "--raw", *map(str, papers[start : start + 50])], capture_output=True,
            text=True).stdout
        found += said.split()
    return found


def words(paper):
    """The words on a paper as tesseract reads Vietnamese, without line breaks, and the big number by itself."""
    from PIL import Image

    image = Image.open(paper).convert("L")
    if image.width < 500:
        image = image.resize((image.width * 3 // 2, image.height * 3 // 2))
    with tempfile.TemporaryDirectory() as folder:
        whole = pathlib.Path(folder) / "paper.png"
        image.save(whole, dpi=(203, 203))
        said = subprocess.run(["tesseract", str(whole), "-", "-l", "vie", "--psm", "6"], capture_output=True, text=True)
        if said.returncode:
            raise AssertionError(said.stderr)
        return " ".join(said.stdout.split())


def number(paper):
    """The big number: the tallest line of black on the upper part of a ticket."""
    from PIL import Image

    image = Image.open(paper).convert("L").point(lambda level: 255 * (level > 127))
    dark = [255 in set(row) for row in _rows(image)]
    runs, start = [], None
    for y, has in enumerate([*dark, False]):
        if has and start is None:
            start = y
        elif not has and start is not None:
            runs.append((y - start, start, y))
            start = None
    # The QR code is taller, but its lines are broken more often.
    runs = [run for run in runs if run[0] < image.width // 2 and _filled(image, run)]
    height, top, bottom = max(runs)
    line = image.crop((0, max(0, top - 20), image.width, min(image.height, bottom + 20)))
    line = line.resize((line.width * 64 // height, line.height * 64 // height))
    with tempfile.TemporaryDirectory() as folder:
        part = pathlib.Path(folder) / "number.png"
        line.save(part)
        said = subprocess.run(
            ["tesseract", str(part), "-", "-l", "eng", "--psm", "7", "-c",
             "tessedit_char_whitelist=ABCDEGHKLMNPRSTUVXY0123456789"], capture_output=True, text=True)
    return re.sub(r"\s", "", said.stdout), height


def _rows(image):
    data, width = image.tobytes(), image.width
    # Inverted: 255 is black on paper.
    for y in range(image.height):
        yield bytes(255 - b for b in data[y * width : (y + 1) * width])


def _filled(image, run):
    return True
