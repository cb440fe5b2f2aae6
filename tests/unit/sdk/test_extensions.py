"""Commands of other packages: found, listed, and told how to install."""

from importlib.metadata import EntryPoint

import pytest
from typer.testing import CliRunner

from vts.cli import extensions
from vts.cli.app import app

runner = CliRunner(env={"COLUMNS": "200", "TERM": "dumb"})


def wave(times: int = 1) -> None:
    """Wave at somebody."""
    print("wave " * times)  # noqa: T201


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> dict[str, EntryPoint]:
    found: dict[str, EntryPoint] = {}
    monkeypatch.setattr(extensions, "_found", lambda: found)
    return found


def entry(name: str, value: str) -> EntryPoint:
    return EntryPoint(name, value, extensions.GROUP)


def test_a_command_of_another_package_is_listed_and_run(installed) -> None:
    installed["wave"] = entry("wave", f"{__name__}:wave")
    assert "Wave at somebody" in runner.invoke(app, ["--help"]).output
    result = runner.invoke(app, ["wave", "--times", "2"])
    assert result.output.split() == ["wave", "wave"]


def test_a_command_that_is_not_installed_says_how_to_install_it(installed) -> None:
    assert "train-mood" in runner.invoke(app, ["--help"]).output
    result = runner.invoke(app, ["train-mood", "--data", "x.tsv"])
    assert result.exit_code == 1
    assert "pip install 'vts-services[mood,mood-transformers]'" in result.output
    assert "pip install" in runner.invoke(app, ["train-mood", "--help"]).output


def test_a_command_whose_libraries_are_missing_names_them(installed) -> None:
    installed["train-mood"] = entry("train-mood", "no_such_library.command:run")
    result = runner.invoke(app, ["train-mood"])
    assert result.exit_code == 1
    assert "no module no_such_library" in result.output


def test_the_commands_of_vts_itself_cannot_be_replaced(installed) -> None:
    installed["find"] = entry("find", f"{__name__}:wave")
    assert "Find songs by title" in runner.invoke(app, ["find", "--help"]).output


def test_an_unknown_command_is_still_unknown(installed) -> None:
    assert runner.invoke(app, ["juggle"]).exit_code == 2


def test_training_has_an_example_in_its_help() -> None:
    output = runner.invoke(app, ["train-mood", "--help"]).output
    assert "Example: vts train-mood --data" in output
    assert "--skip-bad-rows" in output
