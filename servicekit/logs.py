"""Logs: one line per record on standard error, as text or JSON, with the request's id."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Literal

import grpc

from servicekit import calls
from servicekit.interception import Call, CallInterceptor
from servicekit.outcomes import watched

LogFormat = Literal["text", "json"]
LogLevel = Literal["debug", "info", "warning", "error"]

_log = logging.getLogger(__name__)
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
# At lower levels these write several lines per call and say nothing that `call ended` does not.
_TALKATIVE = ("asyncio", "grpc._cython", "httpcore", "httpx")
_OUR_FAULT = {grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN, grpc.StatusCode.DATA_LOSS}


def configure(level: LogLevel, log_format: LogFormat) -> None:
    """Sends every logger's records to standard error in one format."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if log_format == "json" else TextFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


class JsonFormatter(logging.Formatter):
    """Writes a record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Returns time (UTC), level, logger, message, request id, extra facts, and the trace."""
        line: dict[str, object] = {
            "time": _moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_facts(record),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class TextFormatter(logging.Formatter):
    """Writes a record for people: the message first, then `key=value` facts."""

    def format(self, record: logging.LogRecord) -> str:
        """Returns one line, with a traceback below it if there is one."""
        facts = "".join(f" {key}={_quoted(value)}" for key, value in _facts(record).items())
        line = (
            f"{_moment(record)} {record.levelname:<7} {record.name}: {record.getMessage()}{facts}"
        )
        # What callers send must not be able to forge the next line.
        line = line.replace("\r", "\\r").replace("\n", "\\n")
        if record.exc_info:
            line = f"{line}\n{self.formatException(record.exc_info)}"
        return line


class LoggingInterceptor(CallInterceptor):
    """Gives every call a request id and logs its end."""

    @asynccontextmanager
    async def around(self, call: Call) -> AsyncIterator[None]:
        """Logs one call's method, status and duration; probes only at debug level."""
        calls.request_id.set(calls.chosen_request_id(call.metadata))
        began = time.perf_counter()

        def ended(code: grpc.StatusCode) -> None:
            seconds = round(time.perf_counter() - began, 4)
            facts = {"method": call.method, "code": code.name, "seconds": seconds}
            _log.log(_level(call.method, code), "call ended", extra=facts)

        with watched(call.context, ended):
            yield


def _level(method: str, code: grpc.StatusCode) -> int:
    if code in _OUR_FAULT:
        return logging.ERROR
    return logging.DEBUG if calls.is_infrastructure(method) else logging.INFO


def _facts(record: logging.LogRecord) -> dict[str, object]:
    facts = {key: value for key, value in vars(record).items() if key not in _STANDARD}
    if request_id := calls.request_id.get():
        facts["request_id"] = request_id
    return facts


def _quoted(value: object) -> str:
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if " " in text else text


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
