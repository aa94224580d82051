"""A publication killed before any of its steps leaves whole versions only, and the next one has nothing to mend."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


def test_whole_at_every_kill_and_after_it(tmp_path: Path) -> None:
    program = Path(__file__).with_name("killed_publications.py")
    done = subprocess.run([sys.executable, str(program), str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["kills"] > 30, "each rename, link, folder, removal and commit is a step"
    assert (said["last exit code"], said["wrong"]) == (0, {})
