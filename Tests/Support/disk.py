"""A folder on a small disk of its own, which can be full or read-only, and somebody who has no right to write."""

import os
import subprocess

# In front of a command of somebody who is root: who runs it then may write only what everybody may.
AS_NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


def small_disk(test, folder, size):
    """An empty disk of `size`, such as "64k", over a folder that is there, until the test's end. Where this machine doesn't
    let us mount one, the test is skipped."""
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True).returncode:
        test.skipTest("needs the right to mount a small disk")
    test.addCleanup(subprocess.run, ["umount", "-l", str(folder)])


def remount(folder, how):
    """`how`: "ro", "rw" or "size=16m"."""
    subprocess.run(["mount", "-o", f"remount,{how}", str(folder)], check=True)


def fill(folder):
    """Until nothing more fits. Returns the file that takes the room: once it is deleted there is room again."""
    ballast = folder / "ballast"
    file = os.open(ballast, os.O_CREAT | os.O_WRONLY)
    try:
        while os.write(file, b"\0" * 4096):
            pass
    except OSError:
        pass
    finally:
        os.close(file)
    return ballast
