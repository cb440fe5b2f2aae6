"""How long to wait before a busy endpoint is asked again."""

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

BACKOFF_SECONDS = 0.3


def pause_seconds(retry_after: str | None, retry: int) -> float:
    """Seconds until the next try: as the server says, by number or date, else 0.3, 0.6 and so on.

    Up to a quarter is added, so that agents which were refused together do not come back together.
    """
    told = _told(retry_after) if retry_after else None
    pause = BACKOFF_SECONDS * 2**retry if told is None else told
    return pause * (1.0 + random.random() / 4)  # noqa: S311  # nothing secret


def _told(retry_after: str) -> float | None:
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after[:9])
    try:
        date = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    if date.tzinfo is None:
        return None
    return max(0.0, (date - datetime.now(UTC)).total_seconds())
