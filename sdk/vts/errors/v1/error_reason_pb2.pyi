from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class ErrorReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ERROR_REASON_UNSPECIFIED: _ClassVar[ErrorReason]
    ERROR_REASON_MEDIA_UNREADABLE: _ClassVar[ErrorReason]
    ERROR_REASON_MEDIA_TOO_LARGE: _ClassVar[ErrorReason]
    ERROR_REASON_INPUT_MISSING: _ClassVar[ErrorReason]
    ERROR_REASON_FIELD_INVALID: _ClassVar[ErrorReason]
    ERROR_REASON_QUEUE_FULL: _ClassVar[ErrorReason]
    ERROR_REASON_TRACK_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_ANALYSIS_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_DEPENDENCY_UNAVAILABLE: _ClassVar[ErrorReason]
    ERROR_REASON_UNAUTHENTICATED: _ClassVar[ErrorReason]
    ERROR_REASON_DEADLINE_EXCEEDED: _ClassVar[ErrorReason]
    ERROR_REASON_STORE_UNAVAILABLE: _ClassVar[ErrorReason]
    ERROR_REASON_INTERNAL: _ClassVar[ErrorReason]
    ERROR_REASON_TOO_FEW_SONGS: _ClassVar[ErrorReason]
    ERROR_REASON_GROUPS_MISSING: _ClassVar[ErrorReason]
ERROR_REASON_UNSPECIFIED: ErrorReason
ERROR_REASON_MEDIA_UNREADABLE: ErrorReason
ERROR_REASON_MEDIA_TOO_LARGE: ErrorReason
ERROR_REASON_INPUT_MISSING: ErrorReason
ERROR_REASON_FIELD_INVALID: ErrorReason
ERROR_REASON_QUEUE_FULL: ErrorReason
ERROR_REASON_TRACK_NOT_FOUND: ErrorReason
ERROR_REASON_ANALYSIS_NOT_FOUND: ErrorReason
ERROR_REASON_DEPENDENCY_UNAVAILABLE: ErrorReason
ERROR_REASON_UNAUTHENTICATED: ErrorReason
ERROR_REASON_DEADLINE_EXCEEDED: ErrorReason
ERROR_REASON_STORE_UNAVAILABLE: ErrorReason
ERROR_REASON_INTERNAL: ErrorReason
ERROR_REASON_TOO_FEW_SONGS: ErrorReason
ERROR_REASON_GROUPS_MISSING: ErrorReason
