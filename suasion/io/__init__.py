"""Files: instances in JSON and OR-Library formats, the JSON Schema, survey tables and graphs."""

from suasion.io.documents import KINDS, Problem, schema
from suasion.io.graphs import read_graph, write_graph
from suasion.io.instances import load, save
from suasion.io.or_library_writer import write_or_library
from suasion.io.tables import read_costs, read_table

__all__ = [
    "KINDS",
    "Problem",
    "load",
    "read_costs",
    "read_graph",
    "read_table",
    "save",
    "schema",
    "write_graph",
    "write_or_library",
]
