"""What imports note of the files they have read."""

from contextlib import closing
from pathlib import Path

import pytest

from vts.importing import journal
from vts.importing.folders import Found
from vts.importing.journal import Journal
from vts.importing.reading import Content


def test_two_imports_note_at_the_same_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "_WAIT_SECONDS", 0.2)
    path = tmp_path / "journal.sqlite3"
    one, other = Found(tmp_path / "a.mp3", 1, 2), Found(tmp_path / "b.mp3", 3, 4)
    with closing(Journal(path)) as first, closing(Journal(path)) as second:
        first.first(one, Content(b"1", {"title": "A"}))
        second.first(other, Content(b"2", {"title": "B"}))
        first.keep(one, "kept")
        known = second.find(one)
    assert known is not None
    assert (known.content.fields, known.verdict) == ({"title": "A"}, "kept")
