"""`vts import` as people see it: lines, the report, the exit code, and Ctrl-C."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from string import Formatter

import pytest

from tests.unit.sdk.keeping import KeepingGateway, serving
from vts.cli.importprogress import Rate, progress_line
from vts.cli.importwords import WORDS, Words
from vts.importing.outcomes import Kind, Outcome, Report, Same, Summary


def music(folder: Path, count: int) -> Path:
    folder.mkdir()
    for at in range(count):
        (folder / f"{at:04}.mp3").write_bytes(f"sound {at:08}".encode())
    return folder


def started(address: str, tmp_path: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "vts", "--address", address, "import", *arguments],
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache"), "COLUMNS": "100"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Where tests run in the background, Ctrl-C is ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def test_an_import_that_is_stopped_or_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    gateway, folder = KeepingGateway(), music(tmp_path / "m", 400)
    signals = iter([signal.SIGINT, signal.SIGKILL])

    def slow(title: str) -> None:
        time.sleep(0.005)

    gateway.fails = slow
    with serving(gateway) as address:
        for each, least in ((next(signals), 10), (next(signals), 60)):
            process = started(address, tmp_path, str(folder))
            until = time.monotonic() + 60
            while len(gateway.kept) < least and time.monotonic() < until:
                assert process.poll() is None, process.communicate()
                time.sleep(0.01)
            process.send_signal(each)
            out, err = process.communicate(timeout=60)
            if each == signal.SIGINT:
                assert process.returncode == 130
                assert "Run the same command again" in " ".join(err.split())
                assert " added" in out
                assert "Traceback" not in err
        assert len(gateway.kept) < 400
        process = started(address, tmp_path, str(folder))
        out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert "unchanged" in out
    assert len(gateway.kept) == 400
    again = {title: count for title, count in gateway.sent.items() if count > 1}
    assert len(again) <= 4 * 16  # those under way, twice, in two calls of 16 songs


def test_the_command_tells_duplicates_refusals_and_writes_a_report(run, tmp_path: Path) -> None:
    folder = tmp_path / "m"
    folder.mkdir()
    (folder / "a.mp3").write_bytes(b"sound")
    (folder / "copy.mp3").write_bytes(b"sound")
    (folder / "bad.mp3").write_bytes(b"another")
    (folder / "empty.mp3").touch()
    code, out, err = run("import", str(folder), "--report", str(tmp_path / "r.jsonl"))
    assert code == 1
    assert "1 added, 1 duplicate, 2 refused" in out
    told = " ".join(err.split())
    assert "m/bad.mp3: title: may not be bad" in told
    assert "m/copy.mp3: left out, as it is m/a.mp3: It is the same file, byte by byte." in told
    lines = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text().splitlines()]
    assert [line["outcome"] for line in sorted(lines, key=lambda line: line["path"])] == [
        "added",
        "refused",
        "duplicate",
        "refused",
    ]
    assert (tmp_path / "cache" / "vts" / "imports").exists()


def test_a_gateway_that_is_away_is_told_with_how_to_go_on(
    tmp_path: Path, monkeypatch, capsys
) -> None:
    from vts.cli import main

    music(tmp_path / "m", 2)
    monkeypatch.setattr(
        "vts.importing.course.Options.__init__.__defaults__", (False, False, True, 1, 0.2)
    )
    arguments = ["vts", "--address", "127.0.0.1:1", "import", "--no-journal", str(tmp_path / "m")]
    monkeypatch.setattr("sys.argv", arguments)
    with pytest.raises(SystemExit) as ended:
        main()
    said = " ".join(capsys.readouterr().err.split())
    assert ended.value.code == 1
    assert "Run the same command again" in said
    assert "Is the gateway running?" in said


def test_a_journal_that_cannot_be_kept_is_done_without(run, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    (tmp_path / "song.mp3").write_bytes(b"sound")
    code, out, err = run("import", str(tmp_path / "song.mp3"))
    assert code == 0
    assert "1 added" in out
    assert "not remembered" in err


def test_a_report_is_a_table_where_its_name_says_so(tmp_path: Path) -> None:
    same = Same(track_id="t", title="A", artists=("B",), kind="same sound", reason_en="Equal.")
    with Report(tmp_path / "r.csv") as report:
        report.add(Outcome("a,b.mp3", Kind.DUPLICATE, duplicates=(same,)))
        report.add(Outcome("c.mp3", Kind.REFUSED, problem="is empty"))
    with (tmp_path / "r.csv").open(newline="") as file:
        first, second = csv.DictReader(file)
    assert first["path"] == "a,b.mp3"
    assert json.loads(first["duplicates"])[0]["reason_en"] == "Equal."
    assert (second["outcome"], second["problem"]) == ("refused", "is empty")


def test_reasons_are_grouped_and_never_without_end() -> None:
    summary = Summary(most_reasons=2, most_examples=1)
    for at, problem in enumerate(["a", "b", "a", "c", "d"]):
        summary.add(Outcome(f"{at}.mp3", Kind.REFUSED, problem=problem))
    assert summary.reasons == {"a": 2, "b": 1, "other reasons": 2}
    assert summary.examples == {"a": ["0.mp3"], "b": ["1.mp3"], "other reasons": ["3.mp3"]}


def test_progress_tells_rate_time_left_and_failures() -> None:
    rate = Rate()
    assert rate.per_minute(0.0, 0) is None
    assert rate.per_minute(10.0, 20) == 120
    summary = Summary()
    summary.add(Outcome("a", Kind.REFUSED, problem="x"))
    line = progress_line(20, 1020, 1000, 120.0, summary, WORDS["en"])
    assert line == "20/1,020, 120 songs a minute, 8:20 left, 1 refused"
    line = progress_line(20, 1020, 1000, 120.0, summary, WORDS["ko"])
    assert line == "20/1,020, 1분에 120곡, 8:20 남음, 1곡 거절"
    assert progress_line(3, None, None, None, Summary(), WORDS["en"]) == "3"


def test_the_command_speaks_korean_where_that_is_wanted(run, tmp_path: Path) -> None:
    folder = tmp_path / "m"
    folder.mkdir()
    (folder / "a.mp3").write_bytes(b"sound")
    (folder / "copy.mp3").write_bytes(b"sound")
    (folder / "bad.mp3").write_bytes(b"another")
    (folder / "empty.mp3").touch()
    code, out, err = run("--locale", "ko", "import", str(folder))
    assert code == 1
    assert "1곡 추가, 1곡 중복, 2곡 거절" in out
    told = " ".join(err.split())
    assert "m/copy.mp3: 같은 소리가 있어 넣지 않음 (m/a.mp3): " in told
    assert "1곡 거절: title: may not be bad" in told
    assert "left out" not in told


def test_both_languages_say_the_same() -> None:
    places = Formatter()
    for name in Words.__slots__:
        en, ko = (getattr(WORDS[each], name) for each in ("en", "ko"))
        pairs = [(en, ko)] if isinstance(en, str) else [(en[kind], ko[kind]) for kind in Kind]
        for one, other in pairs:
            assert {x[1] for x in places.parse(one)} - {None} == (
                {x[1] for x in places.parse(other)} - {None}
            )
