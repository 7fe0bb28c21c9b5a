"""Where a rater's finding can be looked up."""

import re
from collections.abc import Mapping

from syto.sources.weighing import Rating

LINKS: Mapping[str, str] = {
    "Council of the EU": "https://eur-lex.europa.eu/eli/reg/2014/833/oj",
    "DIMA": "https://github.com/M82-project/DIMA",
    "EUvsDisinfo": "https://euvsdisinfo.eu/disinformation-cases/",
    "GMF": "https://github.com/ASD-at-GMF/disinfo-laundromat",
    "Lin et al.": "https://github.com/hauselin/domain-quality-ratings",
    "Texty": "https://texty.org.ua/d/2018/mnews/",
    "Tsutsman": "https://github.com/tsutsman/tsutsman-pihole-blacklist",
    "US Treasury": "https://sanctionssearch.ofac.treas.gov/",
    "idiap": "https://github.com/idiap/News-Media-Reliability",
}
_ADDRESS = re.compile(r"https?://[^\s;,()\"'<>]+")


def link_of_rater(rating: Rating) -> str:
    """Return the address that the evidence names, else that of the rater's list; empty where it has none."""
    if found := _ADDRESS.search(rating.evidence):
        return found.group()
    return next((LINKS[rater] for rater in rating.raters if rater in LINKS), "")
