import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syto.tables.formulas import guarded, unguarded

near = st.text(st.sampled_from("'=+-@\t\r\n＝0123456789.,e% aї"), max_size=8)


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "- Так, - сказав", "\t=1", "\r=1", "-", "＝1", "--1"],
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert unguarded(f"'{text}") == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-3.5",
        "+380 44 123-45-67",
        "+380(44)1234567",
        "-1e-05",
        "-12 %",
        "-1 000,5",
        "0",
        "а=б",
        "'єдиний'",
    ],
)
def test_numbers_and_words_stay_as_they_are(text: str) -> None:
    assert guarded(text) == unguarded(text) == text


@settings(max_examples=300, database=None, deadline=None)
@given(near | st.text(max_size=8))
def test_reading_undoes_writing_and_what_is_written_is_harmless(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(unguarded(guarded(text))) == guarded(text)
