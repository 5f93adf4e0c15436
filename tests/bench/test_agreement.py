"""Answers are compared among those who should give the same."""

from bench.agreement import disagreements
from tests.bench.test_samples import sample


def test_who_answers_otherwise_is_told() -> None:
    alike = [sample("reference", best="cat"), sample("litert", best="cat"), sample("lit_server", best="dog")]
    assert disagreements(alike) == []
    (told,) = disagreements([*alike, sample("onnx", best="dog")])
    assert told == "InceptionV3 on 1 MP: the best label is cat (reference), cat (litert), dog (onnx)."


def test_images_of_another_size_are_others() -> None:
    assert disagreements([sample(best="cat"), sample("onnx", best="dog", case="12 MP")]) == []
