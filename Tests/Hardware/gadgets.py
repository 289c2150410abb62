"""Devices on a USB cable of the kernel's own making: dummy_hcd joins the gadget side to the host side of one machine."""

import fcntl
import os
import pathlib
import select
import subprocess
import sys
import threading

from Support.waiting import until

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Paper"))

from paper_printer import Connection, Printer  # noqa: E402

GADGETS = pathlib.Path("/sys/kernel/config/usb_gadget")
MODULES = ("configfs", "dummy_hcd", "libcomposite", "usb_f_printer", "usb_f_hid", "usb_f_acm", "usblp", "usbhid",
           "hid-generic", "evdev", "cdc-acm", "snd-aloop")
# A boot keyboard: modifiers, a spare byte, six keys (USB HID 1.11, appendix B.1).
KEYBOARD = bytes.fromhex(
    "05010906a101050719e029e71500250175019508810295017508810395057501050819012905910295017503910395067508"
    "150025650507190029658100c0")
# include/uapi/linux/usb/g_printer.h
GADGET_SET_PRINTER_STATUS = 0xC0016722
# IEEE 1284: 0x08 no error, 0x10 selected, 0x20 paper empty.
READY, PAPER_OUT = 0x18, 0x30


def load(kernel):
    """The host side has four ports, so that each device keeps its own."""
    for module in MODULES:
        more = ["num=4"] if module == "dummy_hcd" else []
        subprocess.run(["/sbin/modprobe", "-d", kernel, module, *more], check=True)
    subprocess.run(["mount", "-t", "configfs", "configfs", "/sys/kernel/config"], check=False)
    until(GADGETS.is_dir, 10, "configfs knows gadgets")


class Gadget:
    """One device. `plug()` and `unplug()` are what a hand does to the cable."""

    def __init__(self, name, port, vendor, product, function):
        self.folder = GADGETS / name
        self.port = port
        for part in ("strings/0x409", "configs/c.1/strings/0x409"):
            (self.folder / part).mkdir(parents=True)
        self._write("idVendor", hex(vendor))
        self._write("idProduct", hex(product))
        self._write("strings/0x409/product", name)
        self._write("strings/0x409/manufacturer", "Mot Cua tests")
        self._write("strings/0x409/serialnumber", f"SN-{name}")
        self.function = self.folder / "functions" / function
        self.function.mkdir()

    def _write(self, place, value):
        (self.folder / place).write_bytes(value if isinstance(value, bytes) else value.encode())

    def ready(self):
        os.symlink(self.function, self.folder / "configs/c.1" / self.function.name)
        return self

    def plug(self):
        self._write("UDC", f"dummy_udc.{self.port}")
        return self

    def unplug(self):
        self._write("UDC", "\n")


class PrinterGadget(Gadget):
    """The printer's side of a USB printer: /dev/g_printer0 is what its processor reads."""

    def __init__(self, port=0):
        super().__init__("TM-T20III", port, 0x04B8, 0x0E28, "printer.0")
        (self.function / "pnp_string").write_text("MFG:EPSON;CMD:ESC/POS;MDL:TM-T20III;CLS:PRINTER;")
        (self.function / "q_len").write_text("10")
        self.ready()

    def open(self):
        return until(lambda: self._try("/dev/g_printer0"), 10, "/dev/g_printer0 opens")

    @staticmethod
    def _try(path):
        try:
            return os.open(path, os.O_RDWR | os.O_NONBLOCK)
        except OSError:
            return None

    @staticmethod
    def set_status(fd, status):
        fcntl.ioctl(fd, GADGET_SET_PRINTER_STATUS, status)


class KeypadGadget(Gadget):
    def __init__(self, port=1):
        super().__init__("Numpad", port, 0x0C2E, 0x0206, "hid.0")
        for name, value in (("protocol", b"1"), ("subclass", b"1"), ("report_length", b"8"), ("report_desc", KEYBOARD)):
            (self.function / name).write_bytes(value)
        self.ready()

    def press(self, *usages):
        """Keys by their HID usage: 0x58 is Enter of the keypad, 0x59 … 0x62 are 1 … 9, 0."""
        fd = until(lambda: PrinterGadget._try("/dev/hidg0"), 10, "/dev/hidg0 opens")
        try:
            for usage in usages:
                for key in (usage, 0):
                    # The host takes one report at a time.
                    until(lambda: self._put(fd, bytes([0, 0, key, 0, 0, 0, 0, 0])), 5, "the host takes the report")
        finally:
            os.close(fd)

    @staticmethod
    def _put(fd, report):
        try:
            return os.write(fd, report) == 8
        except BlockingIOError:
            return False


class ScannerGadget(Gadget):
    """A scanner in USB-COM mode: what it reads comes in at /dev/ttyACM0."""

    def __init__(self, port=2):
        super().__init__("Scanner", port, 0x0C2E, 0x0901, "acm.0")
        self.ready()

    def scan(self, text):
        fd = os.open("/dev/ttyGS0", os.O_RDWR | os.O_NOCTTY)
        try:
            subprocess.run(["stty", "raw", "-echo"], stdin=fd, check=True)
            os.write(fd, text.encode() + b"\r")
        finally:
            os.close(fd)


class PrinterFirmware(threading.Thread):
    """What a printer's processor does with the bytes of its cable; the paper double of Tests/Paper behind a real USB port."""

    def __init__(self, gadget, out):
        super().__init__(daemon=True)
        self.gadget = gadget
        self.printer = Printer(out)
        self.stops_after = None  # so many bytes more, then it reads nothing any more: `stopped`
        self.stopped = threading.Event()
        self.fd = None

    def run(self):
        while True:
            self.fd = self.gadget.open()
            connection = object.__new__(type("OnTheCable", (Connection,), {"printer": self.printer}))
            connection.request = self
            connection.handle()
            os.close(self.fd)
            if self.stopped.is_set():
                return

    def paper(self, there):
        """An empty roll shows in both places in which hosts look for it."""
        self.printer.set_fault("paper-out", not there)
        self.gadget.set_status(self.fd, READY if there else PAPER_OUT)

    # The part of a socket that the double uses.

    def settimeout(self, seconds):
        pass

    def recv(self, count):
        if not select.select([self.fd], [], [], 0.05)[0]:
            raise TimeoutError
        try:
            data = os.read(self.fd, min(count, 4096))
        except BlockingIOError:
            raise TimeoutError from None
        except OSError as error:
            raise ConnectionError from error
        if self.stops_after is not None:
            self.stops_after -= len(data)
            if self.stops_after <= 0:
                self.stopped.set()
                raise ConnectionError
        if not data:
            raise TimeoutError
        return data

    def sendall(self, data):
        os.write(self.fd, data)
