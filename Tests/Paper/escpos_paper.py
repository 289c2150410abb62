#!/usr/bin/env python3
"""Paper: turns ESC/POS bytes back into what would lie in the tray.

    escpos_paper.py decode JOB.escpos --out FOLDER        one PNG per cut
    escpos_paper.py serve --port 9100 --control 9180 --out FOLDER
                                                          a printer on TCP, faults over HTTP (paper_printer.py)

Strict on purpose: a byte that no command begins with is an error with its offset, so a length field that is
wrong by one shows at once. Python 3.11 or later, standard library only.
"""

import argparse
import pathlib
import struct
import time
import zlib


class Unknown(Exception):
    """Bytes that are no command, or a command with a wrong value."""

    def __init__(self, offset, why):
        super().__init__(f"offset {offset}: {why}")
        self.offset = offset


class Commands:
    """Cuts a byte stream into commands: feed() what arrives, iterate over what is complete."""

    def __init__(self):
        self.buffer = bytearray()
        self.offset = 0  # of the buffer's first byte in the stream

    def feed(self, data):
        self.buffer += data

    def __iter__(self):
        while self.buffer:
            length = self._length()
            if length is None or len(self.buffer) < length:
                return
            command, self.buffer = bytes(self.buffer[:length]), self.buffer[length:]
            offset, self.offset = self.offset, self.offset + length
            yield offset, command

    def incomplete(self):
        return bytes(self.buffer)

    def _need(self, count):
        return len(self.buffer) >= count

    def _length(self):
        """Length of the command at the head of the buffer; None when that is not known yet."""
        b = self.buffer
        if b[0] in (0x00, 0x0A):  # NUL means nothing, LF prints the line buffer
            return 1
        if not self._need(2):
            return None if b[0] in (0x10, 0x1B, 0x1D) else self._unknown()
        fixed = {
            b"\x10\x04": 3, b"\x1b\x40": 2, b"\x1b\x61": 3, b"\x1b\x4a": 3, b"\x1b\x64": 3, b"\x1b\x32": 2,
            b"\x1b\x33": 3, b"\x1d\x4c": 4, b"\x1d\x57": 4, b"\x1d\x50": 4, b"\x1d\x61": 3, b"\x1d\x72": 3,
        }
        head = bytes(b[:2])
        if head in fixed:
            return fixed[head]
        if head == b"\x1d\x56":  # GS V m [n]
            if not self._need(3):
                return None
            if b[2] in (0, 1, 48, 49):
                return 3
            if b[2] in (65, 66):
                return 4
            self._unknown("cut with unknown mode %d" % b[2])
        if head == b"\x1d\x76":  # GS v 0 m xL xH yL yH data
            if not self._need(8):
                return None
            if b[2] != 0x30:
                self._unknown()
            if b[3] not in (0, 1, 2, 3, 48, 49, 50, 51):
                self._unknown("raster mode %d" % b[3])
            width, height = b[4] | b[5] << 8, b[6] | b[7] << 8
            if not 1 <= width or not 1 <= height <= 2303:
                self._unknown("raster of %d bytes by %d rows" % (width, height))
            return 8 + width * height
        if head == b"\x1d\x28":  # GS ( x pL pH ...
            if not self._need(5):
                return None
            if b[2] != 0x48:
                self._unknown()
            return 5 + (b[3] | b[4] << 8)
        return self._unknown()

    def _unknown(self, why=None):
        raise Unknown(self.offset, why or "no command begins with " + self.buffer[:4].hex(" "))


