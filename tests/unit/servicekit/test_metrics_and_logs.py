"""What an operator sees: numbers with bounded labels, and one line per call."""

from __future__ import annotations

import asyncio
import json
import logging

import grpc
import httpx
import pytest
from prometheus_client import REGISTRY

from servicekit import calls
from servicekit.logs import JsonFormatter, TextFormatter, configure


def handled(method: str, code: str, service: str = "test.Echo") -> float:
    labels = {"grpc_service": service, "grpc_method": method, "grpc_code": code}
    return REGISTRY.get_sample_value("grpc_server_handled_total", labels) or 0.0


async def test_calls_are_counted_by_how_they_ended(serve):
    async def fail(_request, _context):
        raise RuntimeError

    before = handled("Unary", "OK"), handled("Fail", "INTERNAL")
    async with serve(Fail=fail) as channel:
        await channel.unary_unary("/test.Echo/Unary")(b"")
        with pytest.raises(grpc.aio.AioRpcError):
            await channel.unary_unary("/test.Echo/Fail")(b"")
    assert (handled("Unary", "OK"), handled("Fail", "INTERNAL")) == (before[0] + 1, before[1] + 1)


async def test_a_caller_who_hangs_up_is_counted_as_cancelled(serve, eventually):
    begun = asyncio.Event()

    async def hang(_request, _context):
        begun.set()
        await asyncio.Event().wait()

    before = handled("Hang", "CANCELLED")
    async with serve(Hang=hang) as channel:
        call = channel.unary_unary("/test.Echo/Hang")(b"")
        waiting = asyncio.ensure_future(call)
        await begun.wait()
        call.cancel()
        await asyncio.wait([waiting])
        await eventually(lambda: handled("Hang", "CANCELLED") == before + 1)


async def test_unknown_methods_share_one_label(serve):
    before = handled("unknown", "UNIMPLEMENTED", "unknown")
    async with serve() as channel:
        for number in range(3):
            with pytest.raises(grpc.aio.AioRpcError):
                await channel.unary_unary(f"/made.Up{number}/Method")(b"")
    assert handled("unknown", "UNIMPLEMENTED", "unknown") == before + 3
    names = {sample.labels.get("grpc_service", "") for sample in samples()}
    assert not any(name.startswith("made") for name in names)


def samples():
    return [sample for family in REGISTRY.collect() for sample in family.samples]


async def test_prometheus_reads_them_on_their_own_port(serve):
    async with serve() as channel, httpx.AsyncClient() as http:
        await channel.unary_unary("/test.Echo/Unary")(b"")
        page = await http.get(f"http://127.0.0.1:{channel.metrics_port}/metrics")
    assert 'grpc_server_handling_seconds_bucket{grpc_method="Unary"' in page.text


async def test_a_call_leaves_one_line_with_its_id(serve, caplog):
    with caplog.at_level(logging.INFO, "servicekit"):
        async with serve() as channel:
            metadata = (("x-request-id", "abc-7"),)
            await channel.unary_unary("/test.Echo/Unary")(b"", metadata=metadata)
    [record] = [each for each in caplog.records if each.message == "call ended"]
    assert (record.method, record.code) == ("/test.Echo/Unary", "OK")


@pytest.fixture
def record():
    return logging.makeLogRecord(
        {"name": "a", "levelno": 20, "levelname": "INFO", "msg": "곡 %s", "args": ("x",), "n": 3}
    )


def test_a_json_line_holds_the_facts_and_the_id(record):
    token = calls.request_id.set("abc")
    line = json.loads(JsonFormatter().format(record))
    calls.request_id.reset(token)
    assert (line["message"], line["level"], line["n"]) == ("곡 x", "info", 3)
    assert line["request_id"] == "abc"


def test_a_text_line_cannot_be_forged():
    forged = "x\n2026-01-01 ERROR everything is lost"
    record = logging.makeLogRecord({"msg": forged, "fact": forged})
    assert "\n" not in TextFormatter().format(record)


def test_a_failure_keeps_its_traceback():
    try:
        int("x")
    except ValueError as error:
        record = logging.makeLogRecord({"exc_info": (type(error), error, error.__traceback__)})
    assert "ValueError" in TextFormatter().format(record)
    assert "ValueError" in json.loads(JsonFormatter().format(record))["exception"]


@pytest.fixture
def root_logger():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield root
    root.handlers[:] = handlers
    root.setLevel(level)


def test_configuring_twice_does_not_double_the_lines(root_logger, capsys):
    configure("info", "json")
    configure("info", "json")
    logging.getLogger("a").info("once")
    assert json.loads(capsys.readouterr().err)["message"] == "once"
