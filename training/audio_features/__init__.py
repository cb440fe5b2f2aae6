"""Trains and measures the models of the audio_features service."""
