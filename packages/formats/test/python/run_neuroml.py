"""Checks an exported network against the schema of NeuroML, and runs its simulation with PyLEMS or jNeuroML.

Arguments: "validate", "pylems" or "jar", and the folder of the files. "jar" prints the path of jNeuroML.
"""
import glob
import io
import os
import sys
import tempfile
import zipfile
from contextlib import redirect_stdout

what, folder = sys.argv[1:3]


def jar():
    import pyneuroml

    return glob.glob(os.path.join(os.path.dirname(pyneuroml.__file__), "lib", "jNeuroML-*.jar"))[0]


if what == "validate":
    import neuroml
    from lxml import etree

    schema = os.path.join(os.path.dirname(neuroml.__file__), "nml", "NeuroML_v2.3.1.xsd")
    checker = etree.XMLSchema(etree.parse(schema))
    checker.validate(etree.parse(os.path.join(folder, "network.net.nml")))
    print("RESULT" + str(checker.error_log))
elif what == "jar":
    print("RESULT" + jar())
else:
    from lems.run import run

    # The definitions of NeuroML's types are in the archive of jNeuroML.
    types = tempfile.mkdtemp()
    with zipfile.ZipFile(jar()) as archive:
        archive.extractall(types, [name for name in archive.namelist() if name.startswith("NeuroML2CoreTypes/")])
    os.chdir(folder)
    with redirect_stdout(io.StringIO()):
        run("LEMS_network.xml", [os.path.join(types, "NeuroML2CoreTypes")], nogui=True)
    print("RESULT")
