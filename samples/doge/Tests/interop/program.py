"""The server that is tested: samples/doge's doge-lab, whose path the runner says."""

import os

PROGRAM = os.environ.get("DOGE_LAB", "doge-lab")
