"""Assembling: the parts of the gateway put together, once, from its settings."""

from __future__ import annotations

import grpc
from starlette.applications import Starlette

from gateway.browsing import Library
from gateway.clients import Clients
from gateway.grouping import Groups
from gateway.importing import Importer
from gateway.orchestrating import Orchestrator
from gateway.perceiving import Perceiver
from gateway.readings import Readings
from gateway.rest.app import application
from gateway.rest.serving import HttpServer
from gateway.servicer import GatewayServicer
from gateway.settings import GatewaySettings
from gateway.sounds import SoundFolder
from gateway.unchanged import Archive
from servicekit.auth import read_tokens
from servicekit.serving import Service
from vts.gateway.v1 import gateway_service_pb2_grpc as rpc


class Gateway:
    """The gateway as one process: gRPC and HTTP over the same use cases.

    Raises:
        OSError: A token file cannot be read.
        TokenFileError: A token file holds no token.
    """

    def __init__(self, settings: GatewaySettings) -> None:
        self._clients = Clients(settings)
        self._is_ready = False
        sounds = SoundFolder(settings.sound_dir)
        groups = Groups(self._clients)
        perceiver = Perceiver(self._clients, groups, settings.max_photo_bytes)
        self.orchestrator = orchestrator = Orchestrator(
            self._clients, perceiver, settings.max_concurrent_requests, settings.request_seconds
        )
        self.songs = library = Library(self._clients, sounds)
        readings = Readings(self._clients)
        archive = Archive(self._clients, sounds)
        importer = Importer(
            self._clients, sounds, archive, settings.max_upload_bytes, settings.import_sounds
        )
        self._servicer = GatewayServicer(
            orchestrator,
            importer,
            archive,
            library,
            groups,
            readings,
            settings.max_upload_bytes,
            settings.upload_idle_seconds,
        )
        file = settings.auth_tokens_file
        self.app = application(
            settings,
            orchestrator,
            library,
            groups,
            readings,
            tokens=read_tokens(file) if file else (),
            is_ready=lambda: self._is_ready,
        )
        self.http = _http_server(self.app, settings)

    @property
    def service(self) -> Service:
        """The gateway as `servicekit` serves it."""
        return Service(
            name="vts.gateway.v1.GatewayService",
            register=self._register,
            warm_up=self._warm_up,
            drain=self._drain,
            close=self._close,
        )

    def _register(self, server: grpc.aio.Server) -> None:
        rpc.add_GatewayServiceServicer_to_server(self._servicer, server)

    async def _warm_up(self) -> None:
        await self.http.start()
        self._is_ready = True

    async def _drain(self) -> None:
        self._is_ready = False

    async def _close(self) -> None:
        self._is_ready = False
        await self.http.stop()
        await self._clients.close()


async def build(settings: GatewaySettings) -> Service:
    """The gateway, ready to be served."""
    return Gateway(settings).service


def _http_server(app: Starlette, settings: GatewaySettings) -> HttpServer:
    return HttpServer(
        app,
        settings.host,
        settings.http_port,
        max_connections=settings.max_http_connections,
        grace_seconds=settings.grace_seconds,
    )
