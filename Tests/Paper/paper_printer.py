"""A printer on TCP with one roll of paper, and a small HTTP port to break and mend it: `escpos_paper.py serve`.

Control port of `serve` (JSON):
    GET    /state                          {"faults": [..], "later": {..}, "cuts": n, "connections": n, "rows": n,
                                            "error": null or "..."}
    PUT    /faults/NAME[?afterRows=N]      paper-out, cover-open, offline, near-end, cutter, silent, power-cut;
                                           with afterRows the fault comes when N more rows are printed
    DELETE /faults/NAME                    DELETE /faults clears all
    GET    /cuts                           names of the pictures, oldest first
    GET    /cuts/NAME.png                  GET /cuts/NAME.escpos
    DELETE /cuts                           forgets and removes them
"""

import http.server
import json
import pathlib
import socketserver
import threading
import urllib.parse

from escpos_paper import Commands, Paper, Unknown

REAL_TIME = b"\x10\x04"
FAULTS = ("paper-out", "cover-open", "offline", "near-end", "cutter", "silent", "power-cut")
STOPPING = ("paper-out", "cover-open", "offline", "cutter", "power-cut")


class Printer:
    """One roll of paper, shared by all connections, as in a real printer."""

    def __init__(self, out, width=576, dpi=203, motion_unit=None):
        self.lock = threading.RLock()
        self.out = pathlib.Path(out)
        self.out.mkdir(parents=True, exist_ok=True)
        self.paper = Paper(width, dpi, motion_unit)
        self.faults = set()
        self.later = {}  # fault -> rows still to print
        self.cuts = []
        self.raw = bytearray()
        self.connections = 0
        self.torn = 0  # tickets of which a part came out when the power went
        self.error = None
        self.listeners = []  # connections with automatic status switched on

    def real_time(self, n):
        """Answer to DLE EOT n."""
        f, bits = self.faults, 0x12
        if n == 1 and f & set(STOPPING):
            bits |= 0x08
        if n == 2:
            bits |= 0x04 * ("cover-open" in f) | 0x20 * ("paper-out" in f) | 0x40 * ("cutter" in f)
        if n == 3:
            bits |= 0x08 * ("cutter" in f)
        if n == 4:
            bits |= 0x0C * bool(f & {"near-end", "paper-out"}) | 0x60 * ("paper-out" in f)
        return bytes([bits])

    def automatic(self):
        f = self.faults
        return bytes([
            0x10 | 0x08 * bool(f & set(STOPPING)) | 0x20 * ("cover-open" in f), 0x08 * ("cutter" in f),
            0x03 * bool(f & {"near-end", "paper-out"}) | 0x0C * ("paper-out" in f), 0x0F,
        ])

    def stopped(self):
        return bool(self.faults & set(STOPPING))

    def set_fault(self, name, on, after_rows=None):
        with self.lock:
            if on and after_rows is not None:
                self.later[name] = after_rows
                return
            self.later.pop(name, None)
            if name == "power-cut" and on:
                # What was printed hangs out of it, torn off by hand; what it remembered is gone.
                self.torn += bool(self.paper.rows)
                self.paper.rows, self.raw = [], bytearray()
            before = self.automatic()
            (self.faults.add if on else self.faults.discard)(name)
            changed = self.automatic() != before
        if changed:
            for send in list(self.listeners):
                send(self.automatic())

    def print(self, offset, command):
        with self.lock:
            rows = len(self.paper.rows)
            self.raw += command
            was_cut = self.paper.take(offset, command)
            printed = len(self.paper.rows) - rows
            if was_cut:
                self._tray()
            for fault, left in list(self.later.items()):
                self.later[fault] = left - max(0, printed)
                if self.later[fault] <= 0:
                    self.set_fault(fault, True)

    def _tray(self):
        name = "%04d" % (len(self.cuts) + 1)
        picture = self.paper.cut()
        (self.out / (name + ".escpos")).write_bytes(self.raw)
        (self.out / (name + ".png")).write_bytes(picture.png())
        self.raw = bytearray()
        self.cuts.append(name)

    def forget(self):
        with self.lock:
            for name in self.cuts:
                for kind in (".png", ".escpos"):
                    (self.out / (name + kind)).unlink(missing_ok=True)
            self.cuts, self.raw, self.paper.rows = [], bytearray(), []


