"""Patterns of what outlets add to a text: attributions, credits, calls to subscribe, links.

Every repetition is bounded or consumes what it scans, so that matching stays linear on hostile input.
A match that begins inside a word does not count; `redact` checks that, because `re` is three times as fast on
patterns that begin with plain letters.
"""

import re

_CAPITAL = "[A-ZА-ЯІЇЄҐЁ0-9]"
_NAME_WORD = rf"{_CAPITAL}[\w'&-]{{0,30}}(?:\.\w{{1,10}}){{0,2}}"
_QUOTED = r"[«\"“„][^«»\"“”„\n]{1,60}[»\"”“]"
_NAME = rf"(?:{_QUOTED}|{_NAME_WORD}(?: {_NAME_WORD}){{0,3}})"
_ROLE = (
    r"(?:(?:власн|наш|спеціальн|собственн|специальн)\w{1,4} )?(?:кореспондент|корреспондент|власкор|собкор|"
    r"спецкор|фотокор|журналіст|журналист|агентств|агенці|інформагентств|информагентств|"
    r"інформаці\w{2,6} агентств|видання|издани|телеканал|портал|інтернет-видан|интернет-издани|"
    r"сайт|газет|журнал|канал)\w{0,6}"
)
_PRESENT = r"переда(?:є|ють|ет|ёт|ют)|пиш(?:е|уть|ет|ут)|інформу(?:є|ють)|информиру(?:ет|ют)"
_REPORTING = (
    rf"{_PRESENT}|повідомля(?:є|ють|в|ла|ло|ли)|повідом(?:ив|ила|или)|сообща(?:ет|ют|л|ла|ло|ли)|"
    r"сообщил[аи]?|пис(?:ав|ала|ало|али|ал)|розпові(?:дає|в|ла|ли)|переда(?:в|вав|вала|л|ла)|"
    r"зазначає|отмечает|уточнює|уточняет"
)
_LEAD_IN = r"(?:[Яя]к|[Кк]ак|[Пп]ро це|[Оо]б этом|раніше|ранее|також|также|вже|уже)"
_STOP = r"(?=[,.;:!?)\n—–»]|\Z| (?:із|з|зі) посил| со ссылк)"
_BREAK = r"(?:[,;] ?| [—–-] )?"

_CREDIT_NAME = (
    rf"(?:{_QUOTED}|@?{_CAPITAL}[\w'.&@-]{{0,40}}|прес[с-]{{0,2}}служб\w{{1,3}}|скриншот|скріншот|"
    r"соцсет\w{1,3}|соцмереж\w{0,2}|архів\w{0,2}|архив\w{0,2}|з відкритих джерел|из открытых источников|"
    r"ілюстративне|иллюстративное|надано|предоставлено|facebook|instagram|telegram|via|for|of)"
)
_CREDITED = (
    "фото|фотографія|фотография|відео|видео|джерело|источник|автор|авторка|автори|авторы|текст|редактор|"
    "редакторка|зображення|ілюстрація|иллюстрация|інфографіка|инфографика|"
    "photo|photos|video|source|credit|author|image"
)
_CREDIT_LABEL = f"(?:{_CREDITED}|{_CREDITED.title()}|{_CREDITED.upper()})"
_CALLS = (
    r"(?:Читайте (?:також|также|ще|еще|ещё)|ЧИТАЙТЕ ТАКОЖ|ЧИТАЙТЕ ТАКЖЕ|Читати також|Читать также|"
    r"Дивіться також|Смотрите также|Підпи(?:суйтесь|суйтеся|шіться|шись)|"
    r"Подпи(?:сывайтесь|шитесь|шись)|Приєднуй(?:тесь|теся)|Присоединяйтесь|Стежте за|Следите за|"
    r"Підписуйся на|Подписывайся на|Підписатис[яь]|Подписаться|Надіслати новину|Прислать новость|"
    r"Читайте на|Докладніше на сайті|Подробнее на сайте|"
    r"Більше новин|Больше новостей|Наш (?:канал|телеграм)|М[иы] в [Тт]елеграм|Хочете знати більше|"
    r"Read more|READ MORE|Read also|Also read|Subscribe|Follow us|Sign up for|Click here|Join us on)"
)
_TOP_LEVEL = (
    r"(?:com|net|org|info|biz|edu|gov|mil|ua|ru|by|kz|su|eu|uk|us|de|fr|pl|tv|fm|io|co|au|ca|ie|za|nz|"
    r"media|news|press|online|site|today|agency|live|рф|укр|ру)"
)

_MONTH = (
    r"(?:янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек|січ|лют|бер|квіт|трав|черв|лип|серп|вер|жовт|лист|груд|"
    r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-zа-яіїє]{0,8}\.?"
)
_DAY = rf"(?:\d{{1,2}} {_MONTH}|{_MONTH} \d{{1,2}})"
_BY = rf"(?:[\w.-]{{1,40}}\.[a-z]{{2,6}}|(?-i:{_NAME_WORD})(?: (?-i:{_NAME_WORD}))?)"
_CITY = rf"(?-i:{_NAME_WORD})(?:[ -](?-i:{_NAME_WORD})){{0,2}}"

_LINK = r"[^\s()\[\]<>\"«»“”]*"

ATTRIBUTIONS: tuple[re.Pattern[str], ...] = (
    # "передає Дніпроград." and "повідомляє кореспондент Дніпрограда." whoever that is
    re.compile(rf"(?:{_PRESENT}) (?:{_ROLE} )?{_NAME}{_STOP}"),
    re.compile(rf"(?:{_REPORTING}) {_ROLE} {_NAME}{_STOP}"),
)

