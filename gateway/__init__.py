"""The public edge of VTS: gRPC, REST and the page, all over one use case."""
