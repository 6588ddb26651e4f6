"""A C++ program that Brian2 made: started for each run, timed by itself."""
import os
import subprocess
import time
import protocol


class Program:
    def __init__(self, folder):
        self.folder = folder
        # Bytes that its first run held at most.
        self.peak = None

    def run(self):
        """Seconds of the simulation itself by the program's own clock, without its start and its files."""
        child = subprocess.Popen(["./main"], cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if self.peak is None:
            self.peak = _watch(child)
        if child.wait() != 0:
            raise RuntimeError(f"The standalone program ended with status {child.returncode}.")
        with open(os.path.join(self.folder, "results", "last_run_info.txt"), encoding="ascii") as info:
            return float(info.read().split()[0])


def _watch(process):
    """The most memory that a process holds, asked again and again until it ends: bytes, or None."""
    peak = None
    while process.poll() is None:
        peak = protocol.peak_memory(process.pid) or peak
        time.sleep(0.002)
    return peak


def flags_text(prefs):
    return "C++ compiled with " + " ".join(prefs.codegen.cpp.extra_compile_args_gcc or ["its default flags"])
