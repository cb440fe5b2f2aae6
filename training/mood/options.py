"""Options that the training and measuring commands of mood share."""

import argparse
import os
from pathlib import Path


def data_option(parser: argparse.ArgumentParser) -> None:
    """Adds `--data`, the folder of the training data."""
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("VTS_TRAINING_DATA", "../shared/data")),
        help="folder of the training data (default: $VTS_TRAINING_DATA, else ../shared/data)",
    )
