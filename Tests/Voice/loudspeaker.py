"""A loudspeaker that writes down what it plays: ALSA's own file plugin in front of its null device.

Each playing becomes a file of samples and two lines in `times`: when it began and when it was over. The pipe takes its time, as a
real loudspeaker does, so that a second voice would be caught speaking into the first.
"""

import pathlib
import subprocess

CONFIGURATION = """
pcm.loa {{
  type file
  slave.pcm {{ type null }}
  file "| sh {folder}/record"
  format raw
}}
"""
RECORD = """
name={folder}/$$.raw
echo "begin $$ $(date +%s%N)" >> {folder}/times
cat > $name.part
[ $(stat -c %s $name.part) -gt 20000 ] && sleep 0.5 && mv $name.part $name || rm $name.part
echo "end $$ $(date +%s%N)" >> {folder}/times
"""


class Loudspeaker:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "record").write_text(RECORD.format(folder=self.folder))
        self.file = self.folder / "asound.conf"
        self.there = CONFIGURATION.format(folder=self.folder)
        self.plug()

    @property
    def environment(self):
        return {"ALSA_CONFIG_PATH": str(self.file)}

    def plug(self):
        self.file.write_text(self.there)

    def unplug(self):
        """ALSA reads its configuration anew with every aplay; without the entry there is no such device."""
        self.file.write_text("\n")

    def recordings(self):
        """What was said, oldest first; the silence of probes is not kept."""
        return sorted(self.folder.glob("*.raw"), key=lambda path: path.stat().st_mtime_ns)

    def spans(self):
        """(begin, end) in nanoseconds of everything played, probes too."""
        begun, spans = {}, []
        for line in (self.folder / "times").read_text().splitlines():
            what, process, at = line.split()
            if what == "begin":
                begun[process] = int(at)
            else:
                spans.append((begun.pop(process), int(at)))
        return sorted(spans)


def figures(path):
    """Length in seconds, RMS and peak in dB below full scale, without the silence around."""
    trim = ["silence", "1", "0.02", "0.5%", "reverse", "silence", "1", "0.02", "0.5%", "reverse"]
    raw = ["-t", "raw", "-r", "22050", "-e", "signed", "-b", "16", "-c", "1", str(path)]
    told = subprocess.run(["sox", *raw, "-n", *trim, "stats"], capture_output=True, text=True, check=True).stderr
    values = {line[:12].strip(): line.split()[-1] for line in told.splitlines() if len(line) > 12}
    return float(values["Length s"]), float(values["RMS lev dB"]), float(values["Pk lev dB"])
