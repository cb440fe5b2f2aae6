"""The options that the commands of this package share."""

import argparse
import os
from pathlib import Path


def arguments(description: str, **flags: str) -> argparse.Namespace:
    """What was given on the command line: `data`, and each flag by name with its help."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    data = os.environ.get("VTS_TRAINING_DATA", "../shared/data")
    parser.add_argument("--data", type=Path, default=Path(data), help="the training data's folder")
    for name, told in flags.items():
        parser.add_argument(f"--{name}", action="store_true", help=told)
    return parser.parse_args()
