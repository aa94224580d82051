"""Superset's settings, read by Superset alone (SUPERSET_CONFIG_PATH). No key stands here: the installation
makes one and keeps it in its folder.

Belongs here: where Superset keeps its own things, and that answers are never older than the publication. Does
not: what it shows.
"""

import os
from pathlib import Path

HOME = Path(os.environ["PERPS_SUPERSET_HOME"])
SECRET_KEY = (HOME / "secret_key").read_text()
SQLALCHEMY_DATABASE_URI = f"sqlite:///{HOME / 'superset.db'}"
CACHE_CONFIG = {
    "CACHE_TYPE": "FileSystemCache",
    "CACHE_DIR": str(HOME / "cache"),
    "CACHE_DEFAULT_TIMEOUT": 3600,
    "CACHE_KEY_PREFIX": "perps",
}
FILTER_STATE_CACHE_CONFIG = EXPLORE_FORM_DATA_CACHE_CONFIG = CACHE_CONFIG
DATA_CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}  # the file answers in a tenth of a second, and a swap shows at once
RATELIMIT_ENABLED = False  # the only reader is on this machine
TALISMAN_ENABLED = False  # no https on loopback
LOG_LEVEL = "WARNING"
