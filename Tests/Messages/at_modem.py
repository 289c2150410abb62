"""A GSM modem at the other end of a serial line, as far as gammu-smsd talks to one: the commands of 3GPP TS 27.005 and 27.007
for sending in PDU mode. Played, because a modem and a SIM cannot be had in a test; what gammu-smsd makes of it is its own.

`trouble` is what its owner did to it: "no-credit" or nothing; `unplug()` takes it away.
"""

import os
import pathlib
import re
import select
import threading
import tty

# TS 27.005 3.2.5 with TS 24.011 E.2: 38 network out of order, 30 unknown subscriber, 21 rejected; no norm says which of
# them a network gives where the credit is used up, so one is taken.
NO_CREDIT = "+CMS ERROR: 38"


class AtModem(threading.Thread):
    """Plugged in as it is made, with a file at `path`; one that is plugged in again is another one."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.path = pathlib.Path(path)
        self.trouble = None
        self.asked = []  # the commands it got
        self.sent = []  # the PDUs it took
        # Theirs is kept open, so that the line lives on while nobody talks.
        self.ours, self.theirs = os.openpty()
        tty.setraw(self.theirs)
        self.hand = os.eventfd(0)
        self.path.unlink(missing_ok=True)
        self.path.symlink_to(os.ttyname(self.theirs))
        self.start()

    def unplug(self):
        """Whatever is being said: when this returns, the file is gone and the line is dead for whoever holds it."""
        if self.is_alive():
            os.eventfd_write(self.hand, 1)
            self.join()

    def run(self):
        waiting = b""
        # The thread that uses the line is the one that closes it: a line that is being read lives on until it is not.
        while self.hand not in select.select([self.ours, self.hand], [], [])[0]:
            waiting += os.read(self.ours, 4096)
            # The text of a message ends with Ctrl-Z, everything else with a carriage return.
            while found := re.search(rb"[\r\x1a\x1b]", waiting):
                line, end, waiting = waiting[:found.start()], found[0], waiting[found.end():]
                if end == b"\x1b":
                    continue
                self.answer(line.decode("ascii", "replace").strip(), end == b"\x1a")
        self.path.unlink()
        for each in self.theirs, self.ours, self.hand:
            os.close(each)

    def say(self, *lines):
        os.write(self.ours, ("".join(f"\r\n{line}\r\n" for line in lines)).encode())

    def answer(self, line, is_text):
        if is_text:
            if self.trouble == "no-credit":
                return self.say(NO_CREDIT)
            self.sent.append(line)
            return self.say(f"+CMGS: {len(self.sent)}", "OK")
        if not line:
            return None
        # Said back, as ATE1 asks for.
        os.write(self.ours, line.encode() + b"\r")
        self.asked.append(line)
        command = line.upper()
        if command.startswith("AT+CMGS="):
            return os.write(self.ours, b"\r\n> ")
        told = {
            "AT+CGMI": "WAVECOM MODEM", "AT+CGMM": "MULTIBAND 900E 1800", "AT+CGMR": "657e09gg.Q2406B", "AT+CPIN?": "+CPIN: READY",
            "AT+CSQ": "+CSQ: 20,99", "AT+CREG?": "+CREG: 0,1", "AT+CSMS?": "+CSMS: 0,1,1,1",
            "AT+CSCA?": '+CSCA: "+84980200030",145', "AT+CPMS=?": '+CPMS: ("SM"),("SM"),("SM")',
            "AT+CSCS=?": '+CSCS: ("IRA","GSM","UCS2")', "AT+CSCS?": '+CSCS: "GSM"', "AT+CMGF=?": "+CMGF: (0,1)", "AT+CGSN": "490154203237518",
            "AT+CBC": "+CBC: 0,100", "AT+CNMI=?": "+CNMI: (0-2),(0-3),(0,2),(0-2),(0,1)",
        }.get(command)
        if command.startswith("AT+CPMS="):
            told = "+CPMS: 0,20,0,20,0,20"
        if told is None and not re.fullmatch(r"AT|ATE1|AT\+(CMEE|CMGF|CSCS|CNMI|CSCA|CREG|CFUN|CUSD)=.*", command):
            return self.say("ERROR")
        return self.say(*([told] if told else []), "OK")


def decoded(pdu):
    """(number, part, parts, text) of an SMS-SUBMIT of 3GPP TS 23.040, 9.2.2.2."""
    data = bytes.fromhex(pdu)
    at = 1 + data[0]  # the service centre
    first = data[at]
    at += 2  # the reference
    digits, kind = data[at], data[at + 1]
    at += 2
    number = "".join(f"{byte & 15:x}{byte >> 4:x}" for byte in data[at:at + (digits + 1) // 2])[:digits]
    at += (digits + 1) // 2
    coding = data[at + 1]
    at += 2 + {0: 0, 2: 1, 1: 7, 3: 7}[first >> 3 & 3]  # validity
    length, body = data[at], data[at + 1:]
    part, parts, skip = 1, 1, 0
    if first & 0x40:
        skip = body[0] + 1
        header = body[1:skip]
        while header:
            tag, size = header[0], header[1]
            if tag in (0, 8):
                parts, part = header[size], header[size + 1]
            header = header[2 + size:]
    if coding & 0x0C == 8:
        text = body[skip:length].decode("utf-16-be")
    else:
        bits = int.from_bytes(body, "little")
        letters = [bits >> 7 * n & 0x7F for n in range(length)]
        # Septets begin again on a boundary of their own after the header. Where ASCII and the GSM alphabet agree is
        # all that messages without diacritics use.
        text = "".join(map(chr, letters[-(-skip * 8 // 7):]))
    return ("+" if kind == 0x91 else "") + number, part, parts, text
