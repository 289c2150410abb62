"""The printer in the tests: a double on TCP, what fell into its tray, and what a person reads on it."""

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


def without_code(image):
    """The paper with its QR code left white: beside its squares a reader of words takes a 3 for a 2. Found by its two upper
    corners, each a black run of seven modules over as many rows."""
    dots, width = image.tobytes(), image.width

    def dark(x, y):
        return x < width and y < image.height and dots[y * width + x] < 128

    for y in range(1, image.height):
        row = "".join("#" if dark(x, y) else "." for x in range(width))
        corners = [run for run in re.finditer("#+", row) if len(run[0]) >= 28 and len(run[0]) % 7 == 0]
        for left, right in zip(corners, corners[1:]):
            side, corner = right.end() - left.start(), len(left[0])
            square = all(dark(left.start(), y + n) for n in range(corner)) and not dark(left.start(), y + corner)
            above = any(dark(x, y - 1) for x in range(left.start(), right.end()))
            if len(right[0]) == corner and side % (corner // 7) == 0 and square and not above:
                image = image.copy()
                image.paste(255, (left.start(), y, right.end(), y + side))
                return image
    raise AssertionError("no QR code to leave out")


class Words:
    """The words on a paper as tesseract reads Vietnamese. `"Cư trú" in words` looks again at other sizes before it says
    no: at one size alone «đô thị» may become «đồ thị», and a lone 1 a dagger."""

    def __init__(self, paper):
        self.paper = paper
        self.readings = {}

    def at(self, scale):
        if scale not in self.readings:
            from PIL import Image

            image = without_code(Image.open(self.paper).convert("L"))
            with tempfile.TemporaryDirectory() as folder:
                part = pathlib.Path(folder) / "paper.png"
                image.resize((round(image.width * scale), round(image.height * scale))).save(part)
                said = subprocess.run(
                    ["tesseract", str(part), "-", "-l", "vie", "--psm", "6", "-c", "tessedit_char_blacklist=†‡", "--dpi", str(round(203 * scale))],
                    capture_output=True, text=True, check=True)
            # A dash between words is read as one of several dashes.
            self.readings[scale] = re.sub("[–—]", "-", " ".join(said.stdout.split()))
        return self.readings[scale]

    def __contains__(self, wanted):
        return any(re.sub("[–—]", "-", wanted) in self.at(scale) for scale in (1, 0.7, 1.25, 1.6))

    def __repr__(self):
        return " | ".join(self.readings.values())


def number(paper):
    """What the big number is read as, at several sizes, and its height in millimetres: the first line taller than a finger
    is wide."""
    from PIL import Image

    image = Image.open(paper).convert("L")
    dots, width = image.tobytes(), image.width
    start = None
    for y in range(image.height + 1):
        dark = y < image.height and min(dots[y * width : (y + 1) * width]) < 128
        if dark and start is None:
            start = y
        elif not dark and start is not None:
            if y - start > 12 / 25.4 * 203:
                break
            start = None
    else:
        raise AssertionError(f"{paper}: no big number")
    height = y - start
    line = image.crop((0, max(0, start - 24), width, min(image.height, y + 24)))
    readings = set()
    with tempfile.TemporaryDirectory() as folder:
        part = pathlib.Path(folder) / "number.png"
        # Letters of usual size are what tesseract knows best; at one size alone a 3 may become a 5.
        for tall in (60, 48, 80):
            line.resize((line.width * tall // height, line.height * tall // height)).save(part)
            said = subprocess.run(
                ["tesseract", str(part), "-", "-l", "vie", "--psm", "7", "-c",
                 "tessedit_char_whitelist=ABCDEGHKLMNPRSTUVXY0123456789"], capture_output=True, text=True)
            readings.add(re.sub(r"\s", "", said.stdout))
    return readings, height / 203 * 25.4
