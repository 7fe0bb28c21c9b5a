import socket
from pathlib import Path

import pytest

from syto.tracking import place
from syto.tracking.place import masked, trouble


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("sqlite:///runs/mlflow.db", "sqlite:///runs/mlflow.db"),
        ("sqlite:////home/me@work/mlflow.db", "sqlite:////home/me@work/mlflow.db"),
        ("https://me:s3c/r@t@mlflow.example/x", "https://***@mlflow.example/x"),
        (
            "postgresql+psycopg2://me:s3cret@db/runs?sslpassword=s3cret",
            "postgresql+psycopg2://***@db/runs?***",
        ),
        ("https://mlflow.example?token=s3cret@x", "https://mlflow.example?***"),
    ],
)
def test_no_secret_is_shown(uri: str, shown: str) -> None:
    assert masked(uri) == shown


def test_a_server_that_is_there_and_one_that_is_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert trouble(f"postgresql://me:s3cret@127.0.0.1:{port}/runs") == ""
    assert "refused" in trouble(f"postgresql://me:s3cret@127.0.0.1:{port}/runs").casefold()
    assert "refused" in trouble(f"http://127.0.0.1:{port}").casefold()


def test_a_server_that_never_answers_costs_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "_PATIENCE", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert trouble(f"http://127.0.0.1:{server.getsockname()[1]}")


@pytest.mark.parametrize(
    "uri", ["http://me:s3cret/x@host", "http://[me:s3cret", "postgresql://me:x@host:s3cret"]
)
def test_an_address_that_cannot_be_read_tells_no_password(
    uri: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert trouble(uri) == "it cannot be read as an address"
    assert "s3cret" not in "".join(capsys.readouterr())


def test_a_file_is_looked_at_where_it_would_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert trouble(f"sqlite:///{tmp_path}/new/mlflow.db") == ""
    assert not (tmp_path / "new").exists()
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert trouble(f"sqlite:///{tmp_path}/new/mlflow.db") == f"{tmp_path} cannot be written"
    assert trouble((tmp_path / "mlruns").as_uri()) == f"{tmp_path} cannot be written"
