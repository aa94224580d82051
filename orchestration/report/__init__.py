"""The report: one folder of static pages over one publication, which open from a disk, without a server and without a network.

Belongs here: writing that folder, whole. Does not: what pages show (pages/), how (drawing.py, shell/).
"""

from orchestration.report.writing import write_report

__all__ = ["write_report"]
