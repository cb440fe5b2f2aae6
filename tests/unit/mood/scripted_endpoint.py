"""A chat endpoint on loopback that says what a script tells it to, well or badly."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from services.mood.backends.llm.agents import agents

_QUOTED = re.compile(r"<<(\w[\w-]*)\n(.*)\n\1>>", re.DOTALL)


@dataclass(frozen=True)
class Asked:
    """One call as the model sees it."""

    number: int
    body: dict[str, Any]
    headers: dict[str, str]
    path: str

    @property
    def system(self) -> str:
        return str(self.body["messages"][0]["content"])

    @property
    def secret(self) -> str:
        found = re.search(r"The word (\w+) is secret", self.system)
        assert found
        return found[1]

    @property
    def agent(self) -> str:
        """The agent's name, or `head`."""
        return next((each.name for each in agents() if each.part in self.system), "head")

    @property
    def is_repair(self) -> bool:
        return "cannot be used" in self.body["messages"][-1]["content"]

    @property
    def data(self) -> Any:
        """What stands between the last marks: the text, or what the head is to judge."""
        found = [_QUOTED.search(each["content"]) for each in self.body["messages"][1:]]
        last = [match for match in found if match][-1]
        return json.loads(last[2])


class Talk(BaseHTTPRequestHandler):
    """One connection; scripts that misbehave write to it themselves."""

    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_POST(self) -> None:
        house = self.server.house
        raw = self.rfile.read(int(self.headers["content-length"]))
        with house.lock:
            house.asked.append(
                Asked(len(house.asked), json.loads(raw), dict(self.headers.items()), self.path)
            )
            asked = house.asked[-1]
        said = house.script(asked)
        with suppress(OSError):  # who misbehaves is often hung up on
            if callable(said):
                said(self)
            else:
                self.answer(200, completion(said))

    def do_GET(self) -> None:
        self.server.house.strayed = True
        self.answer(200, b"{}")

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"content_length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


Script = Callable[[Asked], str | Callable[[Talk], None]]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # with the usual 5 the system resets some of many calls at once
    house: "ScriptedEndpoint"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Callers hang up on endpoints that misbehave."""


class ScriptedEndpoint:
    """The endpoint; `script` may be changed between calls."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.asked: list[Asked] = []
        self.lock = threading.Lock()
        self.over = threading.Event()
        self.sent_bytes = 0
        self.strayed = False
        self._server = _Server(("127.0.0.1", 0), Talk)
        self._server.house = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def close(self) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def endpoint(script: Script) -> Iterator[ScriptedEndpoint]:
    """An endpoint for the time of the block."""
    made = ScriptedEndpoint(script)
    try:
        yield made
    finally:
        made.close()


def completion(content: str | None, **message: Any) -> bytes:
    """A chat completion with one choice."""
    said = {"role": "assistant", "content": content, **message}
    choice = {"index": 0, "message": said, "finish_reason": "stop"}
    usage = {"prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 150}
    return json.dumps({"object": "chat.completion", "choices": [choice], "usage": usage}).encode()


SAD = {"moods": {"sad": 0.8}, "valence": -0.6, "arousal": -0.4}
CALM = {"moods": {"calm": 0.8}, "valence": 0.5, "arousal": -0.6}
ENERGIZING = {"moods": {"energizing": 1.0}, "valence": 0.7, "arousal": 0.9}


def answer(quote: str, feeling: dict[str, Any] = SAD, **changes: Any) -> dict[str, Any]:
    """An agent's answer that goes by one quote."""
    return {
        "quotes": [quote],
        "reason_en": f'The words "{quote}" say so.',
        "reason_ko": f'"{quote}"라는 말에서 느껴집니다.',
        **feeling,
        "moods": [{"mood": mood, "score": score} for mood, score in feeling["moods"].items()],
        "dominance": 0.0,
        "confidence": 0.8,
        **changes,
    }


def first_word(text: str) -> str:
    return text.split()[0][:80]


def honest(asked: Asked, feeling: dict[str, Any] = SAD) -> str:
    """What an agent says that does its part; as head it takes the first answer."""
    if asked.agent == "head":
        return json.dumps({"choice": 1})
    return json.dumps(answer(first_word(asked.data), feeling), ensure_ascii=False)
