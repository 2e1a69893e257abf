"""Certificates as Coq files, by transcription: docs/coq.md."""
