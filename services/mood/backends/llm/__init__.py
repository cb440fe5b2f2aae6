"""The `llm` backend: a panel of few-shot agents on a chat endpoint, and their head."""
