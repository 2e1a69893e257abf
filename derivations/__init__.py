"""The paper library: one package a paper, each with an object PAPER."""
