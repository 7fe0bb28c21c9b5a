"""What people decided in review queues, as labels that `prepare` reads with `annotations`."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

from syto.errors import did_you_mean
from syto.labels.label_set import LabelSet
from syto.review.queue import AT, BY, DECIDED, DIGEST, NOTE
from syto.tables.cells import as_date, as_text

LABEL_COLUMNS = ("sha256", "task", "label", BY, AT, NOTE, "decided_in")
_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Decision:
    """What one person decided of one text for one task."""

    digest: str  # of the text
    task: str
    label: str
    by: str
    at: str  # as given
    note: str
    place: str  # file and row

    @property
    def moment(self) -> datetime | None:
        """When it was decided; None where that cannot be read. A time without a zone counts as UTC."""
        try:
            found: datetime | None = datetime.fromisoformat(self.at)
        except ValueError:
            day = as_date(self.at)
            found = datetime.combine(day, time()) if day else None
        return found.replace(tzinfo=found.tzinfo or UTC) if found else None

    def row(self) -> dict[str, object]:
        """Return the row of a file of labels."""
        cells = (self.digest, self.task, self.label, self.by, self.at, self.note, self.place)
        return dict(zip(LABEL_COLUMNS, cells, strict=True))

    def __str__(self) -> str:
        who = f" by {self.by}" if self.by else ""
        return f"{self.label!r}{who}{f' on {self.at}' if self.at else ''} ({self.place})"


@dataclass(frozen=True, slots=True)
class Read:
    """What was found in queues."""

    decisions: list[Decision]
    problems: list[str]  # what is left out, and why
    undecided: int  # rows without a decision


def read_decisions(
    rows: Iterable[tuple[str, Mapping[str, object]]], labels: Mapping[str, LabelSet], by: str = ""
) -> Read:
    """Read decided rows (place, cells); labels may be written as ids or as their names in any language."""
    found = Read([], [], 0)
    known = {task: _names(each) for task, each in labels.items()}
    undecided = 0
    for place, cells in rows:
        given = {task: as_text(cells.get(column)).strip() for column, task in DECIDED.items()}
        digest = as_text(cells.get(DIGEST)).strip()
        undecided += not any(given.values())
        for task, value in given.items():
            label = known[task].get(value.casefold())
            if value and label is None:
                near = did_you_mean(value, labels[task].ids)
                found.problems.append(f"{place}: {value!r} is no {task}{near}")
            elif label and not _DIGEST.fullmatch(digest):
                found.problems.append(f"{place}: {DIGEST} is {digest[:80]!r}, so its text cannot be found")
            elif label:
                who, when, note = (as_text(cells.get(name)).strip() for name in (BY, AT, NOTE))
                found.decisions.append(Decision(digest, task, label, who or by, when, note, place))
    return replace(found, undecided=undecided)


def _names(labels: LabelSet) -> dict[str, str]:
    """Return what a label may be called → its id; ids win over names."""
    names = {name.casefold(): label.id for label in labels.labels for name in label.names.values()}
    return names | {id.casefold(): id for id in labels.ids}


@dataclass(frozen=True, slots=True)
class Agreed:
    """One decision for each text and task."""

    decisions: list[Decision]  # by digest and task
    conflicts: list[str]  # texts with two labels, left out
    settled: list[str]  # the same, where the latest was taken
    repeated: list[str]  # texts that were given the same label several times


def agree(decisions: Iterable[Decision], latest: bool = False) -> Agreed:
    """Take one decision for each text and task; where labels differ none, or with `latest` the last."""
    groups: defaultdict[tuple[str, str], list[Decision]] = defaultdict(list)
    for each in decisions:
        groups[each.digest, each.task].append(each)
    agreed = Agreed([], [], [], [])
    for (digest, task), group in sorted(groups.items()):
        words = f"{task} of {digest[:12]}: {', '.join(map(str, group))}"
        if len({each.label for each in group}) == 1:
            agreed.decisions.append(group[-1])
            agreed.repeated.extend([f"{len(group)} times alike: {words}"] if len(group) > 1 else [])
        elif latest and (last := _latest(group)):
            agreed.decisions.append(last)
            agreed.settled.append(f"{words}; the latest is taken")
        else:
            agreed.conflicts.append(words)
    return agreed


def _latest(group: Sequence[Decision]) -> Decision | None:
    """Return the last decision; None where a time is missing, or two labels share the last."""
    moments = [each.moment for each in group]
    known = [moment for moment in moments if moment is not None]
    if len(known) < len(group):
        return None
    last = [each for each, moment in zip(group, moments, strict=True) if moment == max(known)]
    return last[-1] if len({each.label for each in last}) == 1 else None
