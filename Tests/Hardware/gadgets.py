"""Devices on a USB cable of the kernel's own making: dummy_hcd joins the gadget side to the host side of one machine."""

import errno
import fcntl
import os
import pathlib
import select
import subprocess
import sys
import threading
import time

from Support.waiting import until

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Paper"))

from paper_printer import Conversation, Printer  # noqa: E402

GADGETS = pathlib.Path("/sys/kernel/config/usb_gadget")
MODULES = ("configfs", "dummy_hcd", "libcomposite", "usb_f_printer", "usb_f_hid", "usb_f_acm", "usblp", "usbhid",
           "hid-generic", "evdev", "cdc-acm", "snd-aloop")
# A boot keyboard: modifiers, a spare byte, six keys; five lamps (USB HID 1.11, appendix B.1).
KEYBOARD = bytes.fromhex(
    "05010906a101050719e029e71500250175019508810295017508810395057501050819012905910295017503910395067508"
    "150025650507190029658100c0")
NUM_LOCK_LAMP = 0x01
# include/uapi/linux/usb/g_printer.h
GADGET_SET_PRINTER_STATUS = 0xC0016722
# IEEE 1284: 0x08 no error, 0x10 selected, 0x20 paper empty.
READY, PAPER_OUT = 0x18, 0x30


def load(kernel, version):
    """The drivers, where modprobe and udev look for them; the host side has ports enough for each device to keep its own."""
    modules = pathlib.Path("/lib/modules")
    modules.mkdir(exist_ok=True)
    (modules / version).symlink_to(f"{kernel}/lib/modules/{version}")
    for module in MODULES:
        subprocess.run(["/sbin/modprobe", module, *(["num=4"] if module == "dummy_hcd" else [])], check=True)
    subprocess.run(["mount", "-t", "configfs", "configfs", "/sys/kernel/config"], check=False)
    until(GADGETS.is_dir, 10, "configfs knows gadgets")


class Gadget:
    """One device. `plug()` and `unplug()` are what a hand does to the cable."""

    def __init__(self, name, port, vendor, product, function, **attributes):
        self.folder = GADGETS / name
        self.port = port
        for part in ("strings/0x409", "configs/c.1/strings/0x409"):
            (self.folder / part).mkdir(parents=True)
        for place, value in (("idVendor", hex(vendor)), ("idProduct", hex(product)), ("strings/0x409/product", name),
                             ("strings/0x409/manufacturer", "Mot Cua tests"), ("strings/0x409/serialnumber", f"SN{name}")):
            (self.folder / place).write_text(value)
        self.function = self.folder / "functions" / function
        self.function.mkdir()
        for place, value in attributes.items():
            (self.function / place).write_bytes(value)
        os.symlink(self.function, self.folder / "configs/c.1" / self.function.name)

    def plug(self):
        (self.folder / "UDC").write_text(f"dummy_udc.{self.port}")
        return self

    def unplug(self):
        (self.folder / "UDC").write_text("\n")


def opened(path, flags=os.O_RDWR | os.O_NONBLOCK):
    """The gadget's side of a device, which appears a moment after it was plugged in."""
    def attempt():
        try:
            return os.open(path, flags)
        except OSError:
            return None
    return until(attempt, 10, f"{path} opens")


class PrinterGadget(Gadget):
    """The printer's side of a USB printer: /dev/g_printer0 is what its processor reads."""

    def __init__(self, port=0):
        super().__init__("TM-T20III", port, 0x04B8, 0x0E28, "printer.0", q_len=b"10",
                         pnp_string=b"MFG:EPSON;CMD:ESC/POS;MDL:TM-T20III;CLS:PRINTER;")


class KeysGadget(Gadget):
    """A keypad or a box of buttons: a USB keyboard."""

    def __init__(self, name, port, function):
        super().__init__(name, port, 0x0C2E, 0x0206 + port, function, protocol=b"1", subclass=b"1", report_length=b"8",
                         report_desc=KEYBOARD)

    @property
    def node(self):
        return "/dev/hidg" + (self.function / "dev").read_text().strip().rsplit(":", 1)[1]

    def press(self, *usages):
        """Keys by their HID usage, each down and up."""
        fd = opened(self.node)
        try:
            for usage in usages:
                for key in (usage, 0):
                    # The host takes one report at a time.
                    until(lambda: self._put(fd, bytes([0, 0, key, 0, 0, 0, 0, 0])), 5, "the host takes the report", pause=0.002)
        finally:
            os.close(fd)

    @staticmethod
    def _put(fd, report):
        try:
            return os.write(fd, report) == 8
        except BlockingIOError:
            return False

    def lamps(self, seconds, body):
        """Runs `body` and returns the reports about the lamps that the host sent, until it was on and off twice or the
        time is over."""
        fd = opened(self.node)
        told = []
        try:
            body()
            deadline = time.monotonic() + seconds
            while (told.count(NUM_LOCK_LAMP) < 2 or told[-1] == NUM_LOCK_LAMP) and (left := deadline - time.monotonic()) > 0:
                if select.select([fd], [], [], left)[0]:
                    told += os.read(fd, 1)
            return told
        finally:
            os.close(fd)


class ScannerGadget(Gadget):
    """A scanner in USB-COM mode: what it reads comes in at /dev/ttyACM0."""

    def __init__(self, port):
        super().__init__("Scanner", port, 0x0C2E, 0x0901, "acm.0")

    def scan(self, text):
        fd = opened("/dev/ttyGS0", os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            subprocess.run(["stty", "raw", "-echo"], stdin=fd, check=True)
            os.set_blocking(fd, True)
            os.write(fd, text.encode() + b"\r")
        finally:
            os.close(fd)


class Firmware(threading.Thread):
    """The processor of a USB printer: the double of Tests/Paper, with /dev/g_printer0 as its cable."""

    def __init__(self, gadget, out):
        super().__init__(daemon=True)
        self.gadget = gadget
        self.printer = Printer(out)
        self.stops_after = None  # so many bytes more, then it reads nothing any more: `stopped`
        self.stopped = threading.Event()
        self.fd = opened("/dev/g_printer0")
        self.start()

    def run(self):
        Conversation(self.printer, self).run()
        os.close(self.fd)

    def paper(self, there):
        """An empty roll shows in both places in which hosts look for it."""
        self.printer.set_fault("paper-out", not there)
        self.port_status(READY if there else PAPER_OUT)

    def port_status(self, status):
        fcntl.ioctl(self.fd, GADGET_SET_PRINTER_STATUS, status)

    # What `Conversation` uses of a socket.

    def recv(self, count):
        # Driver and select do not always agree about the end of the data, so that reading says when there is none.
        if not select.select([self.fd], [], [], 0.05)[0]:
            raise TimeoutError
        try:
            data = os.read(self.fd, min(count, 4096))
        except OSError as error:
            if error.errno == errno.EAGAIN:
                raise TimeoutError from None
            raise ConnectionError from error
        if self.stops_after is not None:
            self.stops_after -= len(data)
            if self.stops_after <= 0:
                self.stopped.set()
                raise ConnectionError("it stopped")
        if not data:
            raise TimeoutError
        return data

    def sendall(self, data):
        os.write(self.fd, data)
