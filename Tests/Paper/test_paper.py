#!/usr/bin/env python3
"""Reads tickets as a citizen's phone and eyes would: python3 -m unittest discover Tests/Paper

The bytes come from the golden files of PrintingTests, so this is a second opinion on them: another decoder, a real
QR reader (zbarimg) and a real reader of Vietnamese (tesseract), both skipped where they are not installed.
"""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import unicodedata
import unittest
import urllib.request

import paper_printer
import PIL.Image
from escpos_paper import Commands, Picture, Unknown, decode

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from Support.waiting import until  # noqa: E402

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "PrintingTests" / "Golden"
JOB = (GOLDEN / "ticket-80mm-reprint.escpos").read_bytes()
ADDRESS = "http://192.168.10.5:8080/t/K7WQ4MXD"


def run(*command):
    # One thread: tesseract is faster so for small pages, and polite to whatever else is tested at the same time.
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    return subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=60, env=environment).stdout


def framed(picture, margin=20):
    """With the unprinted edge that real paper has; readers of text want it."""
    rows = [0] * margin + [row << margin for row in picture.rows] + [0] * margin
    return Picture(picture.width + 2 * margin, rows)


class Decoding(unittest.TestCase):
    def test_the_bytes_are_the_picture(self):
        [picture] = decode(JOB)
        self.assertEqual(picture, Picture.from_png((GOLDEN / "ticket-80mm-reprint.png").read_bytes()))

    def test_png_round_trip(self):
        [picture] = decode(JOB)
        self.assertEqual(Picture.from_png(picture.png()), picture)

    def test_several_jobs_are_several_tickets(self):
        self.assertEqual(len(decode(JOB * 3)), 3)

    def test_a_wrong_length_is_noticed(self):
        with self.assertRaises(Unknown):
            decode(JOB[:-1])
        broken = bytearray(JOB)
        broken[8] += 1  # one row more than there is
        with self.assertRaises(Unknown) as caught:
            decode(bytes(broken))
        self.assertGreater(caught.exception.offset, 2)

    def test_unknown_bytes_are_errors_with_their_offset(self):
        for stray in (b"Hello", b"\x1b\x74\x1e", b"\x1c\x70\x01\x00", b"\x1d\x76\x31\x00\x01\x00\x01\x00\x00"):
            with self.assertRaises(Unknown) as caught:
                decode(b"\x1b\x40" + stray)
            self.assertEqual(caught.exception.offset, 2)

    def test_dots_beyond_the_edge_are_errors(self):
        with self.assertRaises(Unknown):
            decode(b"\x1d\x76\x30\x00\x49\x00\x01\x00" + b"\x00" * 72 + b"\x80")

    def test_doubled_dots(self):
        for mode, rows in enumerate([["100", "010"], ["110000", "001100"], ["100", "100", "010", "010"],
                                     ["110000", "110000", "001100", "001100"]]):
            for spelling in (mode, mode + 48):
                job = b"\x1d\x76\x30" + bytes([spelling]) + b"\x01\x00\x02\x00\x80\x40\x1d\x56\x42\x00"
                [picture] = decode(job)
                drawn = ["".join("01"[picture.dot(x, y)] for x in range(len(rows[0]))) for y in range(picture.height)]
                self.assertEqual(drawn, rows)
        with self.assertRaises(Unknown):
            decode(b"\x1d\x76\x30\x04\x01\x00\x01\x00\x80")
        with self.assertRaises(Unknown):  # 37 bytes of doubled dots are wider than 576
            decode(b"\x1d\x76\x30\x01\x25\x00\x01\x00" + b"\x00" * 36 + b"\x80")

    def test_most_of_a_ticket_is_doubled(self):
        commands = Commands()
        commands.feed(JOB)
        modes = {command[3] for _, command in commands if command[:2] == b"\x1d\x76"}
        self.assertLessEqual({0, 3}, modes)

    def test_feeds_margins_and_units(self):
        job = b"\x1b\x40\x1b\x4a\x05\x1d\x4c\x08\x00\x1d\x76\x30\x00\x01\x00\x01\x00\x80\x1d\x56\x42\x00"
        [picture] = decode(job)
        self.assertEqual((picture.height, picture.dot(8, 5)), (6, True))
        [picture] = decode(job.replace(b"\x1b\x4a\x05", b"\x1b\x4a\x0a").replace(b"\x1d\x4c\x08", b"\x1d\x4c\x10"),
                           motion_unit=406)
        self.assertEqual((picture.height, picture.dot(8, 5)), (6, True))


