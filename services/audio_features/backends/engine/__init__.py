"""The engine: librosa's features of a whole sound, streamed, from one STFT and one CQT."""
