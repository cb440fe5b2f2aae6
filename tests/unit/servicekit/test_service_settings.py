"""Settings: read once, checked at once, explained on request."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import pytest
from pydantic import Field, SecretStr, ValidationError

from servicekit import configuration
from servicekit.settings import (
    MetricsPort,
    Port,
    ServiceSettings,
    help_text,
    is_loopback,
    load,
    settings_config,
)


class KettleSettings(ServiceSettings):
    model_config = settings_config("VTS_KETTLE_")

    port: Port = 50100
    metrics_port: MetricsPort = 9200
    threads: int = 2
    backend: Literal["gas", "mains"] = Field(default="gas", description="What heats the water.")
    store: Path = Field(default=Path(".vts/kettle"), description="Where the tea is kept.")
    key: SecretStr | None = Field(default=None, description="The key to the tin.")
    seal: SecretStr = Field(default=SecretStr("wax"), description="The seal of the tin.")


@pytest.fixture(autouse=True)
def arguments(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["kettle"])


def test_the_environment_sets_them(monkeypatch):
    monkeypatch.setenv("VTS_KETTLE_PORT", "50200")
    monkeypatch.setenv("VTS_KETTLE_BACKEND", "mains")
    settings = load(KettleSettings)
    assert (settings.port, settings.backend, settings.threads) == (50200, "mains", 2)


def test_they_cannot_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        KettleSettings().port = 1


def test_a_wrong_value_is_named_and_not_repeated(monkeypatch, capsys):
    monkeypatch.setenv("VTS_KETTLE_BACKEND", "hunter2")
    monkeypatch.setenv("VTS_KETTLE_PORT", "70000")
    with pytest.raises(SystemExit) as exit_:
        load(KettleSettings)
    said = capsys.readouterr().err
    assert exit_.value.code == 2
    assert "VTS_KETTLE_BACKEND: " in said
    assert "VTS_KETTLE_PORT: " in said
    assert "hunter2" not in said


@pytest.mark.parametrize("host", ["0.0.0.0", "10.1.2.3", "::", "example.org"])  # noqa: S104
def test_strangers_are_not_let_in_by_accident(monkeypatch, capsys, host):
    monkeypatch.setenv("VTS_KETTLE_HOST", host)
    with pytest.raises(SystemExit):
        load(KettleSettings)
    said = capsys.readouterr().err
    assert "VTS_KETTLE_AUTH_TOKENS_FILE" in said
    assert "VTS_KETTLE_ALLOW_UNAUTHENTICATED=true" in said


def test_strangers_are_let_in_on_purpose(monkeypatch):
    monkeypatch.setenv("VTS_KETTLE_HOST", "0.0.0.0")  # noqa: S104
    monkeypatch.setenv("VTS_KETTLE_ALLOW_UNAUTHENTICATED", "true")
    assert load(KettleSettings).allow_unauthenticated
    monkeypatch.delenv("VTS_KETTLE_ALLOW_UNAUTHENTICATED")
    monkeypatch.setenv("VTS_KETTLE_AUTH_TOKENS_FILE", "tokens")
    assert load(KettleSettings).auth_tokens_file == Path("tokens")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_is_recognised(host):
    assert is_loopback(host)


def test_the_help_explains_every_variable():
    said = help_text(KettleSettings)
    for name in KettleSettings.model_fields:
        assert f"VTS_KETTLE_{name.upper()} (" in said
    assert "VTS_KETTLE_BACKEND (gas | mains; default gas)" in said
    assert "VTS_KETTLE_KEY (secret; default not set)" in said
    assert "VTS_KETTLE_SEAL (secret; default not set)" in said
    assert "VTS_KETTLE_THREADS (integer; default 2)\n      Threads that a model may" in said
    assert "VTS_KETTLE_PORT=50100" in said
    assert "wax" not in said


def test_help_is_an_answer_even_when_a_value_is_wrong(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["kettle", "--help"])
    monkeypatch.setenv("VTS_KETTLE_PORT", "x")
    with pytest.raises(SystemExit) as exit_:
        load(KettleSettings)
    assert exit_.value.code == 0
    assert "VTS_KETTLE_DRAIN_SECONDS" in capsys.readouterr().out


def test_an_argument_is_refused(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["kettle", "--port=1"])
    with pytest.raises(SystemExit) as exit_:
        load(KettleSettings)
    assert exit_.value.code == 2


def test_the_docs_list_every_services_settings(tmp_path, monkeypatch):
    package = tmp_path / "services" / "kettle_for_docs"
    package.mkdir(parents=True)
    (package / "settings.py").write_text(
        "from servicekit.settings import Port, ServiceSettings, settings_config\n"
        "class KettleSettings(ServiceSettings):\n"
        "    model_config = settings_config('VTS_KETTLE_')\n"
        "    port: Port = 50100\n",
        encoding="utf-8",
    )
    import services

    monkeypatch.setattr(services, "__path__", [str(tmp_path / "services")])
    page = configuration.page(tmp_path)
    assert "## services.kettle_for_docs" in page
    assert "| `VTS_KETTLE_PORT` | integer | `50100` | TCP port" in page
    assert r"text \| json" in page
