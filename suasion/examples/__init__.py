"""Named instances that come with the package, with their known answers and sources."""

from suasion.examples.catalogue import Example, catalogue, example, example_text

__all__ = ["Example", "catalogue", "example", "example_text"]
