"""Running a study: on the cores of this machine or on a Dask cluster, from where it stopped."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from suasion.errors import InputError
from suasion.studies.cluster import connected
from suasion.studies.processes import Pool, attempt_on_cluster, rest_on_cluster
from suasion.studies.results_file import open_results
from suasion.studies.runs import FAILED, Record
from suasion.studies.specification import Study

CLUSTER_MISSING = (
    "--cluster needs the packages dask and distributed, which are not installed; install them "
    "with: pip install 'suasion[cluster]'."
)


@dataclass(frozen=True)
class Tally:
    """How far a study is.

    Attributes
    ----------
    done, failed : int
        Runs that are recorded; those of them that failed.
    total : int
        Runs of the study.
    """

    done: int
    failed: int
    total: int


@dataclass(frozen=True)
class Outcome:
    """What running a study left behind.

    Attributes
    ----------
    records : list of dict
        One per run of the study, in the order of the grid.
    resumed : int
        How many of them were in the file before.
    others : int
        Runs in the file that the specification does not list (any more); they are kept.
    """

    records: list[Record]
    resumed: int
    others: int

    @property
    def failed(self) -> int:
        """Number of runs that failed."""
        return sum(record["status"] == FAILED for record in self.records)


def run_study(
    study: Study,
    output: str | os.PathLike[str],
    *,
    jobs: int | None = None,
    cluster: str | None = None,
    retry_failed: bool = False,
    progress: Callable[[Tally], None] | None = None,
) -> Outcome:
    """Run what is not in the file of results yet, and add a line to it for each run that ends.

    A run that fails, crashes or exceeds its hard limit is recorded as failed; the study goes on.

    Parameters
    ----------
    study : Study
        See `load_study`.
    output : path
        File of results, JSON lines. It may hold runs of the same study.
    jobs : int >= 1, optional
        Runs at a time; default the number of cores that this process may use.
    cluster : str, optional
        Address of a Dask scheduler whose workers do the runs, one per thread of theirs. They need
        suasion, and read instance files under the same path.
    retry_failed : bool
        Run again what failed; the new line, one attempt higher, then counts.
    progress : callable, optional
        Given a `Tally` at the start and after every run.

    Raises
    ------
    ValueError
        For a file that cannot be written or belongs to another study, jobs below 1, a cluster
        that does not answer, and missing packages.
    KeyboardInterrupt
        On Ctrl-C; all that ended before is in the file.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from suasion.studies import load_study, run_study
    >>> block = {"family": "low", "sizes": [3], "methods": ["closed-form", "lp"]}
    >>> with TemporaryDirectory() as folder:
    ...     study = load_study({"name": "two ways", "blocks": [block]})
    ...     outcome = run_study(study, f"{folder}/results.jsonl", jobs=1)
    >>> [record["status"] for record in outcome.records]
    ['optimal', 'optimal']
    """
    if jobs is not None and jobs < 1:
        raise InputError(f"jobs is {jobs}; give an integer >= 1.")
    if jobs is not None and cluster is not None:
        raise InputError("jobs are for this machine, not for a cluster; leave one of them out.")
    grid = study.runs()
    with open_results(Path(output), study.name) as file:
        known = file.records
        inside = [run.identity for run in grid]
        done = {name for name in inside if name in known}
        failed = {name for name in done if known[name]["status"] == FAILED}
        resumed, others = len(done), len(known) - len(done)
        if retry_failed:
            done, failed = done - failed, set()
        tasks = [
            (asdict(run), run.hard_limit, study.name, _attempt(known.get(run.identity)))
            for run in grid
            if run.identity not in done
        ]
        report = progress or (lambda tally: None)
        tally = Tally(len(done), len(failed), len(grid))
        report(tally)
        with closing(_records(tasks, jobs, cluster)) as records:
            for record in records:
                file.append(record)
                failures = tally.failed + (record["status"] == FAILED)
                tally = Tally(tally.done + 1, failures, tally.total)
                report(tally)
        return Outcome([known[name] for name in inside], resumed, others)


def _attempt(before: Record | None) -> int:
    return 1 if before is None else int(before["attempt"]) + 1


def _records(
    tasks: list[Any], jobs: int | None, cluster: str | None
) -> Generator[Record, None, None]:
    """The records of the runs, as they end."""
    from joblib import Parallel, delayed

    if not tasks:
        return
    with _local(jobs) if cluster is None else _remote(cluster) as (attempt, options):
        parallel = Parallel(batch_size=1, return_as="generator_unordered", **options)
        records = parallel(delayed(attempt)(*task) for task in tasks)
        try:
            # Not "yield from", which would close them before the warning is off.
            for record in records:  # noqa: UP028
                yield record
        finally:
            # Stopped early: joblib would warn that runs are lost, which is what is wanted.
            with warnings.catch_warnings(action="ignore"):
                records.close()


@contextmanager
def _local(jobs: int | None) -> Iterator[tuple[Callable[..., Record], dict[str, Any]]]:
    """Threads of this process that wait for processes of their own."""
    pool = Pool()
    try:
        yield pool.attempt, {"backend": "threading", "n_jobs": jobs or -1}
    finally:
        pool.close()


@contextmanager
def _remote(address: str) -> Iterator[tuple[Callable[..., Record], dict[str, Any]]]:
    """Threads of a cluster's workers that wait for processes of their own."""
    try:
        import distributed  # noqa: F401
        from joblib import parallel_config
    except ImportError as error:
        raise InputError(CLUSTER_MISSING) from error
    client = connected(address)
    with client, parallel_config(backend="dask", client=client):
        try:
            yield attempt_on_cluster, {}
        finally:
            # If the scheduler is gone there is nothing to tidy.
            with suppress(OSError):
                client.run(rest_on_cluster)
