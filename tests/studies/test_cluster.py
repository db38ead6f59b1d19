"""The same study on a Dask cluster: the same lines."""

import re
import socket
import sys
import threading
import time
from contextlib import contextmanager, suppress

import psutil
import pytest
from distributed import Client, LocalCluster

from suasion.studies import load_study, read_results, run_study
from suasion.studies.runs import identity

BLOCKS = [
    {
        **{"family": "thresholds", "sizes": [4, 9], "budgets": [1, 2], "seeds": {"count": 3}},
        **{"parameters": {"receivers": "both-sides"}, "methods": ["dp", "brute-force", "mip"]},
    },
    {"files": ["none.json"], "methods": ["auto"]},
]
PLACES = ("seconds", "finished", "machine")


@pytest.fixture(scope="module")
def cluster():
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as found:
        yield found


def comparable(records):
    found = [{k: v for k, v in record.items() if k not in PLACES} for record in records]
    return sorted(found, key=identity)


def test_a_cluster_writes_the_lines_that_this_machine_writes(tmp_path, cluster):
    study = load_study({"name": "s", "blocks": BLOCKS})
    here, there = tmp_path / "here.jsonl", tmp_path / "there.jsonl"
    run_study(study, here, jobs=1)
    tallies = []
    outcome = run_study(study, there, cluster=cluster.scheduler_address, progress=tallies.append)
    assert comparable(read_results(there)) == comparable(read_results(here))
    assert len(there.read_bytes().splitlines()) == len(study.runs()) == 37
    assert [tally.done for tally in tallies] == list(range(38))
    assert outcome.failed == 13  # the mip of threshold queries and the missing file
    again = run_study(study, there, cluster=cluster.scheduler_address)
    assert again.resumed == 37
    # The processes of the runs are gone, the cluster's are not.
    names = [" ".join(p.cmdline()) for p in psutil.Process().children(recursive=True)]
    assert not any("suasion.studies.worker" in name for name in names)
    with Client(cluster.scheduler_address, set_as_default=False) as client:
        assert len(client.ncores()) == 2


def test_a_run_that_hangs_on_a_cluster_is_stopped_there(tmp_path, cluster):
    import os

    os.mkfifo(tmp_path / "pipe.json")
    block = {"files": [str(tmp_path / "pipe.json")], "methods": ["auto"], "seeds": [0, 1, 2]}
    study = load_study({"name": "s", "blocks": [block], "time_limit": 0.5, "hard_limit": 0.7})
    outcome = run_study(study, tmp_path / "r.jsonl", cluster=cluster.scheduler_address)
    assert {record["error"] for record in outcome.records} == {
        "exceeded hard limit of 0.7 s; the process was stopped."
    }


@contextmanager
def server(speak):
    """The address of a server that handles each connection by `speak`."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept():
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=speak, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield f"tcp://127.0.0.1:{listening.getsockname()[1]}"
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)


def silent(connection):
    with connection, suppress(OSError):
        connection.recv(1 << 20)
        threading.Event().wait(30)


def web_page(connection):
    with connection, suppress(OSError):
        connection.recv(1 << 20)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


def refused(tmp_path, address):
    study = load_study({"name": "s", "blocks": BLOCKS})
    began = time.monotonic()
    with pytest.raises(ValueError, match=f"the cluster at {re.escape(address)} does not") as fault:
        run_study(study, tmp_path / "r.jsonl", cluster=address)
    assert time.monotonic() - began < 10
    assert "\n" not in str(fault.value)
    assert str(fault.value).endswith("such as tcp://host:8786.")
    return str(fault.value)


@pytest.mark.parametrize(
    "address",
    ["tcp://127.0.0.1:1", "nonsense://x", "tls://127.0.0.1:1", "127.0.0.1", "tcp://", "", "::"],
)
def test_an_address_without_a_scheduler_is_one_sentence(tmp_path, monkeypatch, address):
    monkeypatch.setattr("suasion.studies.cluster.CONNECTION_LIMIT", 1)
    refused(tmp_path, address)


@pytest.mark.parametrize("speak", [silent, web_page, socket.socket.close])
def test_a_server_that_is_no_scheduler_is_one_sentence(tmp_path, monkeypatch, capfd, speak):
    monkeypatch.setattr("suasion.studies.cluster.CONNECTION_LIMIT", 1)
    with server(speak) as address:
        refused(tmp_path, address)
    assert capfd.readouterr() == ("", "")


def test_the_address_of_a_nanny_is_one_sentence(tmp_path, cluster):
    address = cluster.workers[0].address
    assert "it is a Nanny" in refused(tmp_path, address)


def test_without_dask_one_sentence_says_how_to_install_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    study = load_study({"name": "s", "blocks": BLOCKS})
    with pytest.raises(ValueError, match=r"pip install 'suasion\[cluster\]'"):
        run_study(study, tmp_path / "r.jsonl", cluster="tcp://127.0.0.1:1")
