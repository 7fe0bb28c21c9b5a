"""The one path from articles to predictions: clean, language, scope, windows, backend, calibrate, decide."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from syto.errors import UserError
from syto.inference.backends import Backend
from syto.inference.decisions import decide, out_of_scope
from syto.inference.passages import Span, label_falls, read_sentences, sentence_evidence, strongest
from syto.model.bundle import TOKENIZER, Bundle
from syto.model.decode import label_evidence, split_heads
from syto.model.windows import ArticleWindows, Window, Windower, pad_batch
from syto.records import Article, HeadPrediction, Passage, Prediction
from syto.text.clean import Cleaner, CleanText
from syto.text.language import detect_language
from syto.text.markup import is_web_page
from syto.text.scope import NewsScope

Logits = NDArray[np.float32]
Result = TypeVar("Result")
_CHUNK = 256  # articles whose windows and token logits are held at once
_LEFT_OUT = 2  # sentences with the most evidence for a head; each costs one more reading of the article


@dataclass(frozen=True, slots=True)
class _Prepared:
    """An article on its way; `error` is empty unless a step failed."""

    article: Article
    clean: CleanText | None = None
    language: str = ""
    in_scope: bool = False
    cut: ArticleWindows | None = None
    outputs: tuple[
        tuple[Logits, Logits], ...
    ] = ()  # a window: logits (outputs,), token logits (tokens, outputs)
    without: tuple[tuple[Span, Logits], ...] = ()  # a sentence, and the joined logits of the text without it
    error: str = ""


class Predictor:
    """Scores articles with one bundle; an article that fails carries its error and stops no other."""

    def __init__(self, bundle: Bundle, backend: Backend, batch_size: int = 32, passages: int = 3) -> None:
        self.manifest = bundle.manifest
        self._backend = backend
        self._batch_tokens = batch_size * bundle.manifest.window.length
        self._passages = passages
        manifest = bundle.manifest
        self._cleaner = Cleaner(manifest.mastheads, manifest.text, manifest.endings)
        self._scope = NewsScope.named(manifest.scope) if manifest.scope else None
        self._windower = Windower(bundle.path(TOKENIZER), bundle.manifest.window)

    def predict(self, articles: Sequence[Article]) -> list[Prediction]:
        """Return one prediction an article, in order."""
        chunks = (articles[start : start + _CHUNK] for start in range(0, len(articles), _CHUNK))
        return [prediction for chunk in chunks for prediction in self._predict_chunk(chunk)]

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a vector (texts, dimensions) of unit length for the cleaned first window of each text."""
        clean = [self._cleaner.clean("", text).text for text in texts]
        windows = [cut.windows[0] for cut in self._windower.windows(clean)]
        found: dict[int, Logits] = {}
        for batch in _batches(windows, self._batch_tokens):
            vectors = self._backend.vectors(*pad_batch([windows[place] for place in batch]))
            found |= dict(zip(batch, vectors, strict=True))
        return np.stack([found[place] for place in range(len(windows))])

    def _predict_chunk(self, articles: Sequence[Article]) -> list[Prediction]:
        items = [_guarded(self._prepare, _Prepared(article)) for article in articles]
        items = self._each(items, self._cut)
        items = self._each(items, self._run)
        if self._passages:
            items = self._each(items, self._leave_out)
        return [self._finish(item) for item in items]

    def _prepare(self, item: _Prepared) -> _Prepared:
        article = item.article
        if is_web_page(article.text):
            raise UserError("this is the source of a whole web page; give the text of its article alone")
        clean = self._cleaner.clean(article.title, article.text)
        language = article.language or detect_language(clean.text)
        known = language in self.manifest.languages
        in_scope = known and _has_letters(clean.text, max(self.manifest.min_letters, 1))
        if in_scope and self._scope:
            in_scope = self._scope.holds(clean.text, language)
        return replace(item, clean=clean, language=language, in_scope=in_scope)

    def _each(
        self, items: list[_Prepared], step: Callable[[list[_Prepared]], list[_Prepared]]
    ) -> list[_Prepared]:
        """Take a step with all articles in scope at once and, if that fails, with each of them alone."""
        places = [place for place, item in enumerate(items) if item.in_scope and not item.error]
        todo = [items[place] for place in places]
        try:
            done = step(todo) if todo else []
        except Exception:  # noqa: BLE001 - whichever article it was will say so when it is alone
            done = [_guarded(lambda item: step([item])[0], item) for item in todo]
        for place, item in zip(places, done, strict=True):
            items[place] = item
        return items

    def _cut(self, items: list[_Prepared]) -> list[_Prepared]:
        cuts = self._windower.windows([item.clean.text for item in items if item.clean])
        return [replace(item, cut=cut) for item, cut in zip(items, cuts, strict=True)]

    def _run(self, items: list[_Prepared]) -> list[_Prepared]:
        windows = [window for item in items if item.cut for window in item.cut.windows]
        outputs: dict[int, tuple[Logits, Logits]] = {}
        for batch in _batches(windows, self._batch_tokens):
            logits, token_logits = self._backend.run(*pad_batch([windows[place] for place in batch]))
            for row, place in enumerate(batch):
                outputs[place] = (logits[row], token_logits[row, : len(windows[place].ids)])
        in_order = iter(outputs[place] for place in range(len(windows)))
        counts = [len(item.cut.windows) for item in items if item.cut]
        return [
            replace(item, outputs=tuple(islice(in_order, count)))
            for item, count in zip(items, counts, strict=True)
        ]

    def _leave_out(self, items: list[_Prepared]) -> list[_Prepared]:
        """Score each article again without each of the sentences that may have decided."""
        spans = [self._may_decide(item) for item in items]
        texts = [
            item.clean.text[:start] + item.clean.text[end:]
            for item, own in zip(items, spans, strict=True)
            for start, end in own
            if item.clean
        ]
        rest = [_Prepared(Article("", ""), cut=cut) for cut in self._windower.windows(texts)]
        logits = iter(_joined(item.outputs) for item in (self._run(rest) if rest else ()))
        return [
            replace(item, without=tuple((span, next(logits)) for span in own))
            for item, own in zip(items, spans, strict=True)
        ]

    def _may_decide(self, item: _Prepared) -> list[Span]:
        """Choose the first sentence and those with the most evidence for each head; none of a single one."""
        if item.clean is None or item.cut is None:
            return []
        windows = item.cut.windows
        sentences = read_sentences(item.clean.text, windows)
        if len(sentences) < 2:
            return []
        by_head = split_heads(self.manifest.heads, _joined(item.outputs))
        by_window = [split_heads(self.manifest.heads, tokens) for _, tokens in item.outputs]
        chosen = {0}
        for head in self.manifest.heads:
            decided = decide(head, by_head[head.task], item.language).labels
            columns = [head.labels.index(label) for label in decided]
            evidence = [label_evidence(head, tokens[head.task])[:, columns].sum(1) for tokens in by_window]
            totals = sentence_evidence(sentences, windows, evidence)
            chosen.update(np.argsort(-totals, kind="stable")[:_LEFT_OUT].tolist())
        return [sentences[place] for place in sorted(chosen)]

    def _finish(self, item: _Prepared) -> Prediction:
        try:
            return self._prediction(item)
        except Exception as error:  # noqa: BLE001 - nothing of one article may stop the others
            return self._prediction(replace(item, error=_reason(error)))

    def _prediction(self, item: _Prepared) -> Prediction:
        if item.error:
            return Prediction(item.article.id, item.language, {}, item.error)
        if not item.in_scope:
            heads = {head.task: out_of_scope() for head in self.manifest.heads}
            return Prediction(item.article.id, item.language, heads)
        truncated = item.cut is not None and item.cut.truncated
        return Prediction(item.article.id, item.language, self._heads(item), truncated=truncated)

    def _heads(self, item: _Prepared) -> dict[str, HeadPrediction]:
        heads = self.manifest.heads
        logits = split_heads(heads, _joined(item.outputs))
        decided = {head.task: decide(head, logits[head.task], item.language) for head in heads}
        found = self._find_passages(item, decided) if self._passages else {}
        return {task: replace(head, passages=found.get(task, ())) for task, head in decided.items()}

    def _find_passages(
        self, item: _Prepared, decided: Mapping[str, HeadPrediction]
    ) -> dict[str, tuple[Passage, ...]]:
        if item.clean is None or item.cut is None:
            return {}
        found = {}
        for head in self.manifest.heads:
            labels = decided[head.task].labels
            if not labels:
                continue
            if item.without:
                sentences = [span for span, _ in item.without]
                logits = np.stack(
                    [split_heads(self.manifest.heads, rest)[head.task] for _, rest in item.without]
                )
                falls = label_falls(head.of_language(item.language), decided[head.task], logits)
            else:
                sentences = read_sentences(item.clean.text, item.cut.windows)
                falls = np.ones(len(sentences))
            found[head.task] = strongest(item.article, item.clean, sentences, falls, self._passages)
        return found


