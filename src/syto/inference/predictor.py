"""The one path from articles to predictions: clean, language, scope, windows, backend, calibrate, decide."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from syto.errors import UserError
from syto.inference.backends import Backend, Ids, WindowOutput
from syto.inference.decisions import decide, out_of_scope
from syto.inference.passages import (
    Span,
    label_falls,
    read_sentences,
    sentence_evidence,
    strongest,
    windows_without,
)
from syto.model.bundle import TOKENIZER, Bundle, HeadSpec
from syto.model.decode import label_evidence, split_heads
from syto.model.windows import Window, Windower
from syto.records import Article, HeadPrediction, Passage, Prediction
from syto.text.clean import Cleaner, CleanText
from syto.text.language import detect_language
from syto.text.markup import is_web_page
from syto.text.scope import NewsScope

Logits = NDArray[np.floating]
Meaning = NDArray[np.float32] | None  # (windows, hidden); None where the backend gives none
Said = dict[tuple[int, ...], WindowOutput]  # windows by their ids: the same ids are read once a chunk
_AT_ONCE = 2  # chunks: the texts of one are cleaned while the windows of the other are read
_LEFT_OUT = 2  # sentences with the most evidence for a head; each costs one more reading of its windows


@dataclass(frozen=True, slots=True)
class Cleaned:
    """An article in scope, as the model will read it."""

    article: Article
    language: str
    clean: CleanText


@dataclass(frozen=True, slots=True)
class Cut(Cleaned):
    """The same in windows."""

    windows: Sequence[Window]
    truncated: bool  # it was longer


@dataclass(frozen=True, slots=True)
class Answered(Cut):
    """The same with what the network says."""

    outputs: Sequence[WindowOutput]  # one a window


Before = TypeVar("Before", bound=Cleaned)
After = TypeVar("After")


class Predictor:
    """Scores articles with one bundle; an article that fails carries its error and stops no other."""

    def __init__(self, bundle: Bundle, backend: Backend, passages: int = 3) -> None:
        self.manifest = bundle.manifest
        self._backend = backend
        self._passages = passages
        manifest = bundle.manifest
        self._cleaner = Cleaner(manifest.mastheads, manifest.text, manifest.endings)
        self._scope = NewsScope.named(manifest.scope) if manifest.scope else None
        self._windower = Windower(bundle.path(TOKENIZER), bundle.manifest.window)
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="chunk")

    def predict(self, articles: Sequence[Article]) -> list[Prediction]:
        """Return one prediction an article, in order."""
        size = self._backend.articles
        chunks = [articles[start : start + size] for start in range(0, len(articles), size)]
        return [each for done in self._pool.map(self._predict_chunk, chunks) for each in done]

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a vector (texts, dimensions) of unit length for the cleaned first window of each text."""
        clean = [self._cleaner.clean("", text).text for text in texts]
        return self._backend.vectors([cut.windows[0].ids for cut in self._windower.windows(clean)])

    def meanings(self, texts: Sequence[tuple[str, str]]) -> list[Meaning]:
        """Return (windows, hidden) for each title and text, in scope or not; the backend gives meanings."""
        clean = [self._cleaner.clean(title, text).text for title, text in texts]
        cut = self._windower.windows(clean)
        outputs = self._run([[window.ids for window in each.windows] for each in cut], {})
        return [_meaning(said) for said in outputs]

    def _predict_chunk(self, articles: Sequence[Article]) -> list[Prediction]:
        cut = _step([self._cleaned(article) for article in articles], self._cut)
        return _step(_step(cut, self._answered), self._predictions)

    def _cleaned(self, article: Article) -> Cleaned | Prediction:
        """Clean an article; what is out of scope or fails has its prediction already."""
        try:
            if is_web_page(article.text):
                raise UserError("this is the source of a whole web page; give the text of its article alone")
            clean = self._cleaner.clean(article.title, article.text)
            language = article.language or detect_language(clean.text)
            if self._in_scope(clean.text, language):
                return Cleaned(article, language, clean)
        except Exception as error:  # noqa: BLE001 - nothing of one article may stop the others
            return _failed(article, "", error)
        return Prediction(article.id, language, {head.task: out_of_scope() for head in self.manifest.heads})

    def _in_scope(self, text: str, language: str) -> bool:
        known = language in self.manifest.languages
        enough = known and _has_letters(text, max(self.manifest.min_letters, 1))
        return enough and (self._scope is None or self._scope.holds(text, language))

    def _cut(self, items: Sequence[Cleaned]) -> list[Cut]:
        cuts = self._windower.windows([item.clean.text for item in items])
        return [
            Cut(item.article, item.language, item.clean, cut.windows, cut.truncated)
            for item, cut in zip(items, cuts, strict=True)
        ]

    def _answered(self, items: Sequence[Cut]) -> list[Answered]:
        outputs = self._run([[window.ids for window in item.windows] for item in items], {})
        return [
            Answered(item.article, item.language, item.clean, item.windows, item.truncated, said)
            for item, said in zip(items, outputs, strict=True)
        ]

    def _run(self, texts: Sequence[Sequence[Ids]], said: Said) -> list[list[WindowOutput]]:
        """Run the windows of all texts at once, those that said nothing yet; return what each text's say."""
        keys = [[tuple(ids) for ids in windows] for windows in texts]
        new = [key for key in dict.fromkeys(key for own in keys for key in own) if key not in said]
        said = said | dict(zip(new, self._backend.run(new), strict=True))
        return [[said[key] for key in own] for own in keys]

    def _predictions(self, items: Sequence[Answered]) -> list[Prediction]:
        decided = [self._decided(item) for item in items]
        passages = self._all_passages(items, decided) if self._passages else [{} for _ in items]
        return [
            Prediction(
                item.article.id,
                item.language,
                {task: replace(head, passages=found.get(task, ())) for task, head in heads.items()},
                truncated=item.truncated,
                meaning=_meaning(item.outputs),
            )
            for item, heads, found in zip(items, decided, passages, strict=True)
        ]

    def _decided(self, item: Answered) -> dict[str, HeadPrediction]:
        heads = self.manifest.heads
        logits = split_heads(heads, joined(heads, item.outputs))
        return {head.task: decide(head, logits[head.task], item.language) for head in heads}

    def _all_passages(
        self, items: Sequence[Answered], decided: Sequence[Mapping[str, HeadPrediction]]
    ) -> list[dict[str, tuple[Passage, ...]]]:
        """Score each article again without each of the sentences that may have decided: task → passages."""
        spans = [self._may_decide(item, heads) for item, heads in zip(items, decided, strict=True)]
        without = self._without(items, spans)
        return [
            self._passages_of(item, heads, own, list(islice(without, len(own))))
            for item, heads, own in zip(items, decided, spans, strict=True)
        ]

    def _without(self, items: Sequence[Answered], spans: Sequence[Sequence[Span]]) -> Iterator[Logits]:
        """Yield the joined logits of each article without each of its spans.

        Only the windows that hold the span are read again; cutting anew would move the borders of all.
        """
        said = {
            tuple(window.ids): output
            for item in items
            for window, output in zip(item.windows, item.outputs, strict=True)
        }
        texts = [
            windows_without(item.windows, span)
            for item, own in zip(items, spans, strict=True)
            for span in own
        ]
        return (joined(self.manifest.heads, outputs) for outputs in self._run(texts, said))

    def _may_decide(self, item: Answered, decided: Mapping[str, HeadPrediction]) -> list[Span]:
        """Choose the first sentence and those with most evidence for each answer; none of a single one."""
        sentences = read_sentences(item.clean.text, item.windows)
        if len(sentences) < 2:
            return []
        by_window = [split_heads(self.manifest.heads, said.token_logits) for said in item.outputs]
        chosen = {0}
        for head in self._answering(decided):
            columns = [head.labels.index(label) for label in decided[head.task].labels]
            evidence = [label_evidence(head, tokens[head.task])[:, columns].sum(1) for tokens in by_window]
            totals = sentence_evidence(sentences, item.windows, evidence)
            chosen.update(np.argsort(-totals, kind="stable")[:_LEFT_OUT].tolist())
        return [sentences[place] for place in sorted(chosen)]

    def _answering(self, decided: Mapping[str, HeadPrediction]) -> list[HeadSpec]:
        """Return the heads that say something of an article; one not measured in its language does not."""
        said = {task for task, head in decided.items() if head.labels and head.status != "not_measured"}
        return [head for head in self.manifest.heads if head.task in said]

    def _passages_of(
        self,
        item: Answered,
        decided: Mapping[str, HeadPrediction],
        spans: Sequence[Span],
        without: Sequence[Logits],  # one a span: the joined logits of the text without it
    ) -> dict[str, tuple[Passage, ...]]:
        sentences = spans or read_sentences(item.clean.text, item.windows)
        found = {}
        for head in self._answering(decided):
            falls = np.ones(len(sentences))
            if spans:
                logits = np.stack([split_heads(self.manifest.heads, rest)[head.task] for rest in without])
                falls = label_falls(head.of_language(item.language), decided[head.task], logits)
            found[head.task] = strongest(item.article, item.clean, sentences, falls, self._passages)
        return found


