"""Set cover as an integer program: one binary variable a set, one row an element."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from suasion.errors import InputError
from suasion.models.numbers.arrays import FloatArray
from suasion.models.programs.program import Constraints, Program, Variables
from suasion.models.set_cover.cover import Cover
from suasion.models.set_cover.instance import SetCover


def set_cover_mip(instance: SetCover) -> Program:
    """Choose sets x of least total cost, so that every element is in one of them.

    In symbols::

        min  sum_s cost_s x_s
        s.t. sum of x_s over the sets s with element e  >= 1   for every element e    "cover"
             x binary                                                                 "set"

    An element that is in no set has an empty row, which nothing satisfies: the program is
    infeasible where the instance is. It has as many nonzeros as the sets have elements, and is
    built in linear time.

    Examples
    --------
    >>> program = set_cover_mip(SetCover(3, [[0, 1], [1, 2], [2]]))
    >>> program.matrix.toarray().astype(int).tolist()
    [[1, 0, 0], [1, 1, 0], [0, 1, 1]]
    >>> program.maximise, program.integer.tolist()
    (False, [True, True, True])
    """
    m, rows = len(instance.sets), instance.covering
    chosen = Variables("set", instance.costs, np.zeros(m), np.ones(m), integer=True)
    entries = np.ones(len(rows.members)), rows.members, rows.offsets
    matrix = sparse.csr_array(entries, shape=(instance.universe, m))
    least, most = np.ones(instance.universe), np.full(instance.universe, np.inf)
    cover = Constraints("cover", matrix, least, most)
    return Program("set-cover-mip", False, (chosen,), (cover,))


def set_cover_lp(instance: SetCover) -> Program:
    """The linear relaxation of `set_cover_mip`: sets may be chosen in part.

    Its dual prices the elements so that no set is worth more than its cost; the sum of the prices
    bounds the cost of every cover from below.

    Examples
    --------
    >>> program = set_cover_lp(SetCover(3, [[0, 1], [1, 2], [0, 2]]))
    >>> program.value(np.full(3, 0.5)), program.violation(np.full(3, 0.5))
    (1.5, 0.0)
    """
    program = set_cover_mip(instance)
    (chosen,) = program.variables
    return replace(program, name="set-cover-lp", variables=(replace(chosen, integer=False),))


def chosen_sets(program: Program, values: FloatArray) -> Cover:
    """The sets that an integral point of `set_cover_mip` chooses.

    Raises
    ------
    ValueError
        For a value that is neither 0 nor 1, within 1e-6.
    """
    chosen = program.block(values, "set")
    off = np.abs(chosen - np.round(chosen)) > 1e-6
    if off.any():
        s = int(np.argmax(off))
        raise InputError(f"set[{s}] is {chosen[s]}, neither 0 nor 1; solve with integers.")
    return Cover(np.flatnonzero(chosen > 0.5))
