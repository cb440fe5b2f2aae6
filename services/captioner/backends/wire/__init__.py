"""Stubs of model servers' protocols, generated from `protos/third_party`."""
