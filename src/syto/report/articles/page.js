'use strict';
// Makes the page of its data. Whatever comes from outside becomes a text node, never markup.
(async () => {
const $ = id => document.getElementById(id);
const data = await read($('data'));
if (!data) return;
const A = data.articles, S = data.sources, ROWS = A.number.length, PAGE = 50, SOURCES = 15;
const MARKS = {reliable: '●', mixed: '◐', unreliable: '▲'};
const state = {lang: 'uk', page: 0, sources: SOURCES, sort: 'rows', down: true, open: -1, found: []};
const filters = {}; // name → control

async function read(node) {
  if (node.type === 'application/json') return JSON.parse(node.textContent);
  try {
    const signs = atob(node.textContent), bytes = new Uint8Array(signs.length);
    for (let place = 0; place < signs.length; place++) bytes[place] = signs.charCodeAt(place);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return JSON.parse(await new Response(stream).text());
  } catch { $('made').textContent = 'Цей переглядач застарий і не розпакує сторінки. · This browser is too old to unpack the page.'; }
}

// Words
const own = (of, key) => Object.hasOwn(of, key) ? of[key] : undefined;
const w = key => (own(data.words, key) || [key, key])[state.lang === 'uk' ? 0 : 1];
const label = id => { const name = (own(data.names, id) || {})[state.lang]; return name ? name[0].toLocaleUpperCase(state.lang) + name.slice(1) : id; };
const FORMS = {}; // of numbers, dates and names of languages; to make one takes long
const form = (Kind, options = {}) => FORMS[state.lang + JSON.stringify(options)] ??= new Kind([state.lang], options);
const number = value => form(Intl.NumberFormat).format(value);
const percent = thousandths => form(Intl.NumberFormat, {style: 'percent'}).format(Math.round(thousandths / 10) / 100);
const words = thousandths => w('w' + [50, 200, 400, 600, 800, 950, 1001].findIndex(edge => thousandths < edge));
const rating = value => value ? w(value) : w('unrated');
const day = iso => iso ? form(Intl.DateTimeFormat, {dateStyle: 'medium', timeZone: 'UTC'}).format(new Date(iso + 'T00:00:00Z')) : '';
function language(code) {
  if (!code || code === 'und') return w('no_language');
  try { return form(Intl.DisplayNames, {type: 'language'}).of(code) || code; } catch { return code; }
}

// Elements; `on...` takes a function, `text` what comes from outside
function el(tag, given = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === false) continue;
    if (name === 'text') { made.textContent = value; made.dir = 'auto'; }
    else if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (name === 'size') made.style.setProperty('--size', value);
    else made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...inside.filter(each => each !== null && each !== undefined && each !== ''));
  return made;
}
function link(address, given, ...inside) { // null unless it is plain http or https
  let url;
  try { url = new URL(address); } catch { return null; }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  return el('a', {...given, href: url.href, rel: 'noopener noreferrer', target: '_blank'}, ...inside);
}
const spoken = row => /^[a-z]{2,3}$/.test(A.language[row]) ? A.language[row] : undefined; // for a screen reader's voice
const readable = address => { try { return decodeURI(address).replace(/[\x00-\x20\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, encodeURI); } catch { return address; } };
const plain = pieces => typeof pieces === 'string' ? pieces : pieces.map(each => each === 0 ? ' … ' : typeof each === 'string' ? each : each[0]).join('');
const tag = (value, kind = '') => el('span', {class: 'tag ' + kind}, value);
const ratingTag = value => el('span', {class: 'tag ' + (own(MARKS, value) ? value : 'unrated')}, (own(MARKS, value) || '○') + ' ' + rating(value));
const gauge = (thousandths, kind) => el('span', {class: 'gauge ' + (kind || ''), 'aria-hidden': 'true', size: thousandths / 10 + '%'});

// What an article is
const sourceOf = row => A.source[row] < 0 ? null : S[A.source[row]];
const ratingOf = row => (sourceOf(row) || {}).rating || '';
const topicsOf = row => A.topic[row] ? A.topic[row].split(';') : [];
const doubt = row => A.topic_status[row] === 'unsure' ? 1 - ((A.topics[row][0] || [0, 0])[1] / 1000) : A.topic_status[row] ? 0 : -1;
const STATUSES = {
  topic_unsure: row => A.topic_status[row] === 'unsure',
  sure_topic: row => A.topic_status[row] === 'sure',
  disagrees: row => A.disagrees[row],
  likeness_sure: row => A.status[row] === 'sure' && A.basis[row] !== 'source',
  likeness_unsure: row => A.status[row] === 'unsure',
  not_measured: row => A.status[row] === 'not_measured',
  out_of_scope: row => A.topic_status[row] === 'out_of_scope' || A.status[row] === 'out_of_scope',
  noted: row => A.note[row],
  claimed: row => A.claims[row].length,
  has_error: row => A.error[row],
};
const ORDERS = {
  by_likeness: (a, b) => (A.unreliable[b] ?? -1) - (A.unreliable[a] ?? -1),
  by_doubt: (a, b) => doubt(b) - doubt(a),
  by_new: (a, b) => A.day[a] < A.day[b] ? 1 : A.day[a] > A.day[b] ? -1 : 0,
  by_old: (a, b) => !A.day[a] - !A.day[b] || (A.day[a] < A.day[b] ? -1 : A.day[a] > A.day[b] ? 1 : 0),
  by_source: (a, b) => (A.source[a] < 0) - (A.source[b] < 0) || ((sourceOf(a) || {}).name || '').localeCompare((sourceOf(b) || {}).name || ''),
  by_number: () => 0,
};
const fold = text => text.toLocaleLowerCase('uk').replace(/[’ʼ`‘]/g, "'").normalize('NFC');
let haystacks = null;
const haystack = row => fold([plain(A.title[row]), plain(A.text[row]), (sourceOf(row) || {}).name || '', A.url[row], A.id[row]].join('\n'));

// The list
function counted(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) || 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}
function select(name, choices) {
  const kept = filters[name] ? filters[name].value : '';
  const made = el('select', {id: 'f-' + name, onchange: () => list(true)}, ...choices.map(([value, text]) => el('option', {value, text})));
  filters[name] = made;
  if (choices.some(([value]) => value === kept)) made.value = kept;
  return el('p', {class: 'field ' + name}, el('label', {for: made.id}, w(name)), made);
}
function input(name, given) {
  const kept = filters[name] ? filters[name].value : '';
  const made = el('input', {id: 'f-' + name, autocomplete: 'off', oninput: () => list(true), ...given});
  made.value = kept;
  filters[name] = made;
  return el('p', {class: 'field ' + name}, el('label', {for: made.id}, w(name)), made);
}
function controls() {
  const all = ['', w('any')], range = [...Array(ROWS).keys()];
  const choices = (values, name, most = 300) => [all, ...counted(values).slice(0, most).map(([value, count]) => [value || ' ', `${name(value)} (${number(count)})`])];
  $('filters').replaceChildren(
    input('search', {type: 'search', placeholder: w('search_hint')}),
    select('topic', choices(range.flatMap(row => topicsOf(row).length ? topicsOf(row) : ['']), id => id ? label(id) : w('no_topic'))),
    select('rating', choices(range.map(ratingOf), rating)),
    select('likeness', [all, ...[4, 3, 2, 1, 0].map(fifth => [String(fifth), `${fifth * 20}–${fifth * 20 + 20} %`])]),
    select('source', choices(range.map(row => (sourceOf(row) || {}).name || ''), name => name || w('no_source'))),
    select('status', [all, ...Object.entries(STATUSES).map(([key, holds]) => [key, range.filter(holds).length]).filter(pair => pair[1]).map(([key, count]) => [key, `${w(key)} (${number(count)})`])]),
    select('language', choices(A.language, language)),
    ...(A.day.some(Boolean) ? [input('from', {type: 'date'}), input('to', {type: 'date'})] : []),
    select('sort', Object.keys(ORDERS).map(key => [key, w(key)])),
  );
}
const chosen = name => (own(filters, name) || {value: ''}).value;
function fits() {
  const tests = [], value = name => chosen(name) === ' ' ? '' : chosen(name);
  const on = (name, test) => chosen(name) && tests.push(test);
  const sought = fold(chosen('search')).split(/\s+/).filter(Boolean);
  if (sought.length) { haystacks ??= [...Array(ROWS).keys()].map(haystack); tests.push(row => sought.every(word => haystacks[row].includes(word))); }
  on('topic', row => value('topic') ? topicsOf(row).includes(value('topic')) : !topicsOf(row).length);
  on('rating', row => ratingOf(row) === value('rating'));
  on('likeness', row => A.unreliable[row] !== null && String(Math.min(4, Math.floor(A.unreliable[row] / 200))) === value('likeness'));
  on('source', row => ((sourceOf(row) || {}).name || '') === value('source'));
  on('status', row => STATUSES[value('status')](row));
  on('language', row => A.language[row] === value('language'));
  on('from', row => A.day[row] && A.day[row] >= value('from'));
  on('to', row => A.day[row] && A.day[row] <= value('to'));
  const found = [];
  for (let row = 0; row < ROWS; row++) if (tests.every(test => test(row))) found.push(row);
  return found.sort(ORDERS[chosen('sort')]);
}
function list(anew) {
  if (anew) { state.page = 0; state.found = fits(); pressed(); }
  const pages = Math.max(1, Math.ceil(state.found.length / PAGE)), first = state.page * PAGE;
  $('count').textContent = `${w('found')}: ${number(state.found.length)}`;
  $('clear').hidden = !Object.keys(filters).some(name => name !== 'sort' && chosen(name));
  $('page').textContent = `${w('page')} ${number(state.page + 1)} ${w('of')} ${number(pages)}`;
  $('before').disabled = !state.page;
  $('after').disabled = state.page + 1 >= pages;
  $('articles').start = first + 1;
  $('articles').replaceChildren(...state.found.slice(first, first + PAGE).map(item));
  if (!state.found.length) $('articles').append(el('li', {class: 'nothing'}, w('nothing')));
}
function titleOf(row) {
  const title = plain(A.title[row]).trim() || plain(A.text[row]).trim().slice(0, 120);
  return title || `${w('no_title')}, ${w('row')} ${number(A.number[row])}`;
}
function topicTags(row) {
  const unsure = A.topic_status[row] === 'unsure';
  return topicsOf(row).map(id => tag(label(id) + (unsure ? ` · ${w('legend_unsure')}` : ''), unsure ? 'doubt' : ''));
}
function item(row) {
  const source = sourceOf(row), share = A.unreliable[row], measured = A.status[row] !== 'not_measured';
  return el('li', {},
    el('button', {type: 'button', class: 'open', onclick: () => open(row), 'data-row': row}, el('bdi', {text: titleOf(row), lang: spoken(row)})),
    el('p', {class: 'facts'},
      ...topicTags(row), source ? ratingTag(source.rating) : null,
      A.topic_status[row] === 'out_of_scope' ? tag(w('out_of_scope'), 'doubt') : null,
      A.disagrees[row] ? tag('⇄ ' + w('disagrees'), 'note') : null,
      A.note[row] ? tag('! ' + w('noted'), 'note') : null,
      A.claims[row].length ? tag('≈ ' + w('claimed'), 'note') : null,
      A.error[row] ? tag('× ' + w('has_error'), 'note') : null),
    el('p', {class: 'sub'}, el('bdi', {text: source ? source.name : w('no_source')}), ` · ${language(A.language[row])}`, A.day[row] ? ` · ${day(A.day[row])}` : ''),
    share === null ? el('p', {class: 'share sub'}, '—') : el('p', {class: 'share'}, gauge(share, measured ? '' : 'hatched'), el('b', {}, percent(share)), el('span', {class: 'sub'}, measured ? words(share) : w('legend_not_measured'))));
}

// What came in
function overview() {
  const {counts} = data, count = (name, kind) => own(own(counts, name) || {}, kind) || 0;
  const sum = of => Object.values(of || {}).reduce((a, b) => a + b, 0), errors = sum(counts.error);
  const languages = Object.entries(counts.language || {}).filter(([code]) => code && code !== 'und').slice(0, 4).map(([code, rows]) => `${language(code)} ${number(rows)}`).join(', ');
  const rated = sum(counts.rating) - count('rating', '');
  const dates = A.day.filter(Boolean).sort();
  const tile = (value, name, status) => el(status ? 'button' : 'div', {class: 'tile', type: status ? 'button' : undefined, onclick: status ? () => only('status', status) : undefined}, el('b', {}, value), el('span', {}, name));
  $('tiles').replaceChildren(
    tile(number(data.rows), w('rows')), tile(number(data.all_sources), w('all_sources')), tile(languages || '—', w('languages')),
    tile(dates.length ? (dates[0] === dates.at(-1) ? day(dates[0]) : `${day(dates[0])} — ${day(dates.at(-1))}`) : '—', dates.length ? w('dates') : w('no_dates')),
    tile(number(rated), w('rated')),
    tile(number(count('topic_status', 'unsure')), w('topic_unsure'), 'topic_unsure'),
    tile(number(count('topic_status', 'out_of_scope')), w('out_of_scope'), 'out_of_scope'),
    tile(number(count('reliability_status', 'not_measured')), w('not_measured'), 'not_measured'),
    tile(number(count('disagrees', '')), w('disagrees'), 'disagrees'),
    tile(number(errors), w('rows_error'), errors ? 'has_error' : ''));
  const told = Object.entries(counts.error || {}).slice(0, 5);
  $('errors').replaceChildren(...(told.length ? [el('h3', {}, w('errors')), el('ul', {}, ...told.map(([why, rows]) => el('li', {}, `${number(rows)} × `, el('bdi', {text: why}))))] : []));
  $('made').replaceChildren(`${w('made')} ${day(data.made)} · `, el('bdi', {text: data.files.join(', ')}), ` · ${w('model')} `, el('bdi', {text: Object.keys(counts.model || {}).join(', ') || '—'}), ` · syto ${data.version}`);
  const cut = A.cut.some(Boolean) ? `${w('cut_texts')} ${number(data.room)}. ${w('cut_note')}` : '';
  $('cut').textContent = [ROWS < data.rows ? `${w('cut_rows')} ${number(ROWS)} ${w('of')} ${number(data.rows)}.` : '', cut].filter(Boolean).join(' ');
}
function only(name, value) {
  if (filters[name].value === value) value = '';
  filters[name].value = value;
  list(true);
  if (value) $('list').scrollIntoView();
}
function pressed() { // a bar that is chosen in the list says so
  for (const bar of document.querySelectorAll('.bars button')) bar.setAttribute('aria-pressed', String(chosen(bar.dataset.filter) === bar.dataset.value && bar.dataset.value !== ''));
}
function bars(title, rows, legend, kind = '') { // rows: [filter, value, name, count, of them hatched, class]
  const most = Math.max(1, ...rows.map(row => row[3]));
  return el('figure', {class: kind}, el('figcaption', {}, title), el('ul', {class: 'bars'}, ...rows.map(([name, value, text, count, hatched, kind]) => el('li', {},
    el('button', {type: 'button', 'data-filter': name, 'data-value': value, onclick: () => only(name, value)},
      el('span', {class: 'name'}, text), el('span', {class: 'track ' + (kind || ''), 'aria-hidden': 'true'}, el('i', {size: 100 * (count - hatched) / most + '%'}), el('i', {class: 'hatched', size: 100 * hatched / most + '%'})),
      el('span', {class: 'amount'}, number(count), hatched ? el('small', {}, ` ${number(hatched)} ${legend}`) : ''))))));
}
function charts() {
  const {counts} = data, of = (name, kind) => own(own(counts, name) || {}, kind) || 0;
  const sorted = name => Object.entries(own(counts, name) || {}).sort((a, b) => b[1] - a[1]);
  const ratings = ['reliable', 'mixed', 'unreliable', ''].filter(value => of('rating', value));
  const made = [
    bars(w('by_topic'), sorted('topic').map(([id, count]) => ['topic', id, label(id), count, of('topic_unsure', id)]), w('legend_unsure'), 'tall'),
    bars(w('by_rating'), ratings.map(value => ['rating', value || ' ', `${MARKS[value] || '○'} ${rating(value)}`, of('rating', value), 0, value || 'unrated'])),
    bars(w('by_share'), [0, 1, 2, 3, 4].map(String).map(fifth => ['likeness', fifth, `${fifth * 20}–${fifth * 20 + 20} %`, of('measured', fifth) + of('not_measured', fifth), of('not_measured', fifth)]), w('legend_not_measured')),
  ];
  if (data.bars.length) made.push(times());
  $('chart-list').replaceChildren(...made);
}
function times() {
  const most = Math.max(...data.bars.map(bar => bar[1]));
  const upTo = place => place + 1 < data.bars.length ? new Date(Date.parse(data.bars[place + 1][0]) - 864e5).toISOString().slice(0, 10) : '';
  const choose = place => { filters.from.value = data.bars[place][0]; filters.to.value = data.unit === 'day' ? data.bars[place][0] : upTo(place); list(true); $('list').scrollIntoView(); };
  return el('figure', {class: 'wide'}, el('figcaption', {}, `${w('by_time')}, ${w('unit_' + data.unit)}`),
    el('ol', {class: 'times'}, ...data.bars.map(([first, count], place) => el('li', {}, el('button', {type: 'button', title: `${day(first)}: ${number(count)}`, 'aria-label': `${day(first)}: ${number(count)}`, onclick: () => choose(place)}, count ? el('i', {size: 100 * count / most + '%'}) : null)))),
    el('p', {class: 'ends sub', 'aria-hidden': 'true'}, el('span', {}, day(data.bars[0][0])), el('span', {}, data.bars.length > 1 ? day(data.bars.at(-1)[0]) : '')));
}

// Sources
const HEADS = [['name', 'source'], ['rating', 'head_rating'], ['rows', 'head_rows'], ['mean', 'head_mean'], ['together', 'head_together'], ['verdict', 'head_verdict']];
const key = (source, name) => name === 'rating' ? ['unreliable', 'mixed', 'reliable', ''].indexOf(source.rating) : ['mean', 'together'].includes(name) ? (source[name] || [-1])[0] : source[name] ?? '';
const spread = ends => ends ? [percent(ends[0]), ' ', el('small', {}, `${percent(ends[1])}–${percent(ends[2])}`)] : ['—'];
function table() {
  const sought = fold($('find-source').value.trim());
  const rows = S.filter(source => fold(source.name).includes(sought)).sort((a, b) => {
    const [x, y] = [key(a, state.sort), key(b, state.sort)];
    return (x < y ? -1 : x > y ? 1 : 0) * (state.down ? -1 : 1) || b.rows - a.rows;
  });
  $('source-heads').replaceChildren(...HEADS.map(([name, text]) => el('th', {scope: 'col', 'aria-sort': state.sort === name ? (state.down ? 'descending' : 'ascending') : 'none', class: name}, el('button', {type: 'button', onclick: () => { state.down = state.sort === name ? !state.down : name !== 'name'; state.sort = name; table(); $('source-heads').children[HEADS.findIndex(head => head[0] === name)].firstChild.focus(); }}, w(text), el('span', {'aria-hidden': 'true'}, state.sort === name ? (state.down ? ' ▼' : ' ▲') : '')))));
  $('source-rows').replaceChildren(...rows.slice(0, state.sources).map(source => el('tr', {},
    el('th', {scope: 'row'}, el('button', {type: 'button', class: 'plain', title: w('show_articles'), onclick: () => bySource(source.name)}, el('bdi', {text: source.name}))),
    el('td', {}, ratingTag(source.rating), source.rater ? el('small', {}, el('bdi', {text: [source.rater, source.rated].filter(Boolean).join(', ')})) : ''),
    el('td', {class: 'figure'}, number(source.rows)), el('td', {class: 'figure'}, ...spread(source.mean)), el('td', {class: 'figure'}, ...spread(source.together)), el('td', {}, source.verdict ? w(source.verdict) : '—'))));
  $('more-sources').hidden = rows.length <= state.sources;
  $('source-count').textContent = `${w('shown_of')} ${number(Math.min(rows.length, state.sources))} ${w('of')} ${number(rows.length)}`;
}
function bySource(name) {
  if (![...filters.source.options].some(option => option.value === name)) filters.source.append(el('option', {value: name, text: name}));
  only('source', name);
  $('list').focus();
}

// One article
function probabilities(pairs) {
  return el('ul', {class: 'shares'}, ...pairs.map(([id, share]) => el('li', {}, el('span', {class: 'name'}, label(id)), gauge(share), el('b', {}, percent(share)), el('span', {class: 'sub'}, words(share)))));
}
function pieces(given) {
  return (typeof given === 'string' ? [given] : given).map(each => {
    if (each === 0) return el('span', {class: 'gap'}, ` ${w('gap')} `);
    if (typeof each === 'string') return each;
    const heads = each[1].map(([head]) => head), shares = each[1].map(([head, weight]) => `${w('mark_' + head) === 'mark_' + head ? label(head) : w('mark_' + head)} ${percent(1000 * weight)}`).join(', ');
    return el('mark', {class: heads.filter(head => head === 'topic' || head === 'reliability').join(' ')}, each[0], el('small', {class: 'why'}, shares));
  });
}
function outside(text) { return el('bdi', {text}); }
function aboutTopic(row) {
  const status = A.topic_status[row];
  return el('section', {}, el('h3', {}, w('said_topic')), el('p', {}, ...topicTags(row), ' ', status === 'out_of_scope' ? w('out_of_scope_text') : status === 'unsure' ? w('topic_unsure_text') : status === 'sure' ? w('topic_sure_text') : '—'),
    A.topics[row].length ? probabilities(A.topics[row]) : '',
    ...Object.entries(A.further).map(([task, heads]) => el('div', {}, el('h4', {}, outside(task)), el('p', {}, outside(heads[row][0] ? heads[row][0].split(';').map(label).join(', ') : '—')), probabilities(heads[row][2]))));
}
function opinion([value, rater, dated, evidence, address]) {
  return el('li', {}, ratingTag(value), ' ', outside(rater), ` · ${dated || w('undated')}`, evidence ? el('div', {class: 'sub'}, outside(evidence)) : '', link(address, {'aria-label': `${w('evidence')}: ${rater} (${w('opens_site')})`}, w('evidence') + ' ↗'));
}
function aboutSource(row) {
  const source = sourceOf(row);
  if (!source) return el('section', {}, el('h3', {}, w('said_source')), el('p', {}, w('unknown_source')));
  const rater = source.rater && !source.opinions.length;
  return el('section', {}, el('h3', {}, w('said_source')),
    el('p', {}, el('b', {}, outside(source.name)), ' ', ratingTag(source.rating), rater ? ` · ${w('by')} ` : '', rater ? outside(source.rater) : '', rater ? ` · ${source.rated || w('undated')}` : ''),
    source.rating ? el('ul', {class: 'opinions'}, ...source.opinions.map(opinion)) : el('p', {}, w('nobody')),
    A.disagrees[row] ? el('p', {class: 'callout'}, '⇄ ' + w('disagree_text')) : '',
    source.mean ? el('p', {}, `${w('source_articles')}: ${number(source.rows)}. ${w('mean_text')} ${percent(source.mean[0])} (${w('interval')} ${percent(source.mean[1])}–${percent(source.mean[2])}). `, source.together ? `${w('together_text')} ${percent(source.together[0])} (${w('interval')} ${percent(source.together[1])}–${percent(source.together[2])}).` : '') : '',
    A.note[row] ? el('div', {class: 'callout'}, el('h4', {}, w('notes')), el('ul', {}, ...A.note[row].split('; ').map(note))) : '');
}
function note(text) { // `kind: what (against)`
  const kind = text.split(':')[0], known = own(data.words, 'note_' + kind);
  return el('li', {}, known ? w('note_' + kind) + ': ' : '', outside(known ? text.slice(kind.length + 1).trim() : text));
}
function aboutText(row) {
  const share = A.unreliable[row], status = A.status[row], measured = status !== 'not_measured';
  return el('section', {}, el('h3', {}, w('said_text')), share === null ? el('p', {}, w('no_share')) :
    el('p', {}, `${w('share_text')} `, el('b', {}, `${words(share)}, ${percent(share)}`)), share === null ? '' : el('p', {class: 'scale'}, gauge(share, measured ? '' : 'hatched')), share === null ? '' : el('p', {class: 'sub'}, w('to_read')),
    status === 'out_of_scope' ? el('p', {}, w('out_of_scope_text')) : A.basis[row] !== 'source' && ['sure', 'unsure', 'not_measured'].includes(status) ? el('p', {class: measured ? '' : 'callout'}, w('status_' + status)) : '');
}
function claims(row) {
  return A.claims[row].length ? el('section', {}, el('h3', {}, w('claims')), el('p', {}, w('claims_text')), el('ul', {}, ...A.claims[row].map(claim => el('li', {}, ...Object.entries(claim).map(([name, value]) => el('div', {}, outside(`${name}: `), link(value, {}, outside(value)) || outside(value))))))) : '';
}
function body(row) {
  const text = A.text[row], marked = [...(Array.isArray(text) ? text : []), ...(Array.isArray(A.title[row]) ? A.title[row] : [])].some(Array.isArray);
  const address = A.url[row];
  return [
    el('h2', {id: 'article-title', tabindex: '-1', dir: 'auto', lang: spoken(row)}, ...(plain(A.title[row]).trim() ? pieces(A.title[row]) : [titleOf(row)])),
    el('p', {class: 'sub'}, `${w('row')} ${number(A.number[row])}`, A.id[row] ? ' · ' : '', A.id[row] ? outside(A.id[row]) : '', ` · ${language(A.language[row])}`, A.day[row] ? ` · ${day(A.day[row])}` : ''),
    address ? el('p', {class: 'sub'}, link(address, {}, w('open_link') + ' ↗') || w('bad_link'), ' ', el('span', {class: 'address', text: readable(address)})) : '',
    A.error[row] ? el('p', {class: 'callout'}, w('error_text') + ' ', outside(A.error[row])) : '',
    el('div', {class: 'about'}, aboutText(row), aboutSource(row), aboutTopic(row), claims(row)),
    el('section', {}, el('h3', {}, w('whole_text')),
      marked ? el('p', {class: 'legend sub'}, w('legend') + ' ', el('mark', {class: 'topic'}, w('mark_topic')), ' ', el('mark', {class: 'reliability'}, w('mark_reliability'))) : el('p', {class: 'sub'}, w('no_marks')),
      plain(text).trim() ? el('div', {class: 'text', dir: 'auto', lang: spoken(row)}, ...pieces(text)) : el('p', {}, w('no_text'))),
  ];
}
function open(row) {
  state.open = row;
  const place = state.found.indexOf(row);
  $('previous').disabled = place <= 0;
  $('next').disabled = place < 0 || place + 1 >= state.found.length;
  $('article-body').replaceChildren(...body(row).filter(Boolean));
  if (!$('article').open) $('article').showModal();
  $('article').scrollTop = 0;
  $('article-title').focus();
}
function step(by) {
  const row = state.found[state.found.indexOf(state.open) + by];
  if (row === undefined) return;
  const page = Math.floor(state.found.indexOf(row) / PAGE);
  if (page !== state.page) { state.page = page; list(false); }
  open(row);
}

// The page in a language
const MEANINGS = ['likeness', 'rating', 'unsure', 'not_measured', 'out_of_scope', 'interval', 'disagrees'];
function speak(lang) {
  state.lang = lang;
  document.documentElement.lang = lang;
  document.title = w('title');
  for (const node of document.querySelectorAll('[data-w]')) node.textContent = w(node.dataset.w);
  for (const node of document.querySelectorAll('[data-label]')) node.setAttribute('aria-label', w(node.dataset.label));
  for (const node of document.querySelectorAll('[data-lang]')) node.setAttribute('aria-pressed', String(node.dataset.lang === lang));
  $('meanings').replaceChildren(...MEANINGS.flatMap(name => [el('dt', {}, w('m_' + name)), el('dd', {}, w(`m_${name}_d`))]));
  overview(); charts(); table(); controls(); list(true);
}
for (const node of document.querySelectorAll('[data-lang]')) node.addEventListener('click', () => speak(node.dataset.lang));
const turn = by => { state.page += by; list(false); $('list').scrollIntoView(); const first = document.querySelector('#articles .open'); if (first) first.focus({preventScroll: true}); };
$('before').addEventListener('click', () => turn(-1));
$('after').addEventListener('click', () => turn(1));
$('clear').addEventListener('click', () => { for (const name in filters) if (name !== 'sort') filters[name].value = ''; list(true); filters.search.focus(); });
$('filters').addEventListener('submit', event => event.preventDefault());
$('find-source').addEventListener('input', () => { state.sources = SOURCES; table(); });
$('more-sources').addEventListener('click', () => { state.sources += 50; table(); });
$('close').addEventListener('click', () => $('article').close());
$('previous').addEventListener('click', () => step(-1));
$('next').addEventListener('click', () => step(1));
$('article').addEventListener('close', () => { const back = document.querySelector(`.open[data-row="${state.open}"]`); if (back) back.focus(); });
speak('uk');
document.documentElement.dataset.ready = 'yes';
})();
