"""gRPC and HTTP in one process, on real ports, from start to a clean end."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from threading import Event

import httpx
import pytest

from gateway.rest.serving import HttpServer
from servicekit.serving import serving
from tests.unit.gateway.house import PHOTO, House, house

ROOT = Path(__file__).parents[3]


async def test_events_come_while_the_work_goes_on(home: House) -> None:
    home.recommender.add("Waves")
    home.recommender.hangs = True
    await home.gateway.http.start()
    seen = []
    url = f"http://127.0.0.1:{home.gateway.http.port}"
    async with (
        httpx.AsyncClient(base_url=url) as client,
        client.stream(
            "POST",
            "/v1/recommendations",
            files=[("media", ("p.jpg", PHOTO, "image/jpeg"))],
            headers={"accept": "text/event-stream"},
        ) as response,
    ):
        async for line in response.aiter_lines():
            if line.startswith("event: "):
                seen.append(line.removeprefix("event: "))
            if "ranking" in line:
                break  # hang up while the recommender is asked
    assert seen[0] == "progress"
    assert "evidence" in seen
    await home.gateway.http.stop()
    with home.gateway.orchestrator.place():  # the place of the lost request is free again
        pass


async def test_a_client_that_hangs_up_frees_its_place(tmp_path: Path) -> None:
    async with house(tmp_path, max_concurrent_requests=1) as home:
        home.mood.hangs = True
        await home.gateway.http.start()
        url = f"http://127.0.0.1:{home.gateway.http.port}"
        async with httpx.AsyncClient(base_url=url, timeout=0.5) as client:
            with pytest.raises(httpx.ReadTimeout):
                await client.post("/v1/recommendations", json={"inputs": [{"text": "a"}]})
        home.mood.hangs = False
        async with httpx.AsyncClient(base_url=url) as client:
            for _ in range(100):
                response = await client.post(
                    "/v1/recommendations", json={"inputs": [{"text": "a"}]}
                )
                if response.status_code == 200:
                    break
        assert response.status_code == 200


async def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = HttpServer(_nothing, "127.0.0.1", port, max_connections=1, grace_seconds=0)
        with pytest.raises(OSError, match=f"127.0.0.1:{port}"):
            await server.start()


async def _nothing(scope: object, receive: object, send: object) -> None: ...


async def test_the_gateway_is_ready_while_it_is_served(home: House) -> None:
    from gateway.settings import GatewaySettings

    settings = GatewaySettings(port=0, http_port=0, metrics_port=0, grace_seconds=0)
    async with serving(settings, home.gateway.service):
        assert (await home.web.get("/readyz")).status_code == 200
        await home.gateway.service.drain()
        assert (await home.web.get("/readyz")).status_code == 503


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def test_the_process_serves_a_page_and_ends_cleanly_on_a_signal(tmp_path: Path) -> None:
    http_port = free_port()
    variables = {
        "VTS_GATEWAY_PORT": "0",
        "VTS_GATEWAY_METRICS_PORT": "0",
        "VTS_GATEWAY_HTTP_PORT": str(http_port),
        "VTS_GATEWAY_SOUND_DIR": str(tmp_path),
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'sdk'}",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "gateway"],
        env={**os.environ, **variables},
        stderr=subprocess.PIPE,
        cwd=tmp_path,
    )
    try:
        assert b"VTS" in page(f"http://127.0.0.1:{http_port}/", process)
        assert page(f"http://127.0.0.1:{http_port}/readyz", process) == b"ready"
    finally:
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=20)
    assert process.returncode == 0, log.decode()
    assert b"Traceback" not in log


def page(url: str, process: subprocess.Popen[bytes]) -> bytes:
    for _ in range(200):
        try:
            with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310
                body: bytes = response.read()
                return body
        except urllib.error.URLError:
            assert process.poll() is None, "the gateway ended"
            Event().wait(0.1)
    raise AssertionError("the gateway did not start")
