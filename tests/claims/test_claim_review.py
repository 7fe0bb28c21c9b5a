import json
from pathlib import Path

import pytest

from syto.claims.claim import Known
from syto.claims.claim_review import read_claim_review
from syto.errors import UserError

REVIEW = {
    "@type": "ClaimReview",
    "claimReviewed": "The moon is made of cheese",
    "datePublished": "2024-05-06T10:00:00Z",
    "url": "https://facts.example/moon",
    "author": {"@type": "Organization", "name": "Facts"},
    "reviewRating": {"ratingValue": "1", "alternateName": "False"},
    "inLanguage": "en-GB",
}
KNOWN = Known("reviews-1", "2024-05-06", "https://facts.example/moon", "False", "Facts")


@pytest.mark.parametrize(
    "document",
    [
        REVIEW,
        [REVIEW],
        {"@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, REVIEW]},
        {"@type": "DataFeed", "dataFeedElement": [{"@type": "DataFeedItem", "item": [REVIEW]}]},
    ],
)
def test_a_review_is_found_wherever_it_stands(tmp_path: Path, document: object) -> None:
    (tmp_path / "reviews.json").write_text(json.dumps(document), encoding="utf-8")
    [claim] = read_claim_review(tmp_path / "reviews.json")
    assert claim.known == KNOWN
    assert claim.texts == {"en": "The moon is made of cheese"}


def test_order_is_kept_and_what_lacks_a_field_is_read(tmp_path: Path) -> None:
    bare = {"claimReviewed": "Сир є Місяцем", "author": [{"name": "Хтось"}], "reviewRating": []}
    odd = {"claimReviewed": ["not a text"]}
    (tmp_path / "two.json").write_text(json.dumps([REVIEW, odd, bare]), encoding="utf-8")
    first, second = read_claim_review(tmp_path / "two.json")
    assert (first.known.id, second.known.id) == ("two-1", "two-2")
    assert second.known == Known("two-2", publisher="Хтось")
    assert second.texts == {"": "Сир є Місяцем"}


def test_what_is_no_json_is_said(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{", encoding="utf-8")
    with pytest.raises(UserError, match=r"bad\.json is no JSON"):
        list(read_claim_review(tmp_path / "bad.json"))
