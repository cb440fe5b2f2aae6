"""Answers as messages."""

from services.recommender.domain import Answer, ScoredTrack, Summary
from services.recommender.songs import track_to_pb
from vts.evidence.v1 import evidence_pb2
from vts.recommender.v1 import recommender_service_pb2 as pb

UNKNOWN_LANGUAGE = "und"


def answer_to_pb(answer: Answer) -> pb.RecommendResponse:
    """The ranked songs with their reasons."""
    return pb.RecommendResponse(
        tracks=[_scored(track) for track in answer.tracks],
        filter_effects=[
            pb.FilterEffect(filter=each.filter, alone=each.alone, remaining=each.remaining)
            for each in answer.filter_effects
        ],
        catalogue_size=answer.catalogue_size,
        notes=[
            evidence_pb2.Note(
                code=each.code,
                message=evidence_pb2.Bilingual(en=each.english, ko=each.korean),
                subject=each.subject,
            )
            for each in answer.notices
        ],
    )


def _scored(scored: ScoredTrack) -> pb.ScoredTrack:
    return pb.ScoredTrack(
        track=track_to_pb(scored.track),
        score=scored.score,
        components=[
            pb.ComponentScore(
                component=part.component,
                evidence=part.evidence,
                score=part.score,
                share=part.share,
            )
            for part in scored.components
        ],
        matched_tags=[
            evidence_pb2.Keyword(text=tag.text, weight=tag.weight, language=tag.language)
            for tag in scored.matched_tags
        ],
        shared_moods=[
            evidence_pb2.MoodScore(mood=mood, score=score) for mood, score in scored.shared_moods
        ],
    )


def summary_to_pb(summary: Summary, store: str, version: str) -> pb.GetCatalogueResponse:
    """What the catalogue holds; songs of unknown language count as `und`."""
    languages = {code or UNKNOWN_LANGUAGE: count for code, count in summary.languages.items()}
    return pb.GetCatalogueResponse(
        tracks=summary.tracks,
        tracks_with_audio_vector=summary.with_audio_vector,
        tracks_with_sound=summary.with_sound,
        languages=languages,
        genres=summary.genres,
        licences=summary.licences,
        sources=summary.sources,
        year_from=summary.year_from or 0,
        year_to=summary.year_to or 0,
        windows=summary.windows,
        store=evidence_pb2.Model(name=store, version=version),
    )
