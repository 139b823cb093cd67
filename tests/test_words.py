"""Numbers, amounts and dates read as people say them."""

from __future__ import annotations

import pandas as pd
import pytest

from airace import words

NUMBERS = {
    1: "1",
    9.994: "9.99",
    9.995: "10",  # a tie as it is written, and ties go up
    9.996: "10",
    15.86: "15.9",
    99.94: "99.9",
    99.96: "100",
    999.4: "999",
    999.6: "1,000",
    1_234: "1,230",
    12_345: "12,300",
    999_499: "999,000",
    999_500: "1 million",
    999_999: "1 million",
    1_000_000: "1 million",
    1_500_000: "1.5 million",
    97_000_000: "97 million",
    818_000_000: "818 million",
    999_499_999: "999 million",
    999_999_999: "1 billion",
    1_000_000_000: "1 billion",
    1_150_000_000: "1.15 billion",
    999_999_999_999: "1 trillion",
    1_400_000_000_000: "1.4 trillion",
    -818_000_000: "-818 million",
    -999_999: "-1 million",
    -15.86: "-15.9",
}


@pytest.mark.parametrize("value, text", NUMBERS.items())
def test_a_number_is_written_with_three_digits_and_its_scale(value, text):
    assert words.number(value) == text


@pytest.mark.parametrize(
    "value, digits, text",
    [
        (999_999, 6, "999,999"),
        (999_999.4, 6, "999,999"),
        (999_999.6, 6, "1 million"),
        (1_234_567, 6, "1.23457 million"),
        (6.87715831973198, 6, "6.87716"),
        (15.8, 2, "16"),
        (17.1, 6, "17.1"),
        (818e6, 2, "820 million"),
        (1e15, 3, "1,000 trillion"),
        (0.001, 3, "0.001"),
        (2_012, 4, "2,012"),
    ],
)
def test_more_digits_move_the_scale_and_the_decimals(value, digits, text):
    assert words.number(value, digits) == text


AMOUNTS = [
    (900, "bn CNY", "900 billion yuan"),
    (999, "bn CNY", "999 billion yuan"),
    (999.4, "bn CNY", "999 billion yuan"),
    (999.6, "bn CNY", "1 trillion yuan"),
    (1200, "bn CNY", "1.2 trillion yuan"),
    (0.5, "bn CNY", "500 million yuan"),
    (131, "bn USD", "$131 billion"),
    (1400, "bn USD", "$1.4 trillion"),
    (2.31, "bn USD", "$2.31 billion"),
    (3.4, "tn KRW", "3.4 trillion won"),
    (0.9996, "tn KRW", "1 trillion won"),
    (0.9994, "tn KRW", "999 billion won"),
    (17.1, "percent", "17.1 percent"),
    (15.86, "percent", "15.9 percent"),
    (15, "percent", "15 percent"),
    (818_000_000, "downloads", "818 million downloads"),
    (7, "months", "7 months"),
    (1234, "percent", "1,230 percent"),
    (42, "", "42"),
]


@pytest.mark.parametrize("value, unit, text", AMOUNTS)
def test_an_amount_is_written_with_its_unit(value, unit, text):
    assert words.amount(value, unit) == text


def test_an_amount_takes_the_digits_it_is_told():
    assert words.amount(130.867, "bn USD", 4) == "$130.9 billion"
    assert words.amount(15.86, "percent", 4) == "15.86 percent"


@pytest.mark.parametrize("unit", ["bn EUR", "mn CNY", "CNY"])
def test_an_unknown_currency_or_multiple_is_never_scaled(unit):
    assert words.amount(900, unit) == f"900 {unit}"


PERIODS = [
    ("2026-03-10", "2026-03-10", "2026-03-10"),
    ("2026-03-01", "2026-03-31", "2026-03"),
    ("2024-02-01", "2024-02-29", "2024-02"),
    ("2024-02-01", "2024-02-28", "2024-02-01 to 2024-02-28"),
    ("2026-03-01", "2026-03-30", "2026-03-01 to 2026-03-30"),
    ("2026-03-02", "2026-03-31", "2026-03-02 to 2026-03-31"),
    ("2024-08-01", "2025-08-31", "2024-08 to 2025-08"),
    ("2024-03-01", "2025-03-31", "2024-03 to 2025-03"),
    ("2024-01-01", "2024-12-31", "2024"),
    ("2024-01-01", "2025-12-31", "2024 to 2025"),
    ("2024-01-01", "2024-11-30", "2024-01 to 2024-11"),
    ("2024-02-01", "2024-12-31", "2024-02 to 2024-12"),
    ("2024-01-02", "2024-12-31", "2024-01-02 to 2024-12-31"),
    ("2024-01-01", "2024-01-01", "2024-01-01"),
    (None, None, ""),
    (pd.NaT, "2024-12-31", ""),
    ("2024-01-01", pd.NaT, ""),
]


@pytest.mark.parametrize("start, end, text", PERIODS)
def test_a_period_is_written_as_short_as_it_can_be(start, end, text):
    assert words.as_of(start, end) == text


@pytest.mark.parametrize(
    "text, first, last",
    [
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-03", "2026-03-01", "2026-03-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025-02", "2025-02-01", "2025-02-28"),
        ("2026-03-10", "2026-03-10", "2026-03-10"),
    ],
)
def test_a_printed_date_has_a_first_and_a_last_day(text, first, last):
    assert words.period(text) == (pd.Timestamp(first), pd.Timestamp(last))


@pytest.mark.parametrize("text", ["2026", "2026-03", "2024-02", "2026-03-10", "2024-12"])
def test_a_period_that_was_read_is_written_as_it_was(text):
    assert words.as_of(*words.period(text)) == text


@pytest.mark.parametrize("text", ["2026-13", "2026-02-30", "2025-02-29"])
def test_a_date_that_does_not_exist_is_no_period(text):
    with pytest.raises(ValueError):
        words.period(text)


@pytest.mark.parametrize(
    "items, text",
    [
        (["China"], "China"),
        (["China", "the US"], "China and the US"),
        (["China", "the US", "the EU"], "China, the US and the EU"),
        (["a", "b", "c", "d"], "a, b, c and d"),
    ],
)
def test_names_are_listed_as_in_a_sentence(items, text):
    assert words.listed(items) == text


def test_a_day_and_a_month_are_written_in_full():
    assert words.day("2026-03-01") == "1 March 2026"
    assert words.month("2026-03-31") == "March 2026"


@pytest.mark.parametrize(
    "country, said", {"USA": "the US", "UK": "the UK", "China": "China"}.items()
)
def test_a_country_is_written_as_in_a_sentence(country, said):
    assert words.the(country) == said


def test_a_choice_is_joined_by_or():
    assert words.listed(["date", "scope", "value"], "or") == "date, scope or value"


def test_a_tie_is_rounded_up_as_people_do():
    written = [words.number(v) for v in (1285, 10250, 99950, 1000500, -1285, 0.00125)]
    assert written == ["1,290", "10,300", "100,000", "1 million", "-1,290", "0.00125"]
