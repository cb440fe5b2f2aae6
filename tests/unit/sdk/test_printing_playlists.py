"""What the `vts` command prints of an answer."""

import io

from rich.console import Console

from vts.cli.rendering import print_playlist
from vts.cli.state import State
from vts.evidence.v1 import evidence_pb2
from vts.gateway.v1 import gateway_service_pb2 as pb

STATE = State(address="", token=None, tls=False, web_address="", locale="en")


def note(text: str) -> evidence_pb2.Note:
    return evidence_pb2.Note(code="A", message=evidence_pb2.Bilingual(en=text, ko=text))


def test_a_note_on_an_input_is_said_once_and_others_too() -> None:
    seen = pb.InputEvidence(kind=pb.INPUT_KIND_VIDEO, notes=[note("The video has no sound.")])
    answer = pb.Playlist(evidence=[seen], notes=[*seen.notes, note("No song fits.")])
    out = io.StringIO()
    print_playlist(Console(file=out, width=100), STATE, answer)
    assert out.getvalue().count("The video has no sound.") == 1
    assert out.getvalue().count("No song fits.") == 1
