"""The guest's half of test_units: what the commune's IT person does, step by step, and what comes of it."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

from Messages.at_modem import AtModem, decoded
from Support import centre
from Support.client import Client, new_key
from Support.waiting import until

OUT = pathlib.Path("/mnt/out")
MODEM = pathlib.Path("/dev/ttyUSB0")
SPOOL = pathlib.Path("/var/spool/gammu")


def sh(command, **more):
    done = subprocess.run(command, shell=True, capture_output=True, text=True, **more)
    if done.returncode:
        raise AssertionError(f"{command}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def install(root, motcua):
    """As a package would do it."""
    shutil.copy(motcua, "/usr/bin/motcua")
    for part in ("kiosk", "devices", "centre"):
        shutil.copytree(root / part, f"/usr/share/motcua/{part}")
    pathlib.Path("/etc/motcua").mkdir()
    shutil.copy(OUT / "centre.yaml", "/etc/motcua/centre.yaml")
    shutil.copy(root / "systemd/motcua.service", "/etc/systemd/system/")
    # Debian's udev makes it; without udev it isn't there, and neither would motcua be.
    sh("groupadd -f input")


def handbook(root):
    """The commands that docs/messages.md tells to type."""
    text = (root / "docs/messages.md").read_text(encoding="utf-8")
    lines = re.findall(r"^       (\S.*)$", text, re.M)
    assert any("enable motcua-messages-guard" in line for line in lines), lines
    return "\n".join(lines)


def active(*units):
    return {unit: subprocess.run(["systemctl", "is-active", unit], capture_output=True, text=True).stdout.strip()
            for unit in units}


def answers():
    try:
        with Client(8080, timeout=5) as client:
            return client.get("health").status in (200, 503)
    except Exception:
        return False


def plugged():
    """A modem that is played, with the rights that Debian's udev gives to one."""
    modem = AtModem(MODEM)
    shutil.chown(os.ttyname(modem.theirs), group="dialout")
    os.chmod(os.ttyname(modem.theirs), 0o660)
    return modem


class Desk:
    """A counter, and the page of whoever looks after the messages."""

    def __init__(self):
        until(answers, 120, "motcua answers")
        self.boss = Client(8080).sign_in("cb07", centre.PINS["cb07"])
        self.officer = Client(8080).sign_in("cb01", centre.PINS["cb01"])

    def until_told(self, words, seconds=60):
        """What the page says of the modem, once it says so."""
        def said():
            return [each["words"]["vi"] for each in self.boss.get("supervisor").body["devices"] if each["kind"] == "messages"]
        return until(lambda: (now := said()) and words in now[0] and now[0], seconds, said)

    def message(self, phone):
        dossier = self.officer.post("dossiers", {"procedure": "1.004873"}, key=new_key()).body["dossiers"][0]["id"]
        self.officer.put(f"dossiers/{dossier}/contact", {"phone": phone, "consent": True})
        self.officer.post(f"dossiers/{dossier}/steps", {"step": "finish"}, key=new_key())

    def until_sent(self, count):
        def messages():
            return self.boss.get("messages").body["items"]
        return until(lambda: (now := messages()) and [each["state"] for each in now] == ["sent"] * count and now, 180,
                     lambda: str(messages()))


def main():
    root, motcua = pathlib.Path(sys.argv[1]), sys.argv[2]
    told = {}
    try:
        install(root, motcua)
        # Everything as it is delivered, but for the modem.
        modem = plugged()
        rc = (root / "systemd/gammu-smsdrc").read_text(encoding="utf-8")
        assert f"port = {MODEM}\n" in rc, rc
        pathlib.Path("/etc/gammu-smsdrc").write_text(rc, encoding="utf-8")
        sh(handbook(root), cwd=root)
        told["active"] = active("gammu-smsd", "motcua-messages-guard", "motcua")
        told["user"] = sh("ps -o user= -C gammu-smsd").split()
        desk = Desk()
        desk.until_told("Sẵn sàng")
        desk.message("0912345678")
        told["sent"] = desk.until_sent(1)
        told["arrived"] = sorted({number for number, *_ in map(decoded, modem.sent)})
        # Unplugged while nobody talks: the line is lost to gammu-smsd for ever.
        modem.unplug()
        until(lambda: active("gammu-smsd")["gammu-smsd"] == "inactive", 120, "the guard ends it")
        told["unplugged"] = desk.until_told("Không thấy modem")
        desk.message("0912345679")
        modem = plugged()
        desk.until_sent(2)
        told["arrived again"] = sorted({number for number, *_ in map(decoded, modem.sent)})
        # The message is over first, then its file goes; a number that is left lies there for ever.
        until(lambda: not list(SPOOL.glob("*/OUT*")), 30, lambda: f"left: {list(SPOOL.glob('*/OUT*'))}")
        # The disk turns read-only under gammu-smsd: what it cannot move it would send again at each turn.
        sh(f"mount --bind {SPOOL}/outbox {SPOOL}/outbox && mount -o remount,bind,ro {SPOOL}/outbox")
        until(lambda: set(active("gammu-smsd", "motcua-messages-guard").values()) == {"inactive"}, 60, "the guard ends it")
        told["guarded"] = active("gammu-smsd", "motcua")
    except Exception as error:
        told["error"] = f"{type(error).__name__}: {error}"
        told["journal"] = subprocess.run(
            ["journalctl", "-b", "--no-pager", "-n", "60"], capture_output=True, text=True).stdout
    finally:
        (OUT / "told.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
