"""Runs the `tutela` command as `python -m tutela`."""

import sys

from tutela.cli import main

sys.exit(main())
