"""Protocol between a peer and the harness: JSON lines over standard input and output.

The first line in is the job. The first line out is {"event": "ready", "setup": {...}, "versions": {...}}. Each "run"
line is answered by {"event": "run", "seconds": ..., "cpu": ...}; "end", or the end of the input, by
{"event": "end", "peakMemory": ..., "baseMemory": ...}. A job of mode "train" is answered by one "train" line instead.
What a peer itself prints goes to standard error, so that it cannot break the protocol.
"""
import json
import os
import sys
import time
from importlib import metadata

_out = os.fdopen(os.dup(1), "w", encoding="utf8")
os.dup2(2, 1)


def read_job():
    line = sys.stdin.readline()
    if not line:
        sys.exit(0)
    return json.loads(line)


def send(event, **values):
    _out.write(json.dumps({"event": event, **values}, separators=(",", ":")) + "\n")
    _out.flush()


def unavailable(sentence):
    """Ends the peer if the job cannot be done, for a reason that is not a failure."""
    send("unavailable", sentence=sentence)
    sys.exit(0)


def one_core_for_jax():
    """Call this before importing jax. XLA sizes its pools by the cores that the process may use; its flag alone does
    not limit all of them."""
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false " + os.environ.get("XLA_FLAGS", "")
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def versions(*names):
    found = {}
    for name in names:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            pass
    return found


def peak_memory(process="self"):
    """Peak memory of a process, bytes; None if the system does not report it."""
    try:
        with open(f"/proc/{process}/status", encoding="ascii") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    if process != "self":
        return None
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


class Stopwatch:
    """Seconds of each part of the set-up, by name."""

    def __init__(self):
        self.parts = {}
        self._last = time.perf_counter()

    def lap(self, name):
        now = time.perf_counter()
        self.parts[name] = self.parts.get(name, 0.0) + now - self._last
        self._last = now


def clocks():
    return time.perf_counter(), time.process_time()


def since(begin):
    """Seconds and processor seconds since `clocks()`."""
    return tuple(now - then for now, then in zip(clocks(), begin))


def serve(run, watch, found, base_memory, memory=None, note=None):
    """Answers until the end. `run()` does one measured run. It may return its (seconds, processor seconds) and, for a
    network, the mean rate of each population, Hz."""
    send("ready", setup=watch.parts, versions=found, note=note)
    for line in sys.stdin:
        word = line.strip()
        if word == "end":
            break
        if word != "run":
            continue
        begin = clocks()
        given = run()
        seconds, own, *rates = given or since(begin)
        send("run", seconds=seconds, cpu=own, rates=rates[0] if rates else None)
    send("end", peakMemory=(memory or peak_memory)(), baseMemory=base_memory)


def send_train(steps, units, found, note=None):
    """Spikes by step (from 1) and unit (from 0), ordered by step and then by unit."""
    events = sorted(zip((int(s) for s in steps), (int(u) for u in units)))
    send("train", steps=[s for s, _ in events], units=[u for _, u in events], versions=found, note=note)


def steps_of_current(job):
    """The current of a train job: a number, one value per unit, or the rows (held steps x units) of a raw file of doubles."""
    import numpy as np

    current = job["current"]
    if isinstance(current, dict):
        return np.fromfile(current["file"], dtype="<f8").reshape(-1, job["units"]), int(current["hold"])
    return np.broadcast_to(np.asarray(current, dtype=float), (job["units"],)), None