def _meaning(outputs: Sequence[WindowOutput]) -> Meaning:
    found = [said.meaning for said in outputs if said.meaning is not None]
    return np.stack(found) if found else None


def joined(heads: Sequence[HeadSpec], outputs: Sequence[WindowOutput]) -> Logits:
    """Return the logits of an article (outputs,): the mean of its windows, weighted by their tokens.

    Where a head reads beginnings first, that share of its logits is the first window's.
    """
    logits = np.stack([window.logits for window in outputs])
    mean = np.average(logits, axis=0, weights=[len(window.token_logits) for window in outputs])
    first = np.concatenate([np.full(head.outputs, head.first_window) for head in heads])
    return np.asarray(mean + first * (logits[0] - mean))


def _step(
    items: Sequence[Before | Prediction], step: Callable[[Sequence[Before]], Sequence[After]]
) -> list[After | Prediction]:
    """Take a step with all articles at once and, if that fails, with each alone; predictions stay."""
    todo = [item for item in items if not isinstance(item, Prediction)]
    done: list[After | Prediction]
    try:
        done = [*step(todo)] if todo else []
    except Exception:  # noqa: BLE001 - whichever article it was will say so when it is alone
        done = [_alone(item, step) for item in todo]
    in_order = iter(done)
    return [item if isinstance(item, Prediction) else next(in_order) for item in items]


def _alone(item: Before, step: Callable[[Sequence[Before]], Sequence[After]]) -> After | Prediction:
    try:
        return step([item])[0]
    except Exception as error:  # noqa: BLE001 - nothing of one article may stop the others
        return _failed(item.article, item.language, error)


def _failed(article: Article, language: str, error: Exception) -> Prediction:
    name = "" if isinstance(error, UserError) else f"{type(error).__name__}: "
    return Prediction(article.id, language, {}, f"{name}{error}".replace("\n", " ")[:500])


def _has_letters(text: str, count: int) -> bool:
    return sum(1 for _ in islice(filter(str.isalpha, text), count)) >= count
