"""Devices at counter 3: a keypad and a rating box behind usbhid and evdev, a scanner behind cdc-acm."""

import os
import pathlib
import re
import select
import signal
import time

from Hardware import gadgets
from Support.stream import Stream
from Support.waiting import until

# HID Usage Tables, page 7: usages of the keys of devices/keypads/usb-numeric and devices/rating-boxes/usb-5.
ENTER, DOT, PLUS, MINUS, ASTERISK, ONE = 0x58, 0x63, 0x57, 0x56, 0x55, 0x59
ROW_ONE = 0x1E
# Nobody's: a number that no province gives out.
CARD = "000000000123|000000123|Nguyễn Thị Thử Nghiệm|01011985|Nữ|Số 1 đường Hồ Sen, Lê Chân, Hải Phòng|10052021"


def event_file(name):
    """The event file of a keyboard by the name its maker gave it."""
    for block in pathlib.Path("/proc/bus/input/devices").read_text().split("\n\n"):
        if name in block and (found := re.search(r"\bevent\d+", block)):
            return f"/dev/input/{found[0]}"
    raise AssertionError(f"no {name}")


class AtTheCounter:
    """Scenarios of the guest."""

    def keypad(self):
        self.until_device("keypad", "fault")
        self.pad = gadgets.KeysGadget("Numpad", 1, "hid.0").plug()
        self.until_device("keypad", "ok")
        # Somebody else who would like to know the keys: a console, a page.
        other = os.open(event_file("Numpad"), os.O_RDONLY | os.O_NONBLOCK)
        self.issue()
        board = Stream(self.boss, "public")
        began = time.monotonic()
        self.pad.press(ENTER)
        called = board.wait(lambda e, d: e == "change" and d.get("call"), self.patience)
        seconds = round(called[3] - began, 2)
        board.close()
        self.pad.press(DOT)
        self.until_events("recalled", 1)
        self.pad.press(PLUS)
        self.until_events("started", 1)
        self.pad.press(MINUS)
        self.until_events("finished", 1)
        self.pad.press(ENTER)
        until(lambda: self.current() not in (None, called[1]["call"]["number"]), self.patience, "the next one is called")
        self.pad.press(ASTERISK, ONE, ENTER)
        self.until_events("transferred", 1)
        leaked = bool(select.select([other], [], [], 0)[0])
        os.close(other)
        return {"call": called[1]["call"], "seconds": seconds, "leaked": leaked,
                "links": sorted(os.listdir("/dev/motcua"))}

    def keypad_flood(self):
        """The daemon stands still while keys are hammered: the kernel's buffer runs over. What was lost calls nobody, and
        the keypad works again at once."""
        for _ in range(6):
            self.issue()
        before = len(self.events("called"))
        # No ticket on its way: a printer's answer that waits for a daemon that stands still is too late for it.
        until(lambda: not {"queued", "sending"} & set(self.print_states().values()), self.patience, "all is printed")
        self.daemon.send_signal(signal.SIGSTOP)
        try:
            self.pad.press(*[ENTER] * 60)
        finally:
            self.daemon.send_signal(signal.SIGCONT)
        # What is pressed while the flood is thrown away is lost with it, so this goes on until it is heard: a wish that
        # makes no sense is refused on the screen.
        stream = Stream(self.officer, "desk", counter=3)

        def refused():
            self.pad.press(DOT, ONE, PLUS)
            return any((data.get("notice") or {}).get("kind") == "refused" for _, data, *_ in list(stream.frames))

        until(refused, self.patience, "the keypad is heard again", pause=0.5)
        stream.close()
        flooded = len(self.events("called")) - before
        self.pad.press(ENTER)
        self.until_events("called", before + flooded + 1)
        return {"calls": flooded}

    def desk_notice(self, **wanted):
        """The notice on counter 3's screen."""
        stream = Stream(self.officer, "desk", counter=3)
        try:
            return stream.wait(lambda e, d: e == "desk" and (d.get("notice") or {}) and
                               all(d["notice"].get(k) == v for k, v in wanted.items()), self.patience)[1]["notice"]
        finally:
            stream.close()

    def keypad_unplugged(self):
        self.pad.unplug()
        lost = self.until_device("keypad", "fault")
        self.pad.plug()
        self.until_device("keypad", "ok")
        # The lamp says no: digits before a key that takes none.
        lamp = self.pad.lamps(10, lambda: self.pad.press(ONE, PLUS))
        return {"lost": lost["words"]["vi"], "lamp": lamp}

    def scanner(self):
        """In USB-COM mode: an identity card with all its accents, and the code of a ticket."""
        self.until_device("scanner", "fault")
        scanner = gadgets.ScannerGadget(2).plug()
        self.until_device("scanner", "ok")
        scanner.scan(CARD)
        card = self.desk_notice(kind="card")
        taken = self.officer.post("counters/3/card", {"fields": ["name"]}).body
        ticket = self.issue()
        scanner.scan(ticket["track"])
        found = self.desk_notice(kind="ticket")
        scanner.unplug()
        lost = self.until_device("scanner", "fault")
        scanner.plug()
        self.until_device("scanner", "ok")
        scanner.scan("no ticket")
        self.desk_notice(kind="scan")
        return {"card": card, "taken": taken, "number": ticket["number"], "ticket": found, "lost": lost["words"]["vi"],
                "links": sorted(os.listdir("/dev/motcua"))}

    def rating_box(self):
        self.until_device("rating-box", "fault")
        box = gadgets.KeysGadget("Box", 3, "hid.1").plug()
        self.until_device("rating-box", "ok")
        if not self.current():
            self.issue()
            assert self.officer.at(3, "call-next").ok
        assert self.officer.at(3, "finish").ok
        box.press(ROW_ONE)
        self.until_events("rated", 1)
        box.unplug()
        lost = self.until_device("rating-box", "fault")
        return {"lost": lost["words"]["vi"]}