class Reading(unittest.TestCase):
    """Every golden ticket, as it comes out of the printer."""

    pictures = {path.stem: Picture.from_png(path.read_bytes()) for path in sorted(GOLDEN.glob("ticket-*.png"))}

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    @unittest.skipUnless(shutil.which("zbarimg"), "zbar-tools is not installed")
    def test_the_qr_code(self):
        for name, picture in self.pictures.items():
            with self.subTest(name):
                path = self.folder / (name + ".png")
                path.write_bytes(picture.png())
                self.assertEqual(run("zbarimg", "--nodbus", "--quiet", "--raw", str(path)).strip(), ADDRESS)

    @unittest.skipUnless(shutil.which("tesseract"), "tesseract-ocr is not installed")
    def test_the_words(self):
        if "vie" not in run("tesseract", "--list-langs").split():
            self.skipTest("tesseract-ocr-vie is not installed")
        expected = {
            "ticket-80mm": ["Số thứ tự", "Hộ tịch", "Chứng thực", "Xác nhận tình trạng hôn nhân",
                            "Người chờ trước", "khoảng 30 phút", "09:24 26/11/2026", "Lỡ lượt, mời báo cán bộ"],
            # "ƯU TIÊN" in capitals is guessed as the commoner word "TIỀN", the I of "BẢN IN" as a 1.
            "ticket-80mm-reprint": ["N LẠI 09:26", "ƯU TI", "Trả kết quả trong ngày"],
            "ticket-80mm-long": ["Cấp giấy chứng nhận", "bất kỳ quầy nào từ 1 đến 12"],
            "ticket-58mm": ["Trung tâm Phục vụ", "Quét mã để xem"],
        }
        for name, words in expected.items():
            # At one size alone something is always misread: white words on black, a dot under a circumflex.
            readings = [self.read(self.pictures[name], away=away) for away in (0.7, 1, 0.5)]
            for word in words:
                with self.subTest(name, word=word):
                    self.assertTrue(any(word in text for text in readings), readings)

    @unittest.skipUnless(shutil.which("tesseract"), "tesseract-ocr is not installed")
    def test_the_number(self):
        numbers = {"ticket-80mm-priority": "A018", "ticket-80mm-reprint": "A018", "ticket-58mm-reprint": "A018",
                   "ticket-80mm-long": "H1004", "ticket-58mm-long": "H1004", "ticket-80mm-english": "B207"}
        for name, picture in self.pictures.items():
            with self.subTest(name):
                # Every fourth dot: readers of text expect letters of that size. A page of one line.
                rows = [sum(picture.dot(x, y) << (picture.width - 1 - x) // 4 for x in range(3, picture.width, 4))
                        for y in range(*self.first_tall_part(picture), 4)]
                small = Picture(picture.width // 4, rows)
                self.assertEqual(self.read(small, "7", "-c", "load_system_dawg=0"), numbers.get(name, "A012"))

    def first_tall_part(self, picture):
        """Nothing above the code but the number is more than 75 rows high without a white row."""
        start = 0
        for y, row in enumerate(picture.rows):
            if not row:
                if y - start > 75:
                    return start, y
                start = y + 1
        self.fail("no number")

    def read(self, picture, layout="6", *options, away=1):
        """`away`: how much smaller it looks. Words on the grid of doubled dots are read from a little farther away, where
        the eye no longer sees the squares; from too near «hộ» becomes «hồ»."""
        path = self.folder / "page.png"
        path.write_bytes(framed(picture).png())
        if away != 1:
            image = PIL.Image.open(path).convert("L")
            image.resize((round(image.width * away), round(image.height * away))).save(path)
        text = run("tesseract", str(path), "-", "-l", "vie", "--psm", layout, *options)
        return unicodedata.normalize("NFC", " ".join(text.split()))


class Printing(unittest.TestCase):
    """The printer double itself."""

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.printer, servers = paper_printer.serve(0, 0, self.folder)
        self.port, self.control = (server.server_address[1] for server in servers)
        for server in servers:
            self.addCleanup(server.server_close)
            self.addCleanup(server.shutdown)

    def connect(self):
        link = socket.create_connection(("127.0.0.1", self.port), timeout=5)
        self.addCleanup(link.close)
        return link

    def call(self, method, path):
        request = urllib.request.Request(f"http://127.0.0.1:{self.control}{path}", method=method)
        with urllib.request.urlopen(request, timeout=5) as answer:
            body = answer.read()
            return json.loads(body) if answer.headers["Content-Type"] == "application/json" else body

    def ask(self, link, n):
        link.sendall(bytes([0x10, 4, n]))
        return link.recv(1)[0]

    def cuts(self, count):
        return until(lambda: len(cuts := self.call("GET", "/cuts")) >= count and cuts, 10,
                     lambda: f"{count} cuts; {self.call('GET', '/state')}")

    def test_jobs_of_several_connections(self):
        for _ in range(2):
            self.connect().sendall(JOB)
        cuts = self.cuts(2)
        self.assertEqual(self.call("GET", f"/cuts/{cuts[0]}.escpos"), JOB)
        self.assertEqual(Picture.from_png(self.call("GET", f"/cuts/{cuts[1]}.png")), decode(JOB)[0])
        self.call("DELETE", "/cuts")
        self.assertEqual(self.call("GET", "/cuts"), [])

    def test_faults_hold_the_paper_but_not_the_answers(self):
        link = self.connect()
        self.assertEqual([self.ask(link, n) for n in (1, 2, 3, 4)], [0x12] * 4)
        self.call("PUT", "/faults/paper-out")
        link.sendall(JOB)
        self.assertEqual([self.ask(link, n) for n in (1, 2, 3, 4)], [0x1A, 0x32, 0x12, 0x7E])
        self.assertEqual(self.call("GET", "/cuts"), [])
        self.call("DELETE", "/faults/paper-out")
        self.cuts(1)
        self.call("PUT", "/faults/cover-open")
        self.assertEqual(self.ask(link, 2), 0x16)
        self.call("DELETE", "/faults")
        self.call("PUT", "/faults/near-end")
        self.assertEqual([self.ask(link, 1), self.ask(link, 4)], [0x12, 0x1E])

    def test_paper_that_ends_in_mid_ticket(self):
        link = self.connect()
        self.call("PUT", "/faults/paper-out?afterRows=300")
        link.sendall(JOB)
        state = until(lambda: "paper-out" in (state := self.call("GET", "/state"))["faults"] and state, 10, "the paper is out")
        self.assertEqual(self.ask(link, 4), 0x7E)
        self.assertGreaterEqual(state["rows"], 300)
        self.assertLess(state["rows"], 300 + 128)
        self.assertEqual(state["cuts"], 0)

    def test_automatic_status_ends_with_esc_at(self):
        link = self.connect()
        link.sendall(b"\x1d\x61\x0e")
        self.assertEqual(link.recv(4), b"\x10\x00\x00\x0f")
        self.call("PUT", "/faults/cover-open")
        self.assertEqual(link.recv(4), b"\x38\x00\x00\x0f")
        self.call("DELETE", "/faults")
        self.assertEqual(link.recv(4), b"\x10\x00\x00\x0f")
        link.sendall(b"\x1b\x40")
        self.ask(link, 1)
        self.call("PUT", "/faults/near-end")
        self.assertEqual(self.ask(link, 4), 0x1E)

    def test_the_answer_when_printed(self):
        link = self.connect()
        link.sendall(JOB + b"\x1d\x28\x48\x06\x00\x30\x300042")
        self.assertEqual(link.recv(7), b"\x37\x220042\x00")

    def test_a_silent_printer(self):
        link = self.connect()
        self.call("PUT", "/faults/silent")
        link.settimeout(0.3)
        link.sendall(b"\x10\x04\x01")
        with self.assertRaises(TimeoutError):
            link.recv(1)

    def test_nonsense_is_reported(self):
        self.connect().sendall(b"\x1b\x40Hello")
        error = until(lambda: self.call("GET", "/state")["error"], 10, "it complains")
        self.assertIn("offset 2", error)


if __name__ == "__main__":
    unittest.main()