class Conversation:
    """What the printer's processor does with the bytes of one cable. `cable` is a socket, or has what is used of one here:
    `recv` (TimeoutError while nothing comes) and `sendall`."""

    def __init__(self, printer, cable):
        self.printer = printer
        self.cable = cable

    def send(self, data):
        if "silent" in self.printer.faults:
            return
        try:
            self.cable.sendall(data)
        except OSError:
            pass

    def run(self):
        printer, commands, held = self.printer, Commands(), []
        printer.connections += 1
        try:
            while True:
                if "power-cut" in printer.faults:
                    return
                try:
                    data = self.cable.recv(65536)
                    if not data:
                        return
                    commands.feed(data)
                except TimeoutError:
                    pass
                # Real-time queries are answered even while the rest is held back by a fault.
                for offset, command in commands:
                    if command[:2] == REAL_TIME:
                        if not 1 <= command[2] <= 4:
                            raise Unknown(offset, "DLE EOT %d" % command[2])
                        self.send(printer.real_time(command[2]))
                    else:
                        held.append((offset, command))
                while held and not printer.stopped():
                    self.carry_out(*held.pop(0))
        except Unknown as error:
            printer.error = str(error)
            print("error:", error, flush=True)
        except ConnectionError:
            pass
        finally:
            if self.send in printer.listeners:
                printer.listeners.remove(self.send)

    def carry_out(self, offset, command):
        printer, head = self.printer, command[:2]
        if head == b"\x1d\x61":
            if self.send in printer.listeners:
                printer.listeners.remove(self.send)
            if command[2]:
                printer.listeners.append(self.send)
                self.send(printer.automatic())
        elif head == b"\x1d\x28":
            if len(command) != 11 or command[5:7] != b"\x30\x30":
                raise Unknown(offset, "GS ( H " + command[3:].hex(" "))
            self.send(b"\x37\x22" + command[7:11] + b"\0")
        elif head == b"\x1d\x72":
            self.send(bytes([printer.automatic()[2]]))
        else:
            if head == b"\x1b\x40" and self.send in printer.listeners:  # ESC @ switches automatic status off
                printer.listeners.remove(self.send)
            printer.print(offset, command)


class Connection(socketserver.BaseRequestHandler):
    printer = None  # set by serve()

    def handle(self):
        self.request.settimeout(0.05)
        Conversation(self.printer, self.request).run()


class Control(http.server.BaseHTTPRequestHandler):
    printer = None  # set by serve()

    def log_message(self, *args):
        pass

    def answer(self, status, body, kind="application/json"):
        if kind == "application/json":
            body = json.dumps(body, sort_keys=True).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def route(self):
        url = urllib.parse.urlsplit(self.path)
        return [part for part in url.path.split("/") if part], urllib.parse.parse_qs(url.query)

    def state(self):
        p = self.printer
        return {
            "faults": sorted(p.faults), "later": p.later, "cuts": len(p.cuts), "connections": p.connections,
            "rows": len(p.paper.rows), "error": p.error,
        }

    def do_GET(self):
        path, _ = self.route()
        if path == ["state"]:
            return self.answer(200, self.state())
        if path == ["cuts"]:
            return self.answer(200, self.printer.cuts)
        if len(path) == 2 and path[0] == "cuts":
            stem, _, kind = path[1].rpartition(".")
            if stem in self.printer.cuts and kind in ("png", "escpos"):
                body = (self.printer.out / path[1]).read_bytes()
                return self.answer(200, body, "image/png" if kind == "png" else "application/octet-stream")
        self.answer(404, {"error": "not found"})

    def do_PUT(self):
        path, query = self.route()
        if len(path) == 2 and path[0] == "faults" and path[1] in FAULTS:
            after = query.get("afterRows")
            self.printer.set_fault(path[1], True, int(after[0]) if after else None)
            return self.answer(200, self.state())
        self.answer(404, {"error": "faults: " + ", ".join(FAULTS)})

    def do_DELETE(self):
        path, _ = self.route()
        if path == ["cuts"]:
            self.printer.forget()
        elif path == ["faults"] or (len(path) == 2 and path[0] == "faults" and path[1] in FAULTS):
            for fault in FAULTS if len(path) == 1 else path[1:]:
                self.printer.set_fault(fault, False)
        else:
            return self.answer(404, {"error": "not found"})
        self.answer(200, self.state())


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def serve(port, control, out, width=576, dpi=203, motion_unit=None, host="127.0.0.1"):
    """Starts both servers in threads; returns (printer, [servers]). Port 0 picks a free one."""
    printer = Printer(out, width, dpi, motion_unit)
    servers = [
        Server((host, port), type("Connection", (Connection,), {"printer": printer})),
        http.server.ThreadingHTTPServer((host, control), type("Control", (Control,), {"printer": printer})),
    ]
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return printer, servers
