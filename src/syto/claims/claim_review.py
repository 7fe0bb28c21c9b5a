"""ClaimReview of schema.org: JSON-LD of a page or of many, and the DataFeed of Google's fact checks."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from syto.claims.claim import Claim, Known, address, iso_date
from syto.errors import UserError


def read_claim_review(path: Path) -> Iterator[Claim]:
    """Yield every ClaimReview at whatever depth; the verdict stands where others have a narrative."""
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path} is no JSON: {error}; download it again") from None
    for number, review in enumerate(_reviews(document), start=1):
        known = Known(
            id=_text(review.get("@id")) or f"{path.stem}-{number}",
            date=iso_date(_text(review.get("datePublished"))),
            link=address(_text(review.get("url"))),
            narrative=_verdict(review.get("reviewRating")),
            publisher=_name(review.get("author")) or _name(review.get("publisher")),
        )
        yield Claim(known, {_text(review.get("inLanguage"))[:2].lower(): _text(review["claimReviewed"])})


def _reviews(document: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 - JSON
    """Walk lists, feeds and graphs; without recursion, so that no depth of nesting is too much."""
    waiting = [document]
    while waiting:
        found = waiting.pop()
        if isinstance(found, list):
            waiting.extend(reversed(found))
        elif isinstance(found, dict) and isinstance(found.get("claimReviewed"), str):
            yield found
        elif isinstance(found, dict):
            waiting.extend(reversed(found.values()))


def _verdict(rating: Any) -> str:  # noqa: ANN401 - JSON
    rating = rating[0] if isinstance(rating, list) and rating else rating
    return _text(rating.get("alternateName")) if isinstance(rating, dict) else ""


def _name(who: Any) -> str:  # noqa: ANN401 - JSON
    who = who[0] if isinstance(who, list) and who else who
    return _text(who.get("name")) if isinstance(who, dict) else _text(who)


def _text(value: Any) -> str:  # noqa: ANN401 - JSON
    return value.strip() if isinstance(value, str) else ""
