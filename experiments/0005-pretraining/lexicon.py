"""Word translations between Ukrainian, Russian and English for `corpus.lexicon` and `augmentation.lexicon`.

    apt-get install lttoolbox apertium-rus-ukr mueller7-dict dict-freedict-eng-rus
    python lexicon.py raw CORPUS_FOLDER raw.tsv
    syto pretrain configs/syto-mini.yaml --set corpus.lexicon=raw.tsv --set training.max_steps=1   # word vectors
    python lexicon.py refine CORPUS_FOLDER lexicon.tsv RUN_FOLDER

The first step takes what the dictionaries say. The second adds words spelt alike, ranks all candidates by how
near their word vectors are, and keeps the best. The dictionaries are GPL; the lexicon is not part of the project.
"""

import gzip
import re
import subprocess
import sys
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from transformers import AutoTokenizer

APERTIUM = "/usr/share/apertium/apertium-rus-ukr"
MUELLER, FREEDICT = "/usr/share/dictd/mueller7.dict.dz", "/usr/share/dictd/freedict-eng-rus.dict.dz"
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
CYRILLIC = re.compile("[а-яіїєґё]")
LEFT_OUT = {"CC BY-NC-SA", "research only"}
UNITS = re.compile(r"\^([^/$]*)/([^/$]*)[^$]*\$")  # ^surface/first reading/other readings$
RARE = 30_000  # words of this rank or above are seldom what a translation means
Lexicon = dict[tuple[str, str], dict[str, list[str]]]


def frequent_words(folder: Path) -> dict[str, list[str]]:
    """Return the words of each language, the most frequent first."""
    words = {}
    for language in ("uk", "ru", "en"):
        counts: Counter[str] = Counter()
        table = pq.read_table(folder / f"corpus_{language}.parquet", columns=["licence", "text"])
        texts = [row["text"] for row in table.to_pylist() if row["licence"] not in LEFT_OUT]
        for name in ("newsapi_2020", "newsapi_2023"):
            columns = ["lang", "title", "description"]
            rows = pq.read_table(folder / f"{name}.parquet", columns=columns).to_pylist()
            texts += [f"{row['title']} {row['description']}" for row in rows[::2] if row["lang"] == language]
        for text in texts:
            counts.update(WORD.findall(text.lower().replace("’", "'")))
        right = str.isascii if language == "en" else CYRILLIC.search
        frequent = counts.most_common(150_000)
        words[language] = [word for word, n in frequent if n >= 3 and len(word) > 1 and right(word)]
    return words


