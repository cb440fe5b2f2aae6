"""Where the five processes listen, and what `make run` believes about it."""

import socket
from pathlib import Path

import pytest
from sqlalchemy import make_url

from deploy.local.processes import (
    Plan,
    StartError,
    check_browsers_open,
    check_ports_are_free,
    started,
)


def test_ports_of_the_environment_are_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VTS_GATEWAY_HTTP_PORT", "9001")
    monkeypatch.setenv("VTS_MOOD_PORT", "9002")
    plan = Plan(Path("data"), port_offset=100)
    mood = next(part for part in plan.parts if part.name == "mood")
    assert plan.web_address == "http://127.0.0.1:9001"
    assert mood.address == "127.0.0.1:9002"
    assert mood.metrics_port == 9202
    assert plan.environment(plan.gateway)["VTS_GATEWAY_MOOD_ADDRESS"] == "127.0.0.1:9002"
    assert plan.environment(plan.gateway)["VTS_GATEWAY_HTTP_PORT"] == "9001"


def test_a_port_that_is_none_is_left_for_its_process_to_refuse(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("VTS_MOOD_PORT", "many")
    plan = Plan(Path("data"))
    assert [part.port for part in plan.parts if part.name == "mood"] == [50052]
    assert plan.environment(plan.parts[1])["VTS_MOOD_PORT"] == "many"


def test_a_taken_port_is_named_with_the_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartError, match=rf"port {port} is in use.*VTS_GATEWAY_HTTP_PORT"):
            check_ports_are_free((port,))


async def test_nothing_is_started_where_browsers_refuse_to_open_the_page(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("VTS_GATEWAY_HTTP_PORT", raising=False)
    plan = Plan(tmp_path, port_offset=2000)
    with pytest.raises(StartError, match=r"port 10080 .*browsers refuse.*--port-offset"):
        async with started(plan, lambda *_: None):
            pass


@pytest.mark.parametrize("port", [80, 443, 8080, 10081])
def test_ports_that_browsers_open_are_left_in_peace(port: int) -> None:
    check_browsers_open(port)


def test_analyses_are_kept_below_the_data_whatever_its_name() -> None:
    plan = Plan(Path("/data/내 음악?"))
    url = make_url(plan.environment(plan.parts[2])["VTS_AUDIO_FEATURES_STORE_URL"])
    assert url.database == "/data/내 음악?/audio_features/analyses.sqlite3"