class Paper:
    """The paper under the head: a list of rows, each an integer with the leftmost dot highest."""

    def __init__(self, width=576, dpi=203, motion_unit=None):
        self.width = width
        self.dpi = dpi
        self.default_unit = motion_unit or dpi
        self.rows = []
        self.reset()

    def reset(self):
        self.left = 0
        self.align = 0
        self.unit_x = self.unit_y = self.default_unit
        self.line = self.dpi // 6

    def feed(self, dots):
        self.rows.extend([0] * dots)

    def take(self, offset, command):
        """Prints one command. Returns True when it was a cut."""
        head = command[:2]
        if command[0] == 0x00:
            pass
        elif command[0] == 0x0A:
            self.feed(self.line)
        elif head == b"\x1b\x40":
            self.reset()
        elif head == b"\x1b\x61":
            if command[2] not in (0, 1, 2, 48, 49, 50):
                raise Unknown(offset, "alignment %d" % command[2])
            self.align = command[2] % 48
        elif head == b"\x1b\x4a":
            self.feed(self._dots(offset, command[2], self.unit_y))
        elif head == b"\x1b\x64":
            self.feed(command[2] * self.line)
        elif head == b"\x1b\x32":
            self.line = self.dpi // 6
        elif head == b"\x1b\x33":
            self.line = self._dots(offset, command[2], self.unit_y)
        elif head == b"\x1d\x50":
            self.unit_x, self.unit_y = (n or self.default_unit for n in command[2:4])
        elif head == b"\x1d\x4c":
            self.left = self._dots(offset, command[2] | command[3] << 8, self.unit_x)
        elif head == b"\x1d\x76":
            self._raster(offset, command)
        elif head == b"\x1d\x56":
            if command[2] in (65, 66):
                self.feed(self._dots(offset, command[3], self.unit_y))
            return True
        return False

    def _dots(self, offset, steps, unit):
        dots, rest = divmod(steps * self.dpi, unit)
        if rest:
            raise Unknown(offset, "%d steps of 1/%d inch are not whole dots" % (steps, unit))
        return dots

    def _raster(self, offset, command):
        # Mode 1 repeats every dot to the right, 2 downwards, 3 both.
        across, down = 1 + command[3] % 2, 1 + command[3] % 48 // 2
        per_row, height = command[4] | command[5] << 8, command[6] | command[7] << 8
        bits = per_row * 8 * across
        room = self.width - self.left
        # Surplus bits of the last byte are allowed when they are white.
        shift = {0: 0, 1: max(0, room - bits) // 2, 2: max(0, room - bits)}[self.align]
        for y in range(height):
            row = int.from_bytes(command[8 + y * per_row : 8 + (y + 1) * per_row], "big")
            if across == 2:
                row = int("".join(bit * 2 for bit in f"{row:0{per_row * 8}b}"), 2)
            end = self.left + shift + bits
            if end > self.width:
                if row & ((1 << (end - self.width)) - 1):
                    raise Unknown(offset, "dots beyond the right edge in row %d" % y)
                row >>= end - self.width
            else:
                row <<= self.width - end
            self.rows.extend([row] * down)

    def cut(self):
        """The piece of paper that falls into the tray."""
        rows, self.rows = self.rows, []
        return Picture(self.width, rows)


class Picture:
    def __init__(self, width, rows):
        self.width = width
        self.rows = rows

    @property
    def height(self):
        return len(self.rows)

    def dot(self, x, y):
        return bool(self.rows[y] >> (self.width - 1 - x) & 1)

    def __eq__(self, other):
        return (self.width, self.rows) == (other.width, other.rows)

    def png(self):
        """One bit per dot, black on white."""
        per_row = (self.width + 7) // 8
        pad = per_row * 8 - self.width
        white = (1 << self.width) - 1
        raw = b"".join(b"\0" + ((row ^ white) << pad).to_bytes(per_row, "big") for row in self.rows)

        def chunk(kind, data):
            return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

        header = struct.pack(">IIBBBBB", self.width, max(1, self.height), 1, 0, 0, 0, 0)
        body = zlib.compress(raw or b"\0" + b"\xff" * per_row, 9)
        return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")

    @classmethod
    def from_png(cls, data):
        """Reads what png() and most other programs write: 1 or 8 bit grey, RGB, RGBA, palette-free."""
        if data[:8] != b"\x89PNG\r\n\x1a\n":
            raise ValueError("not a PNG")
        at, body = 8, b""
        while at < len(data):
            (length,), kind = struct.unpack(">I", data[at : at + 4]), data[at + 4 : at + 8]
            content = data[at + 8 : at + 8 + length]
            if kind == b"IHDR":
                width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", content)
            elif kind == b"IDAT":
                body += content
            at += 12 + length
        channels = {0: 1, 2: 3, 4: 2, 6: 4}.get(colour)
        if channels is None or interlace or depth not in (1, 8) or (depth == 1 and colour):
            raise ValueError(f"PNG of depth {depth}, colour type {colour} is not supported")
        raw, step = zlib.decompress(body), max(1, channels * depth // 8)
        per_row = (width * channels * depth + 7) // 8
        rows, before = [], bytearray(per_row)
        for y in range(height):
            kind, line = raw[y * (per_row + 1)], bytearray(raw[y * (per_row + 1) + 1 : (y + 1) * (per_row + 1)])
            for i in range(per_row):
                a, b = line[i - step] if i >= step else 0, before[i]
                c = before[i - step] if i >= step else 0
                if kind == 4:
                    p = a + b - c
                    predicted = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
                else:
                    predicted = (0, a, b, (a + b) // 2)[kind]
                line[i] = (line[i] + predicted) & 0xFF
            before = line
            row = 0
            for x in range(width):
                if depth == 1:
                    dark = not line[x // 8] >> (7 - x % 8) & 1
                else:
                    dark = line[x * channels] < 128
                row = row << 1 | dark
            rows.append(row)
        return cls(width, rows)


def decode(data, width=576, dpi=203, motion_unit=None):
    """All pieces of paper of a byte stream; the last one is what is left uncut, when anything is on it."""
    commands, paper, pictures = Commands(), Paper(width, dpi, motion_unit), []
    commands.feed(data)
    for offset, command in commands:
        if paper.take(offset, command):
            pictures.append(paper.cut())
    if commands.incomplete():
        raise Unknown(commands.offset, "stream ends inside a command: " + commands.incomplete()[:8].hex(" "))
    if any(paper.rows):
        pictures.append(paper.cut())
    return pictures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    modes = parser.add_subparsers(dest="mode", required=True)
    for name in ("decode", "serve"):
        mode = modes.add_parser(name)
        if name == "decode":
            mode.add_argument("job", help="file of ESC/POS bytes, - for standard input")
        else:
            mode.add_argument("--port", type=int, default=9100)
            mode.add_argument("--control", type=int, default=9180)
        mode.add_argument("--out", default=".", help="folder for the pictures")
        mode.add_argument("--width", type=int, default=576, help="dots of the head (576)")
        mode.add_argument("--dpi", type=int, default=203)
        mode.add_argument("--motion-unit", type=int, help="steps per inch after ESC @ (as many as dots)")
    a = parser.parse_args()

    if a.mode == "serve":
        from paper_printer import serve

        _, servers = serve(a.port, a.control, a.out, a.width, a.dpi, a.motion_unit)
        ports = [server.server_address[1] for server in servers]
        print(f"printer on 127.0.0.1:{ports[0]}, control on http://127.0.0.1:{ports[1]}", flush=True)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            return 0

    out = pathlib.Path(a.out)
    out.mkdir(parents=True, exist_ok=True)
    data = (open(0, "rb") if a.job == "-" else open(a.job, "rb")).read()
    stem = "paper" if a.job == "-" else pathlib.Path(a.job).stem
    try:
        pictures = decode(data, a.width, a.dpi, a.motion_unit)
    except Unknown as error:
        print("error:", error)
        return 1
    for number, picture in enumerate(pictures, 1):
        path = out / (f"{stem}-{number}.png" if len(pictures) > 1 else f"{stem}.png")
        path.write_bytes(picture.png())
        print(path, f"{picture.width}×{picture.height}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
