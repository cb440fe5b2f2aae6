"""Weights that are fetched, checked, pinned and refused, from a server on loopback."""

import hashlib
import io
import json
import shutil
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import Message
from pathlib import Path

import pytest

from tests.unit.sdk.weights_server import Manners, serving
from vts.modelstore import Entry, File, ModelStoreError, OfflineError, Store, WrongFileError
from vts.modelstore.fetching import Fetcher, NotThereError, _GuardedRedirects

CONTENT = bytes(range(256)) * 400
WEIGHTS = len(b'{"a":1}').to_bytes(8, "little") + b'{"a":1}' + CONTENT
SHA256 = hashlib.sha256(CONTENT).hexdigest()

Make = Callable[..., Entry]


@pytest.fixture
def manners() -> Manners:
    return Manners(files={"data.bin": CONTENT, "model.safetensors": WEIGHTS})


@pytest.fixture
def entry(manners: Manners) -> Iterator[Make]:
    with serving(manners) as address:

        def made(*paths: str, **how: str | bool) -> Entry:
            files = tuple(
                File(path, f"{address}/{path}", **how)  # type: ignore[arg-type]
                for path in paths or ("data.bin",)
            )
            return Entry("tiny", "own/tiny", "home", "MIT", True, "", "", "", files)

        yield made


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path, Fetcher(pause_seconds=0.001))


def pull(store: Store, entry: Entry) -> list[str]:
    return [verdict.state for verdict in store.pull(entry, lambda *_: None)]


def left(store: Store, entry: Entry) -> set[str]:
    folder = store.folder(entry)
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


@pytest.mark.parametrize(
    "digest",
    [
        {"sha256": SHA256},
        {"sha256": SHA256[:8]},
        {"md5": hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()},
    ],
)
def test_a_file_with_its_published_digest_is_kept(
    store: Store, entry: Make, digest: dict[str, str]
) -> None:
    tiny = entry(**digest)
    assert pull(store, tiny) == ["good"]
    assert (store.folder(tiny) / "data.bin").read_bytes() == CONTENT
    assert left(store, tiny) == {"data.bin", "checksums.json"}
    assert store.has(tiny)


@pytest.mark.parametrize("digest", [{"sha256": "0" * 64}, {"sha256": "00ff"}, {"md5": "0" * 32}])
def test_a_wrong_digest_is_refused_and_nothing_else_is_touched(
    store: Store, entry: Make, digest: dict[str, str]
) -> None:
    tiny = entry(**digest)
    store.folder(tiny).mkdir()
    (store.folder(tiny) / "mine.txt").write_text("mine")
    with pytest.raises(WrongFileError, match="thrown away"):
        pull(store, tiny)
    assert left(store, tiny) == {"mine.txt"}


def test_what_is_broken_off_is_gone_on_with(store: Store, entry: Make, manners: Manners) -> None:
    manners.break_after = [1000, 5000]
    heard: list[tuple[int, int | None]] = []
    tiny = entry(sha256=SHA256)
    list(store.pull(tiny, lambda _, have, whole: heard.append((have, whole))))
    assert [asked for _, asked in manners.asked] == ["", "bytes=1000-", "bytes=6000-"]
    assert (store.folder(tiny) / "data.bin").read_bytes() == CONTENT
    assert heard[-1] == (len(CONTENT), len(CONTENT))


def test_a_later_pull_goes_on_where_the_first_gave_up(
    store: Store, entry: Make, manners: Manners
) -> None:
    manners.break_after = [1000, 1000, 1000, 1000]
    tiny = entry(sha256=SHA256)
    with pytest.raises(OfflineError, match="goes on"):
        pull(store, tiny)
    assert not store.has(tiny)
    assert "data.bin" not in left(store, tiny)
    assert pull(store, tiny) == ["good"]
    assert manners.asked[-1] == ("/data.bin", "bytes=4000-")


@pytest.mark.parametrize("lack", ["knows_range", "tags"])
def test_a_server_that_cannot_go_on_is_asked_for_the_whole(
    store: Store, entry: Make, manners: Manners, lack: str
) -> None:
    setattr(manners, lack, False)
    manners.break_after = [1000]
    tiny = entry(sha256=SHA256)
    assert pull(store, tiny) == ["good"]
    assert (store.folder(tiny) / "data.bin").read_bytes() == CONTENT


def test_a_part_of_another_file_is_not_gone_on_with(
    store: Store, entry: Make, manners: Manners
) -> None:
    manners.break_after = [1000] * 4
    tiny = entry()
    with pytest.raises(OfflineError):
        pull(store, tiny)
    manners.files["data.bin"] = CONTENT[::-1]
    pull(store, tiny)
    assert (store.folder(tiny) / "data.bin").read_bytes() == CONTENT[::-1]