PATTERNS: tuple[re.Pattern[str], ...] = (
    # links, addresses, handles; domain-like tokens name an outlet
    re.compile(rf"https?://{_LINK}|www\.{_LINK}|t\.(?:me|dog)/{_LINK}|telegram\.(?:me|dog)/{_LINK}"),
    re.compile(r"(?<![\w.+@-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63}){1,3}"),
    re.compile(rf"(?<![\w.@-])(?:[\w-]{{1,63}}\.){{1,4}}{_TOP_LEVEL}(?![\w-])(?:/{_LINK})?", re.IGNORECASE),
    re.compile(r"(?<![\w@.])@[A-Za-z]\w{2,40}"),
    # "Як повідомляв Дніпроград, …": an outlet on its own earlier news
    re.compile(
        rf"[ЯяКк]а?к (?:(?:вже|уже|раніше|ранее) )?(?:повідомля|писа|сообща)(?:в|ла|ло|ли|л) "
        rf"(?:{_ROLE} )?{_NAME},"
    ),
    # "Фото: МКІП", "Автор: Ім'я Прізвище", only names up to the end of the sentence
    re.compile(
        rf"{_CREDIT_LABEL}\s?[:/©]\s?{_CREDIT_NAME}(?:[ ,/|&-]{{1,3}}{_CREDIT_NAME}){{0,5}}"
        r"(?:\.|(?=\n|\Z|\)|\]))"
    ),
    re.compile(rf"©\s?{_CREDIT_NAME}(?:[ ,/|&-]{{1,3}}{_CREDIT_NAME}){{0,5}}"),
    re.compile(r"^By [A-Z][\w.'-]{1,30}(?: [A-Z][\w.'-]{1,30}){1,3}(?:,? [^\n]{0,40})?$", re.MULTILINE),
    # "18 Nov 2019, 12:14 by Ім'я Прізвище": when a text was put out, and by whom
    re.compile(
        rf"\b(?:{_DAY},? 20\d\d|\d{{1,2}}\.\d{{1,2}}\.20\d\d)(?: г\.| года| р\.| року)?"
        rf"(?:,? (?:[воu] |at )?\d{{1,2}}:\d\d(?: ?[ap]\.?m\.?)?(?: by {_BY})?| by {_BY})",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) 20\d\d\b(?!,? \d{1,2}:\d\d| by )"
    ),
    # "МОСКВА, 18 ноя -", "Москва. 18 ноября.", "TORONTO –": where a text was put out
    re.compile(
        rf"(?:^|(?<=[.!?…] )){_CITY}(?:[,.] | \(){_DAY}(?:,? 20\d\d)?\)?(?: ?[—–/-]+|[.,:])",
        re.MULTILINE | re.IGNORECASE,
    ),
    re.compile(
        r"^[A-ZА-ЯІЇЄҐ][A-ZА-ЯІЇЄҐ .-]{2,30}(?:, [A-Z][a-z]{1,15}\.?)?(?: \([^()\n]{0,30}\))? [—–-]+ ",
        re.MULTILINE,
    ),
    # "РИА Новости, 20.04.2020": the date that a masthead leaves behind; a label that a credit does
    re.compile(r"[ ,]{0,2}\b\d{1,2}\.\d{1,2}\.20\d\d(?:,? \d{1,2}:\d\d)?\.?$", re.MULTILINE),
    re.compile(rf"{_CREDIT_LABEL}\s?[:©]\s?\.?$", re.MULTILINE),
    # Telegram's marks for bold and italics
    re.compile(r"\*\*|__"),
    # calls: to the end of a short line, else to the end of the sentence
    re.compile(rf"{_CALLS}(?:[^\n]{{0,300}}$|[^\n.!?]{{0,200}}[.!?]?)", re.MULTILINE),
)

# What belongs to an attribution, before it: ", як", "Про це".
LEAD_IN_BEFORE = re.compile(rf"{_BREAK}(?:\b{_LEAD_IN} ){{0,2}}\Z")
# What belongs to a masthead that was found: "…, як передає власний кореспондент" before it …
ATTRIBUTION_BEFORE = re.compile(
    rf"(?:{_BREAK}(?:{_LEAD_IN} ){{0,2}}\b(?:{_REPORTING})(?: раніше| ранее)?(?: {_ROLE})?|"
    rf"(?:^|{_BREAK})(?:[Aa]ccording to|[Aa]s reported by|[Зз]а (?:даними|інформацією)|"
    rf"[Пп]о (?:данным|информации))(?: {_ROLE})?|\b{_ROLE}) \Z",
    re.MULTILINE,
)
ROLE_BEFORE = re.compile(
    rf"(?:{_BREAK}(?:{_LEAD_IN} ){{0,2}}\b(?:{_PRESENT}|повідомляє|сообщает) )?\b{_ROLE} \Z"
)
# … "reports" after it …
ATTRIBUTION_AFTER = re.compile(r",? (?:reports?|reported|said|says|writes)(?=[ ,.:])(?: that\b)?")
CLAUSE_END = re.compile(_STOP)
# … and the name of its reporter, alone on the line.
REPORTER = re.compile(rf"{_CAPITAL}[\w'.-]{{1,30}}(?: {_CAPITAL}[\w'.-]{{1,30}}){{0,3}} ?[,.|/—–-]? ?")
