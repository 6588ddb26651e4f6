"""PySpike: ISI- and SPIKE-distance of pairs of trains, times in ms."""
import protocol

job = protocol.read_job()
import pyspike  # noqa: E402

edges = (job["from"], job["to"])
isi, spike = [], []
for first, second in job["pairs"]:
    one, two = pyspike.SpikeTrain(first, edges), pyspike.SpikeTrain(second, edges)
    isi.append(pyspike.isi_distance(one, two))
    spike.append(pyspike.spike_distance(one, two))
protocol.send("distances", isi=isi, spike=spike, versions=protocol.versions("pyspike", "numpy"))