def test_a_part_of_another_file_is_gone_before_room_is_looked_for(
    store: Store, entry: Make, manners: Manners, monkeypatch: pytest.MonkeyPatch
) -> None:
    manners.break_after = [1000] * 4
    with pytest.raises(OfflineError):
        pull(store, entry())
    manners.files["data.bin"] = CONTENT[::-1]
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 0))
        with pytest.raises(ModelStoreError, match="has room for 0 bytes"):
            pull(store, entry())
    pull(store, entry())
    assert (store.folder(entry()) / "data.bin").read_bytes() == CONTENT[::-1]


@pytest.mark.parametrize("lengths", [True, False])
def test_a_file_without_an_end_is_given_up(
    tmp_path: Path, entry: Make, manners: Manners, lengths: bool
) -> None:
    manners.lengths = lengths
    store = Store(tmp_path, Fetcher(most_bytes=len(CONTENT) - 1))
    with pytest.raises(ModelStoreError, match=r"longer than 102,399 bytes"):
        pull(store, entry())
    assert not store.has(entry())


def test_a_redirect_is_followed_only_to_where_it_is_encrypted(
    store: Store, entry: Make, manners: Manners
) -> None:
    manners.elsewhere["moved.bin"] = "/data.bin"
    assert pull(store, entry("moved.bin", sha256=SHA256)) == ["good"]
    manners.elsewhere["lost.bin"] = "http://example.org/data.bin"
    with pytest.raises(ModelStoreError, match="no https"):
        pull(store, entry("lost.bin"))


def test_an_encrypted_address_leads_to_nothing_on_this_machine() -> None:
    request = urllib.request.Request("https://example.org/data.bin")
    handler = _GuardedRedirects()
    with pytest.raises(NotThereError):
        handler.redirect_request(
            request, io.BytesIO(), 302, "Found", Message(), "http://127.0.0.1/data.bin"
        )


def test_without_a_published_digest_the_first_fetch_is_pinned(
    store: Store, entry: Make, manners: Manners
) -> None:
    tiny = entry()
    verdicts = list(store.pull(tiny, lambda *_: None))
    assert [(verdict.state, verdict.pinned) for verdict in verdicts] == [("good", True)]
    pins = json.loads((store.folder(tiny) / "checksums.json").read_text())
    assert pins == {"data.bin": SHA256}
    (store.folder(tiny) / "data.bin").unlink()
    manners.files["data.bin"] = CONTENT[::-1]
    with pytest.raises(WrongFileError, match="first fetched"):
        pull(store, tiny)


def test_what_is_here_is_not_fetched_again(store: Store, entry: Make, manners: Manners) -> None:
    tiny = entry(sha256=SHA256)
    pull(store, tiny)
    assert pull(store, tiny) == ["good"]
    assert len(manners.asked) == 1


def test_verifying_tells_good_from_wrong_missing_and_unchecked(store: Store, entry: Make) -> None:
    tiny = entry(sha256=SHA256)
    assert [verdict.state for verdict in store.verify(tiny)] == ["missing"]
    pull(store, tiny)
    path = store.folder(tiny) / "data.bin"
    assert [verdict.state for verdict in store.verify(tiny)] == ["good"]
    path.write_bytes(CONTENT[:-1] + b"?")
    assert [verdict.state for verdict in store.verify(tiny)] == ["wrong"]
    assert pull(store, tiny) == ["good"]
    own = replace(tiny, files=tuple(replace(file, sha256="") for file in tiny.files))
    (store.folder(tiny) / "checksums.json").unlink()
    assert [verdict.state for verdict in store.verify(own)] == ["unchecked"]


def test_safetensors_that_are_none_are_refused(store: Store, entry: Make, manners: Manners) -> None:
    tiny = entry("model.safetensors")
    assert pull(store, tiny) == ["good"]
    (store.folder(tiny) / "model.safetensors").unlink()
    (store.folder(tiny) / "checksums.json").unlink()
    manners.files["model.safetensors"] = b"\x80\x04\x95" + CONTENT
    with pytest.raises(WrongFileError, match="safetensors"):
        pull(store, tiny)


def test_a_file_that_the_server_lacks_is_an_error_unless_it_is_optional(
    store: Store, entry: Make
) -> None:
    with pytest.raises(ModelStoreError, match="404"):
        pull(store, entry("other.bin"))
    assert pull(store, entry("other.bin", optional=True)) == []
    assert store.has(entry("other.bin", optional=True))


def test_a_server_that_is_ill_for_a_moment_is_asked_again(
    store: Store, entry: Make, manners: Manners
) -> None:
    manners.failures = [503, 500]
    assert pull(store, entry(sha256=SHA256)) == ["good"]


def test_offline_is_told_with_a_way_out(store: Store) -> None:
    with serving(Manners()) as address:
        pass  # the port is free again
    file = File("data.bin", f"{address}/data.bin")
    gone = Entry("tiny", "own/tiny", "home", "MIT", True, "", "", "", (file,))
    with pytest.raises(OfflineError, match="copy the model's folder"):
        pull(store, gone)