def _has_letters(text: str, count: int) -> bool:
    return sum(1 for _ in islice(filter(str.isalpha, text), count)) >= count


def _batches(windows: Sequence[Window], budget: int) -> Iterator[list[int]]:
    """Put windows of like length together, so many that they, padded, have at most `budget` tokens."""
    batch: list[int] = []
    for place in sorted(range(len(windows)), key=lambda place: len(windows[place].ids)):
        if batch and (len(batch) + 1) * len(windows[place].ids) > budget:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def _joined(outputs: Sequence[tuple[Logits, Logits]]) -> Logits:
    """Return the mean of the windows' logits, weighted by their tokens: (outputs,)."""
    logits = np.stack([window for window, _ in outputs])
    tokens = np.array([len(token_logits) for _, token_logits in outputs])
    mean: Logits = np.average(logits, axis=0, weights=tokens)
    return mean


def _guarded(step: Callable[[_Prepared], _Prepared], item: _Prepared) -> _Prepared:
    try:
        return step(item)
    except Exception as error:  # noqa: BLE001 - nothing of one article may stop the others
        return replace(item, error=_reason(error))


def _reason(error: Exception) -> str:
    name = "" if isinstance(error, UserError) else f"{type(error).__name__}: "
    return f"{name}{error}".replace("\n", " ")[:500]
