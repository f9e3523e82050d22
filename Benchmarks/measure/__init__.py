"""Measurements of Drover beside its peers; started by Benchmarks/run, standard library only."""
