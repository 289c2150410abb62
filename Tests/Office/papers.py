"""What is read off a paper that lies in the tray."""

import re
import subprocess
import unicodedata

A5 = (419.5, 595.3)  # 148 × 210 mm in points


def words(pdf):
    """All words of a PDF, with one blank between them."""
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout
    return " ".join(unicodedata.normalize("NFC", text).split())


def size(pdf):
    """Width and height of the first page as the file says it, in points."""
    told = subprocess.run(["pdfinfo", "-box", pdf], capture_output=True, text=True, check=True).stdout
    box = [float(each) for each in re.search(r"MediaBox:\s+(.*)", told)[1].split()]
    return box[2] - box[0], box[3] - box[1]


def ink(pdf):
    """Share of dark dots of the first page, as a printer would draw it."""
    picture = subprocess.run(["pdftoppm", "-gray", "-r", "60", "-f", "1", "-l", "1", pdf], capture_output=True,
                             check=True).stdout
    dots = picture.split(b"\n", 3)[3]
    return sum(dot < 128 for dot in dots) / len(dots)


def assert_is_a5(test, pdf, told):
    """`told`: what the printer was told of the job."""
    for is_, wanted in zip(size(pdf), A5):
        test.assertAlmostEqual(is_, wanted, delta=1)
    test.assertRegex(told, r"IPP_MEDIA_COL=.*x-dimension=14800 y-dimension=21000|IPP_MEDIA=iso_a5")
