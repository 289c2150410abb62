"""From a key on a counter's keypad to the call on a board: the whole way, on a serial cable and a stream of events."""

import http.client
import time
from pathlib import Path

import parts  # noqa: F401: says where Support is
from Support.cable import Cable


def press_to_board(daemon, cable, presses):
    """Milliseconds from each press to the frame with its call; counter 1 must be open and people waiting."""
    link = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=30)
    link.request("GET", "/api/v1/events?audience=public")
    stream = link.getresponse()
    while not stream.readline().startswith(b"event: snapshot"):
        pass
    took = []
    for _ in range(presses):
        begun = time.perf_counter()
        cable.send(b"\r")
        while b'"call":' not in stream.readline():
            pass
        took.append((time.perf_counter() - begun) * 1000)
    link.close()
    return took


def devices(cable):
    """To be added to a centre's settings."""
    return (f"\ndevices: [{{id: phim-1, kind: keypad, name: Bàn phím, profile: serial-ascii, "
            f"address: '{cable.path}', counter: 1}}]")


def cable_in(folder):
    return Cable(Path(folder) / "dev" / "phim-1")
