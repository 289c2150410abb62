"""A machine that qemu emulates: Debian's own kernel, this host's root read-only below a throw-away layer.

Nothing is installed in it and nothing stays: the programs built here run inside as they are. The kernel and udev are
fetched once into .build-vm of the checkout, by apt-get, without installing them.
"""

import gzip
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
HERE = pathlib.Path(__file__).resolve().parent
FETCHED = ROOT / ".build-vm"
# What is needed to reach the host's root; everything else is loaded from it.
EARLY = ("virtio_pci", "9pnet_virtio", "9p", "overlay")
# What the machine says as soon as its first program runs.
FIRST_WORDS = b"guest: first program"
# With a processor of its own the kernel gets there in a second or two.
KVM_PATIENCE = 20


def _run(*command, **more):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **more)
    if done.returncode:
        raise AssertionError(f"{shlex.join(map(str, command))}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def fetched(package):
    """The folder with what is in a package of Debian."""
    folder = FETCHED / package
    if not (folder / "ready").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _run("apt-get", "download", "-q", package, cwd=folder)
        archive = next(folder.glob("*.deb"))
        _run("dpkg-deb", "-x", archive, folder)
        archive.unlink()
        if package.startswith("linux-image-"):
            _run("/sbin/depmod", "-b", folder, package.removeprefix("linux-image-"))
        (folder / "ready").touch()
    return folder


def kernel():
    """The folder with Debian's kernel and modules, and its version."""
    names = re.findall(r"linux-image-[0-9]\S*", _run("apt-cache", "depends", "linux-image-amd64"))
    if not names:
        raise AssertionError("apt knows no linux-image-amd64: run apt-get update")
    return fetched(names[0]), names[0].removeprefix("linux-image-")


# The command as the one service that systemd runs; the machine ends with it.
SERVICE = """[Unit]
DefaultDependencies=no
After=basic.target
[Service]
Type=oneshot
ExecStart=/bin/sh /mnt/command
StandardOutput=tty
StandardError=tty
TTYPath=/dev/console
TimeoutStartSec=infinity
ExecStopPost=/bin/systemctl --force --force poweroff
"""


def _first_files(kernel_folder, version, command, folder, as_service):
    """The archive that the kernel starts with: busybox, the first modules, init and the command."""
    (folder / "modules").mkdir(parents=True)
    for name in ("bin", "proc", "sys", "dev", "below", "layer"):
        (folder / name).mkdir()
    shutil.copy("/bin/busybox", folder / "bin")
    order = []
    for module in EARLY:
        shown = _run("/sbin/modprobe", "-d", kernel_folder, "-S", version, "--show-depends", module)
        for path in re.findall(r"^insmod (\S+\.ko)", shown, re.M):
            name = os.path.basename(path)
            if name not in order:
                order.append(name)
                shutil.copy(path, folder / "modules" / name)
    (folder / "modules" / "list").write_text("\n".join(order) + "\n")
    (folder / "command").write_text(command)
    if as_service:
        (folder / "as-service").write_text(SERVICE)
    shutil.copy(HERE / "init", folder / "init")
    (folder / "init").chmod(0o755)
    names = "\n".join(str(path.relative_to(folder)) for path in sorted(folder.rglob("*"))) + "\n"
    archive = subprocess.run(["cpio", "-o", "-H", "newc", "--quiet"], cwd=folder, input=names.encode(),
                             stdout=subprocess.PIPE, check=True).stdout
    return gzip.compress(archive, 1)


class Machine:
    """Runs one shell command as root in the machine; `out` is a folder that both sides see (in it: /mnt/out)."""

    def __init__(self, out):
        self.out = pathlib.Path(out)
        self.console = self.out / "console.txt"
        self.processor = None

    def run(self, command, seconds, as_service=False):
        """Returns how long it took; the machine switches itself off after the command. `as_service`: below systemd, so that
        units can be tried as they are."""
        folder, version = kernel()
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="motcua-vm-") as place:
            place = pathlib.Path(place)
            first = place / "first.cpio.gz"
            first.write_bytes(_first_files(folder, version, f"export KERNEL={folder}\n{command}\n", place / "files", as_service))
            machine = [
                "-smp", "2", "-m", "2048", "-nographic", "-no-reboot", "-nic", "none", "-kernel",
                str(folder / "boot" / f"vmlinuz-{version}"), "-initrd", str(first),
                "-append", "console=ttyS0 quiet panic=-1 mitigations=off random.trust_cpu=on no_timer_check",
                "-virtfs", "local,path=/,mount_tag=root,security_model=none,readonly=on,multidevs=remap",
                "-virtfs", f"local,path={self.out},mount_tag=out,security_model=none",
            ]
            if not (os.access("/dev/kvm", os.R_OK | os.W_OK) and self._boot("kvm", "host", machine, seconds)):
                self._boot("tcg,thread=multi", "max", machine, seconds)
        return time.monotonic() - began

    def _boot(self, accelerator, processor, machine, seconds):
        """False where this host has /dev/kvm but cannot give the machine a processor, as some hosts that are virtual
        themselves: qemu ends at once, or the kernel never gets to its first program."""
        self.processor = accelerator
        command = ["qemu-system-x86_64", "-accel", accelerator, "-cpu", processor, *machine]
        with open(self.console, "wb") as console, subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=console, stderr=subprocess.STDOUT) as qemu:
            try:
                if accelerator == "kvm":
                    late = time.monotonic() + KVM_PATIENCE
                    while FIRST_WORDS not in self.console.read_bytes():
                        if qemu.poll() is not None or time.monotonic() > late:
                            return False
                        time.sleep(0.1)
                qemu.wait(seconds)
            except subprocess.TimeoutExpired:
                raise AssertionError(f"the machine ran longer than {seconds} s:\n{self.said()}") from None
            finally:
                qemu.kill()
        return True

    def said(self):
        return self.console.read_text(encoding="utf-8", errors="replace")[-6000:] if self.console.exists() else ""
