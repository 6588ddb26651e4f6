"""Writes phrasebook.json: what the programs of other simulators in the guide print.

    pip install brian2==2.10.1         pip install nest-simulator==3.10.0
    python make_phrasebook.py brian2   python make_phrasebook.py nest

Programs are the blocks ```python brian2 and ```python nest of docs/guide/coming-from-*.md. Each is run alone.
"""

import json
import pathlib
import re
import subprocess
import sys

here = pathlib.Path(__file__).parent
guide = here.parents[3] / "docs" / "guide"
simulator = sys.argv[1]
# Brian2's programs are short: NumPy is faster than compiling.
before = {"brian2": "from brian2 import prefs; prefs.codegen.target = 'numpy'\n", "nest": ""}[simulator]


def printed(program):
    ended = subprocess.run([sys.executable, "-c", before + program], capture_output=True, text=True, check=True)
    # NEST reports its progress on the same stream. Results begin with the number of a unit.
    return "\n".join(line.rstrip() for line in ended.stdout.splitlines() if re.match(r"\d+( |$)", line))


pages = [page.read_text(encoding="utf8") for page in sorted(guide.glob("coming-from-*.md"))]
programs = [p for page in pages for p in re.findall(rf"^```python {simulator}\n(.*?)^```", page, re.M | re.S)]
path = here / "phrasebook.json"
known = json.loads(path.read_text(encoding="utf8")) if path.exists() else []
kept = [entry for entry in known if entry["simulator"] != simulator]
made = [{"simulator": simulator, "program": p.rstrip(), "printed": printed(p)} for p in programs]
path.write_text(json.dumps(kept + made, indent=1) + "\n", encoding="utf8")
