"""Records of runs that nobody ran, for tests of what is done with them."""

from suasion.studies.runs import NOTHING

OPTIONS = {"time_limit": 10.0, "gap": 0.0, "solver": "highs", "exact": False, "threads": 1}
KEY = {
    **{"study": "s", "block": "low", "family": "low", "file": None, "size": 3, "parameters": {}},
    **{"reduce": [], "budget": None, "method": "lp", "options": OPTIONS, "seed": 0},
}
RESULT = {"status": "optimal", "value": 0.5, "seconds": 1.0, "sense": "max", "note": ""}


def record(**changes):
    """A run that ended well after a second, but for what is given."""
    size = changes.get("size", 3)
    return {**KEY, **NOTHING, **RESULT, "instance": {"types": size}, **changes}


def stopped(**changes):
    """A run that its time limit stopped."""
    return record(**{"status": "feasible", "seconds": 10.2, "gap": 0.1, **changes})


def failed(error="no luck", **changes):
    """A run that failed."""
    nothing = {"value": None, "seconds": None, "status": "failed"}
    return record(**{**nothing, "error": error, **changes})