def apertium(words: list[str], mode: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return word → lemma and word → translation, of the words that Apertium's rus-ukr knows."""

    def run(text: str, *command: str) -> str:
        return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout

    read = run("".join(f"{w} .\n" for w in words), "lt-proc", "-w", f"{APERTIUM}/{mode}.automorf.bin")
    read = UNITS.sub(r"^\2$", read)  # the first reading
    other = UNITS.sub(r"^\2$", run(read, "lt-proc", "-b", f"{APERTIUM}/{mode}.autobil.bin"))
    made = run(other, "lt-proc", "-n", f"{APERTIUM}/{mode}.autogen.bin")
    lemmas, translations = {}, {}
    for word, reading, target in zip(words, read.split("\n"), made.split("\n"), strict=False):
        if found := re.match(r"\^([^*<]+)<", reading):
            lemmas[word] = found[1].lower()
            target = target.removesuffix(" .").strip().lower()
            if target and not re.search(r"[@#* /<>]", target):
                translations[word] = target
    return lemmas, translations


def unpacked(path: str) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return file.read().split("\n")


def english_russian(russian: set[str]) -> dict[str, list[str]]:
    """Return English headword → Russian words, in the dictionaries' order."""
    found: dict[str, list[str]] = defaultdict(list)
    head = None
    for line in unpacked(MUELLER):
        if line and not line[0].isspace():
            head = line.strip().lower()
        elif head and head.isascii() and " " not in head:
            line = re.sub(r"\[[^\]]*\]|\([^)]*\)|_[а-яa-z-]+\.?|\b\d+[.)>]|^\s*[а-я]\)", "", line, flags=re.I)
            for part in (part.strip(" .-=") for part in re.split("[,;]", line)):
                if re.fullmatch("[а-яё]{2,}", part) and part in russian and part not in found[head]:
                    found[head].append(part)
    for line, following in pairwise(unpacked(FREEDICT)):
        if match := re.match(r"([A-Za-z'-]+) /", line):
            for part in re.split("[,;]", re.sub(r"^\d+\.", "", following)):
                part = part.strip().lower()
                if re.fullmatch("[а-яё-]{2,}", part) and part not in found[match[1].lower()]:
                    found[match[1].lower()].insert(0, part)
    return found


def english_stems(word: str) -> list[str]:
    """Return the word and what it may be an inflection of."""
    ends = [
        ("'s", ""),
        ("ies", "y"),
        ("es", ""),
        ("es", "e"),
        ("s", ""),
        ("ied", "y"),
        ("ed", ""),
        ("ed", "e"),
    ]
    ends += [("ing", ""), ("ing", "e"), ("ly", "")]
    stems = [word] + [word[: -len(e)] + r for e, r in ends if word.endswith(e) and len(word) - len(e) > 2]
    doubled = re.fullmatch(r"(.{3,}(.))\2(?:ed|ing)", word)
    return [*stems, doubled[1]] if doubled else stems


def candidates(words: dict[str, list[str]]) -> dict[tuple[str, str], dict[str, dict[str, float]]]:
    """Return what the dictionaries say, with a bonus for how early they say it."""
    found: dict[tuple[str, str], dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))

    def add(one: str, word: str, other: str, target: str, bonus: float) -> None:
        for a, w, b, t in ((one, word, other, target), (other, target, one, word)):
            found[a, b][w][t] = max(bonus, found[a, b][w].get(t, -1.0))

    lemmas, to_ukrainian = apertium(words["ru"], "rus-ukr")
    _, to_russian = apertium(words["uk"], "ukr-rus")
    for word, target in to_ukrainian.items():
        add("ru", word, "uk", target, 0.3)
    for word, target in to_russian.items():
        add("uk", word, "ru", target, 0.3)
    ranks = {word: rank for rank, word in enumerate(words["ru"])}
    forms: dict[str, list[str]] = defaultdict(list)
    for form, lemma in lemmas.items():
        forms[lemma].append(form)
    known = english_russian(set(words["ru"]))
    for word in words["en"][:60_000]:
        stem = next((stem for stem in english_stems(word) if known.get(stem)), None)
        for place, target in enumerate(known.get(stem or "", [])[:8]):
            inflected = sorted(forms.get(target, []), key=lambda form: ranks.get(form, RARE))[:4]
            for form in dict.fromkeys([target, *inflected]):
                add("en", word, "ru", form, 0.15 - 0.02 * place)
    return found


def add_alike(found: dict, words: dict[str, list[str]], lemmas: dict[str, str]) -> None:
    """Add words that are spelt alike in two languages: cognates, and names in another alphabet."""
    for other, key, russian_key in (
        ("uk", cognate_key, cognate_key),
        ("en", latin_key, lambda word: latin_key(word.translate(LATIN))),
    ):
        by_key: dict[str, list[str]] = defaultdict(list)
        for word in words[other][:80_000]:
            if len(word) > 4:
                by_key[key(word)].append(word)
        for word in words["ru"][:100_000]:
            if len(word) > 4:
                stem = re.sub("(ом|ым|ого|ому|ой|а|у|е|и|ы)$", "", word)
                shapes = {word, lemmas.get(word, word), stem} if other == "en" else {word}
                for target in [t for shape in shapes for t in by_key.get(russian_key(shape), ())[:3]]:
                    found["ru", other][word].setdefault(target, 0.1)
                    found[other, "ru"][target].setdefault(word, 0.1)


def cognate_key(word: str) -> str:
    """Return what a Ukrainian and a Russian spelling of one word share."""
    plain = re.sub("[ьъ'’-]", "", word).translate(str.maketrans("ыіїйэєёґщ", "иииеееегш"))
    return plain.replace("ии", "и").replace("ие", "и")


