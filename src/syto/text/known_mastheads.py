"""Names of agencies and outlets that Ukrainian, Russian and English news cite all the time.

Names that are ordinary words too (Дождь, Тиждень) are left out: patterns find them where they sign a text.
A word in lower case here matches in any case.
"""

KNOWN_MASTHEADS: tuple[str, ...] = (
    # Ukrainian
    "укрінформ", "укринформ", "ukrinform", "УНІАН", "УНИАН", "UNIAN", "УНН", "Інтерфакс-Україна",
    "Интерфакс-Украина", "Interfax-Ukraine", "РБК-Україна", "РБК-Украина", "Українські новини",
    "Українська правда", "Суспільне Новини", "Украинская правда", "Ukrainska Pravda", "Європейська правда",
    "Економічна правда", "Еспресо", "Лівий берег", "Цензор.НЕТ",
    "Дзеркало тижня", "Зеркало недели", "Радіо Свобода", "Радио Свобода", "Голос Америки",
    "Детектор медіа", "Бабель", "Новое время", "Корреспондент.net", "Кореспондент.net",
    "Фокус.ua", "Українське радіо", "АрміяInform",
    "ЛІГА.net", "ЛИГА.net", "Телеграф.ua", "Kyiv Independent", "Kyiv Post", "Hromadske",
    "Espreso", "24 Канал",
    # Russian
    "РИА Новости", "РІА Новини", "РИА Новости Крым", "RIA Novosti", "ТАСС", "ИТАР-ТАСС", "TASS",
    "Интерфакс", "Інтерфакс", "Interfax", "РБК", "Коммерсантъ", "Коммерсант", "Ведомости",
    "Российская газета", "Комсомольская правда", "Московский комсомолец", "Аргументы и факты",
    "Газета.Ru", "Лента.ру", "Lenta.ru", "Медуза", "Meduza", "Медіазона", "Медиазона",
    "Эхо Москвы", "Новая газета", "Независимая газета", "Известия", "Регнум", "REGNUM", "Росбалт",
    "RT на русском", "Russia Today", "Sputnik", "Царьград", "НТВ",
    "Первый канал", "Вести.Ru", "РЕН ТВ", "Звезда ТВ", "URA.RU", "Фонтанка", "Русская служба Би-би-си",
    "Би-би-си", "Бі-бі-сі", "Немецкая волна", "Украина.ру", "EADaily", "News Front",
    "Парламентская газета", "Life.ru", "RTVI",
    # English and the rest of the world
    "Reuters", "Рейтер", "Рейтерс", "Associated Press", "AP News", "Agence France-Presse", "AFP",
    "Bloomberg", "BBC", "BBC News", "BBC Sport", "BBC Ukrainian", "CNN", "Fox News", "NBC News",
    "CBS News", "ABC News", "MSNBC", "The Guardian", "The New York Times", "New York Times", "NYT",
    "The Washington Post", "Washington Post", "The Wall Street Journal", "Wall Street Journal", "WSJ",
    "Financial Times", "The Times", "The Telegraph", "The Independent", "The Economist", "The Sun",
    "Daily Mail", "The Daily Mail", "Mirror Online", "Politico", "Politico Europe", "Deutsche Welle",
    "DW", "Euronews", "Євроньюс", "Евроньюс", "Al Jazeera", "Аль-Джазира", "Аль-Джазіра", "France 24",
    "Sky News", "CNBC", "USA Today", "Newsweek", "Business Insider", "The Hill", "Axios", "Der Spiegel",
    "Bild", "Die Welt", "Le Monde", "Le Figaro", "La Repubblica", "El País", "Polskie Radio",
    "Gazeta Wyborcza", "Rzeczpospolita", "Сіньхуа", "Синьхуа", "Xinhua", "Yonhap", "Kyodo", "Anadolu",
    "Анадолу", "Voice of America", "Radio Free Europe", "Radio Liberty", "TechCrunch", "The Verge",
    "ScienceDaily", "The Athletic", "Sky Sports", "ESPN", "Yahoo News", "Yahoo Sports", "Yahoo Finance",
)  # fmt: skip
