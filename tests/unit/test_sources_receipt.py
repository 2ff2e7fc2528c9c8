"""When a source counts as unchanged without being read."""

import pytest

from sources.receipt import Origin

URL = "https://fis.example/faers_ascii_2022q4.zip"
SATURDAY, SUNDAY = "Sat, 04 Feb 2023 10:00:00 GMT", "Sun, 05 Feb 2023 10:00:00 GMT"


@pytest.mark.parametrize(
    ("landed", "now", "is_unchanged"),
    [
        (Origin(URL, 9, '"a"', SATURDAY), Origin(URL, 9, '"a"', SATURDAY), True),
        (Origin(URL, 9, '"a"', SATURDAY), Origin(URL, 9, '"a"', SUNDAY), True),
        (Origin(URL, 9, '"a"', SATURDAY), Origin(URL, 9, '"b"', SATURDAY), False),
        (Origin(URL, 9, '"a"', SATURDAY), Origin(URL, 9, None, SATURDAY), False),
        (Origin(URL, 9, None, SATURDAY), Origin(URL, 9, '"a"', SATURDAY), False),
        (Origin(URL, 9, None, SATURDAY), Origin(URL, 9, None, SATURDAY), True),
        (Origin(URL, 9, None, SATURDAY), Origin(URL, 9, None, SUNDAY), False),
        (Origin(URL, 9), Origin(URL, 9), False),
        (Origin(URL, 9, '"a"'), Origin(URL, 8, '"a"'), False),
        (Origin(URL, 9, '"a"'), Origin(URL, None, '"a"'), False),
        (Origin(URL, None, '"a"'), Origin(URL, None, '"a"'), False),
        (Origin(URL, 9, '"a"'), Origin("https://elsewhere.example/faers_ascii_2022q4.zip", 9, '"a"'), False),
    ],
)
def test_the_strongest_mark_decides(landed: Origin, now: Origin, is_unchanged: bool) -> None:
    assert now.is_unchanged_from(landed) is is_unchanged
