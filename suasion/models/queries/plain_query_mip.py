"""The plain mixed-integer program of partition queries, to check the better one against."""

from __future__ import annotations

import numpy as np

from suasion.errors import OutOfReachError
from suasion.models.programs.program import Program
from suasion.models.queries.query_mip import PLAIN, _Blocks, _coefficients, _queries, _read, _unit
from suasion.models.queries.selection import QuerySelection

# The plain program has n^3 rows.
LARGEST_PLAIN = 15


def plain_query_mip(problem: QuerySelection) -> Program:
    """Write the same question in the obvious way, for teaching and tests: up to 15 types.

    Every type has a policy over all messages, and types that no chosen query separates have the
    same one. In the symbols of `query_mip`::

        max  sum_i sum_{j<=i} (A_i a_j + B_i b_j) t_ij  -  sum_q cost_q z_q
        s.t. sum_j a_j t_ij <= 1,  sum_j b_j t_ij <= 1                     "high", "low"
             |t_ij - t_kj| <= sum of z_q over the queries that separate i and k, for i < k
                                                                           "above", "below"
             sum_q z_q <= budget                                           "budget"
             0 <= t <= 1,  z binary

    Message 0 is as there, and where a type has threshold 1, the message for it is sent in state 0
    only: no threshold is a special case. There are about n^3 rows for n types.

    Raises
    ------
    ValueError
        For more than 15 types, threshold queries, or adaptive ones.

    Examples
    --------
    >>> from suasion import BinaryPersuasion, PartitionQueries, QuerySelection
    >>> instance = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
    >>> problem = QuerySelection(instance, PartitionQueries([[[0], [1]]]), budget=1)
    >>> [(family.name, len(family)) for family in plain_query_mip(problem).constraints]
    [('high', 2), ('low', 2), ('above', 2), ('below', 2)]
    """
    n = len(problem.persuasion)
    if n > LARGEST_PLAIN:
        raise OutOfReachError(
            f"plain_query_mip takes at most {LARGEST_PLAIN} types and there are {n}; use "
            "query_mip."
        )
    types = _read(problem, plain=True)
    k = len(types.thresholds)
    i, j = types.entries()
    worth = types.high[i] * types.one[j] + types.low[i] * types.zero[j]
    blocks = _Blocks(*_queries(problem), _unit("message", np.where(j <= types.own[i], worth, 0.0)))
    message = blocks.start("message") + np.arange(n * k).reshape(n, k)
    first, second = np.triu_indices(n, 1)
    pair, query = types.separated(first, second)
    rows = np.arange(len(first) * k)
    apart = (pair[:, None] * k + np.arange(k)).ravel(), query.repeat(k), -1.0
    upper, lower = message[first].ravel(), message[second].ravel()
    families = [
        blocks.rows("high", n, (i, message.ravel(), types.one[j]), upper=1.0),
        blocks.rows("low", n, (i, message.ravel(), _coefficients(types.zero)[j]), upper=1.0),
        blocks.rows("above", len(rows), (rows, upper, 1.0), (rows, lower, -1.0), apart),
        blocks.rows("below", len(rows), (rows, upper, -1.0), (rows, lower, 1.0), apart),
    ]
    return blocks.program(PLAIN, problem, *families)
