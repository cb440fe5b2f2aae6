"""Settings: what every service reads from the environment, checked before anything starts."""

from __future__ import annotations

import argparse
import ipaddress
import sys
from pathlib import Path
from typing import Annotated, Self, TypeVar

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from servicekit.logs import LogFormat, LogLevel
from servicekit.manual import help_text, variable_name

Port = Annotated[
    int,
    Field(ge=0, le=65535, description="TCP port of the gRPC server; 0 takes any free one."),
]
MetricsPort = Annotated[
    int,
    Field(ge=0, le=65535, description="TCP port of Prometheus' `/metrics`; 0 takes any free one."),
]
MEBIBYTE = 1024 * 1024

__all__ = [
    "MEBIBYTE",
    "MetricsPort",
    "Port",
    "ServiceSettings",
    "help_text",
    "load",
    "read_arguments",
    "settings_config",
]


def settings_config(env_prefix: str) -> SettingsConfigDict:
    """Returns the model configuration of settings whose variables begin with `env_prefix`."""
    return SettingsConfigDict(env_prefix=env_prefix, frozen=True, extra="ignore")


class ServiceSettings(BaseSettings):
    """The variables every service has.

    A service subclasses this, sets `model_config = settings_config("VTS_MOOD_")`, and gives
    `port: Port = 50052` and `metrics_port: MetricsPort = 9102` their own defaults.
    """

    model_config = settings_config("VTS_")

    host: str = Field(
        default="127.0.0.1",
        description="Address to listen on. Beyond loopback it needs AUTH_TOKENS_FILE or "
        "ALLOW_UNAUTHENTICATED.",
    )
    port: Port = 0
    metrics_port: MetricsPort = 0
    threads: int = Field(
        default=1, ge=1, le=256, description="Threads that a model may compute with."
    )
    drain_seconds: float = Field(
        default=0.0,
        ge=0,
        description="Time between reporting NOT_SERVING and closing the port, for load balancers "
        "to notice; 5 suits Kubernetes.",
    )
    grace_seconds: float = Field(
        default=10.0, ge=0, description="Time that calls in flight get to finish at shutdown."
    )
    default_deadline_seconds: float = Field(
        default=120.0, gt=0, description="Time limit of a call whose caller set none."
    )
    log_level: LogLevel = Field(default="info", description="Least severe level that is logged.")
    log_format: LogFormat = Field(
        default="text", description="One line of text, or one JSON object, per record."
    )
    auth_tokens_file: Path | None = Field(
        default=None,
        description="File of bearer tokens, one per line; callers must send one of them.",
    )
    allow_unauthenticated: bool = Field(
        default=False,
        description="Accept callers without a token beyond loopback, where the network itself "
        "keeps strangers out.",
    )
    max_message_bytes: int = Field(
        default=32 * MEBIBYTE, ge=1024, description="Largest gRPC message taken or sent, in bytes."
    )
    max_concurrent_calls: int = Field(
        default=64, ge=1, description="Calls answered at a time; more get RESOURCE_EXHAUSTED."
    )

    @model_validator(mode="after")
    def _is_not_open_to_strangers(self) -> Self:
        guarded = self.auth_tokens_file is not None or self.allow_unauthenticated
        if guarded or is_loopback(self.host):
            return self
        tokens, allow = (
            variable_name(type(self), name)
            for name in ("auth_tokens_file", "allow_unauthenticated")
        )
        raise ValueError(
            f"host {self.host} can be reached from other machines: "
            f"set {tokens}, or {allow}=true if the network keeps strangers out"
        )


def is_loopback(host: str) -> bool:
    """Tells whether only this machine can reach `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


S = TypeVar("S", bound=ServiceSettings)


def load(settings_class: type[S]) -> S:
    """Reads the settings from the environment, once, in `__main__`.

    `--help` prints every variable and exits with 0; a value that does not fit, or an argument,
    is named on standard error and exits with 2.
    """
    read_arguments(settings_class)
    try:
        return settings_class()
    except ValidationError as error:
        # Inputs stay out of the text: one of them may be a secret.
        for problem in error.errors(include_input=False, include_url=False):
            field = str(problem["loc"][0]) if problem["loc"] else ""
            name = variable_name(settings_class, field) if field else "settings"
            sys.stderr.write(f"{name}: {problem['msg']}\n")
        raise SystemExit(2) from None


def read_arguments(settings_class: type[ServiceSettings]) -> None:
    """Answers `--help` and refuses every other command-line argument."""
    parser = argparse.ArgumentParser(
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=help_text(settings_class),
        description="Serves over gRPC until SIGTERM or SIGINT. Settings come from the environment.",
    )
    if sys.argv[0].endswith("__main__.py"):
        module = sys.modules["__main__"].__spec__
        name = module.parent if module else None
        parser.prog = f"python -m {name}" if name else parser.prog
    parser.parse_args()
