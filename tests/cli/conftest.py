"""Files that tests of the command line begin with."""

import pytest

from suasion.examples.catalogue import example_text


@pytest.fixture
def example(tmp_path):
    """Writes an example that comes with the package to a file, by its name."""

    def write(name):
        path = tmp_path / f"{name}.json"
        path.write_text(example_text(name))
        return path

    return write