LATIN = str.maketrans(
    dict(zip("абвгдеёзийклмнопрстуфхыэ", "abvgdeeziiklmnoprstufhie", strict=True))
    | {"ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "", "ь": "", "ю": "iu", "я": "ia"}
)


def latin_key(word: str) -> str:
    """Return what an English spelling and a transliteration of one name share."""
    for shape, plain in map(
        str.split, ("kh h", "ph f", "ck k", "x ks", "w v", "y i", "tz ts", "c k", "kh ch", "j dzh", "q k")
    ):
        word = word.replace(shape, plain)
    return re.sub(r"(.)\1+", r"\1", word)


def refine(found: dict, words: dict[str, list[str]], run: Path) -> Lexicon:
    """Keep the candidates whose word vectors are nearest; the pairs with English go through Russian."""
    tokenizer = AutoTokenizer.from_pretrained(run / "tokenizer")
    vectors = np.load(run / "word_vectors.npy")
    vectors = vectors - vectors.mean(0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    cache: dict[str, np.ndarray] = {}

    def similar(word: str, targets: list[str]) -> np.ndarray:
        new = [w for w in dict.fromkeys([word, *targets]) if w not in cache]
        for w, ids in zip(
            new, tokenizer(new, add_special_tokens=False)["input_ids"] if new else [], strict=True
        ):
            lengths = [len(piece) for piece in tokenizer.convert_ids_to_tokens(ids)]
            vector = (vectors[ids] * np.array(lengths)[:, None]).sum(0)
            cache[w] = vector / max(float(np.linalg.norm(vector)), 1e-6)
        return np.array([cache[t] for t in targets]) @ cache[word]

    ranks = {language: {word: rank for rank, word in enumerate(ws)} for language, ws in words.items()}
    best: Lexicon = {}
    for (one, other), pairs in found.items():
        english = "en" in (one, other)
        best[one, other] = {}
        for word, targets in pairs.items():
            if word not in ranks[one]:
                continue
            names = [t for t in targets if t in ranks[other]] or list(targets)
            scores = similar(word, names) + np.array([targets[t] for t in names])
            scores -= np.array([0.05 * (ranks[other].get(t, RARE) >= RARE) for t in names])
            order = np.argsort(-scores)[:3]
            floor = max(scores[order[0]] - 0.06, 0.2 if english else 0.35)
            kept = [names[i] for i in order if scores[i] > floor]
            if not kept and english and scores[order[0]] > 0.05:
                kept = [names[order[0]]]
            if kept:
                best[one, other][word] = kept
    for one, other in (("en", "uk"), ("uk", "en")):
        through = best["ru", other]
        best[one, other] = {}
        for word, targets in best[one, "ru"].items():
            names = list(dict.fromkeys(n for target in targets[:2] for n in through.get(target, [])[:2]))
            if names:
                scores = similar(word, names)
                if kept := [names[i] for i in np.argsort(-scores) if scores[i] > -0.1][:2]:
                    best[one, other][word] = kept
    return best


def write(lexicon: Lexicon, path: Path) -> None:
    """Write the lines that syto reads; a word that stays the same needs none."""
    with path.open("w", encoding="utf-8") as file:
        for (one, other), pairs in sorted(lexicon.items()):
            for word, targets in pairs.items():
                if others := [target for target in targets if target != word]:
                    file.write(f"{one}\t{word}\t{other}\t{'|'.join(others)}\n")


def main() -> None:
    step, folder, output = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    words = frequent_words(folder)
    found = candidates(words)
    if step == "refine":
        add_alike(found, words, apertium(words["ru"], "rus-ukr")[0])
        write(refine(found, words, Path(sys.argv[4])), output)
        return
    raw = {pair: {w: sorted(ts, key=lambda t: -ts[t])[:3] for w, ts in found[pair].items()} for pair in found}
    for one, other in (("en", "uk"), ("uk", "en")):
        through = raw["ru", other]
        raw[one, other] = {
            w: [n for t in ts[:2] for n in through.get(t, [])[:1]] for w, ts in raw[one, "ru"].items()
        }
    write(raw, output)


if __name__ == "__main__":
    main()
