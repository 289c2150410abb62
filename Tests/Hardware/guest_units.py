"""The guest's half of test_units: what the commune's IT person does, step by step, and what comes of it."""

import json
import pathlib
import re
import shutil
import subprocess
import sys

from Support import centre
from Support.client import Client, new_key
from Support.waiting import until

OUT = pathlib.Path("/mnt/out")
PHONE = pathlib.Path("/srv/phone")
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


def one_message(told):
    until(answers, 120, "motcua answers")
    boss, officer = Client(8080).sign_in("cb07", centre.PINS["cb07"]), Client(8080).sign_in("cb01", centre.PINS["cb01"])

    def modem():
        return [each for each in boss.get("supervisor").body["devices"] if each["kind"] == "messages"]
    until(lambda: modem() and modem()[0]["state"] == "ok", 60, lambda: str(modem()))
    dossier = officer.post("dossiers", {"procedure": "1.004873"}, key=new_key()).body["dossiers"][0]["id"]
    officer.put(f"dossiers/{dossier}/contact", {"phone": "0912345678", "consent": True})
    officer.post(f"dossiers/{dossier}/steps", {"step": "finish"}, key=new_key())
    until(lambda: [each["state"] for each in boss.get("messages").body["items"]] == ["sent"], 120,
          lambda: str(boss.get("messages").body))
    told["sent"] = boss.get("messages").body["items"]
    told["left"] = [str(each) for each in SPOOL.glob("*/OUT*")]


def main():
    root, motcua = pathlib.Path(sys.argv[1]), sys.argv[2]
    told = {}
    try:
        install(root, motcua)
        # In place of the modem gammu's own phone of files; everything else of the file as it is delivered.
        PHONE.mkdir()
        shutil.chown(PHONE, "gammu")
        rc = (root / "systemd/gammu-smsdrc").read_text(encoding="utf-8")
        rc = re.sub(r"(?m)^port = .*$", f"port = {PHONE}", rc)
        rc = re.sub(r"(?m)^connection = .*$", "connection = none\nmodel = dummy", rc)
        pathlib.Path("/etc/gammu-smsdrc").write_text(rc, encoding="utf-8")
        sh(handbook(root), cwd=root)
        told["active"] = active("gammu-smsd", "motcua-messages-guard", "motcua")
        told["user"] = sh("ps -o user= -C gammu-smsd").split()
        one_message(told)
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
