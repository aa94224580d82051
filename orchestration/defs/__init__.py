"""One file per step of the graph, found by itself; no file here may be called definitions.py."""
