// The parts of the settings page. Each takes the tools { draft, field, changed, again } and gives one panel.

import { el, icon } from '/shared/dom.js'
import { t, pick } from '/shared/words.js'
import { weekdayText } from '/shared/time.js'

const longest = { name: 56, boardName: 24, tinyName: 11, examples: 36 }
const icons = ['hotich', 'dat', 'shop', 'heart', 'home', 'build', 'health', 'result', 'help', 'doc', 'money', 'people']
const letters = [...'ABCDEGHKLMNPRSTUVXY']   // no I, O, Q, F, J: they are misread

export function panel(id, title, more, ...body) {
  return el('section', { class: 'panel', id }, el('h2', { text: title }), more && el('p', { class: 'muted', text: more }), body)
}

export function small(word, iconName, press) {
  return el('button', { class: 'btn small', type: 'button', onclick: press }, icon(iconName), word)
}

export function centre({ field }) {
  return panel('centre', t('set.centre'), null, el('div', { class: 'fields' },
    field('centre.name', t('set.centre.name'), { width: 'w8' }), field('centre.shortName', t('set.centre.shortName'), { width: 'w4' }),
    field('centre.nameLines[0]', t('set.centre.line1'), { width: 'w6' }), field('centre.nameLines[1]', t('set.centre.line2'), { width: 'w6' }),
    field('centre.address', t('set.centre.address'), { width: 'w8' }), field('centre.hotline', t('set.centre.hotline'), { width: 'w4', inputmode: 'tel' }),
    field('centre.followBaseURL', t('set.centre.follow'), { width: 'w8', inputmode: 'url' }), field('centre.timezone', t('set.centre.timezone'), { width: 'w4' })))
}

export function services({ draft, field, again }) {
  return panel('services', t('set.services'), t('set.services.more'), draft.services.map((service, index) => {
    const at = `services[${index}]`
    return el('details', { class: `entry${service.active ? '' : ' off'}`, dataset: { path: `services.${index}`, keep: `s-${service.id}` } },
      el('summary', {}, el('b', { text: service.prefix }), el('span', { class: 'cut', text: service.name }), el('span', { class: 'muted', text: service.active ? t('set.minutes', { n: service.usualMinutes }) : t('set.off') })),
      el('span', { class: 'bad bad-note', role: 'alert' }),
      el('div', { class: 'fields' },
        field(`${at}.prefix`, t('set.service.prefix'), { width: 'w2', maxlength: 2 }), field(`${at}.name`, t('set.service.name', { n: longest.name }), { width: 'w8' }), field(`${at}.usualMinutes`, t('set.service.usual'), { type: 'number', width: 'w2', min: 1, max: 240 }),
        field(`${at}.boardName`, t('set.service.board', { n: longest.boardName }), { width: 'w4' }), field(`${at}.tinyName`, t('set.service.tiny', { n: longest.tinyName }), { width: 'w3' }), field(`${at}.examples`, t('set.service.examples', { n: longest.examples }), { width: 'w5' }),
        field(`${at}.nameEn`, t('set.service.nameEn'), { width: 'w6' }), field(`${at}.examplesEn`, t('set.service.examplesEn'), { width: 'w6' }),
        field(`${at}.icon`, t('set.service.icon'), { type: 'select', width: 'w3', options: [...new Set([service.icon, ...icons])].map((name) => [name, t(`icon.${name}`)]) }),
        field(`${at}.sameDay`, t('sameDay.word'), { type: 'check', width: 'w3' }), field(`${at}.guidance`, t('set.service.guidance'), { type: 'check', width: 'w3' }),
        field(`${at}.collects`, t('set.service.collects'), { type: 'check', width: 'w3' }), field(`${at}.active`, t('set.active'), { type: 'check', width: 'w3' })))
  }), small(t('set.service.add'), 'doc', () => {
    const used = new Set(draft.services.map((each) => each.prefix))
    const like = draft.services[0] ?? {}
    draft.services.push({
      ...like, id: freshID('dich-vu', draft.services.map((each) => each.id)), prefix: letters.find((letter) => !used.has(letter)) ?? '',
      name: t('set.service.new'), boardName: t('set.service.new'), tinyName: '', examples: '', nameEn: '', examplesEn: '', icon: 'doc', usualMinutes: 8,
      guidance: false, sameDay: false, active: true, ...('collects' in like ? { collects: false } : {}),
    })
    again('services', draft.services.length - 1)
  }))
}

// Ids are never used again, so a new one never looks like an old one.
export function freshID(stem, used) {
  let id
  do id = `${stem}-${Math.random().toString(36).slice(2, 7)}`
  while (used.includes(id))
  return id
}

export function counters({ draft, field, changed, again }) {
  const ranks = [0, 1, 2, 3]
  return panel('counters', t('set.counters'), t('set.counters.more'), draft.counters.map((counter, index) => {
    const at = `counters[${index}]`
    const rankOf = (id) => counter.ranks.findIndex((rank) => rank.includes(id)) + 1
    const summary = el('span', { class: 'cut' })
    const tell = () => { summary.textContent = counter.ranks.flat().map((id) => draft.services.find((each) => each.id === id)?.boardName ?? id).join(' · ') || t('set.counter.nothing') }
    const setRank = (id, rank) => {
      const chosen = new Map(draft.services.map((each) => [each.id, each.id === id ? rank : rankOf(each.id)]))
      counter.ranks = ranks.slice(1).map((n) => draft.services.filter((each) => chosen.get(each.id) === n).map((each) => each.id)).filter((rank) => rank.length)
      tell()
      changed()
    }
    tell()
    return el('details', { class: `entry${counter.active ? '' : ' off'}`, dataset: { path: `counters.${index}`, keep: `c-${counter.number}` } },
      el('summary', {}, el('b', { text: counter.number }), summary, el('span', { class: 'muted', text: counter.active ? '' : t('set.off') })),
      el('span', { class: 'bad bad-note', role: 'alert' }),
      el('div', { class: 'fields' }, field(`${at}.number`, t('set.counter.number'), { type: 'number', width: 'w2', min: 1, max: 99 }), field(`${at}.name`, t('set.counter.name'), { width: 'w6', always: true }), field(`${at}.active`, t('set.active'), { type: 'check', width: 'w4' })),
      el('div', { class: 'ranks', dataset: { path: `counters.${index}.ranks` } }, draft.services.map((service) => el('label', { class: 'rank' }, el('span', { class: 'cut' }, el('b', { text: service.prefix }), ` ${service.name}`),
        el('select', { onchange: (event) => setRank(service.id, Number(event.target.value)) }, ranks.map((n) => el('option', { value: n, selected: n === rankOf(service.id), text: t(`set.rank.${n}`) })))))))
  }), small(t('set.counter.add'), 'screen', () => {
    draft.counters.push({ number: Math.max(0, ...draft.counters.map((each) => each.number)) + 1, name: '', ranks: [], active: true })
    again('counters', draft.counters.length - 1)
  }))
}

// ---- time

// Plain fields and not type="time": a browser in another language would show 01:30 PM.
export function clockTyped(text) {
  const [, hour, minute] = /^\s*(\d{1,2})\D?(\d{2})?\s*$/.exec(text) ?? []
  return hour === undefined ? text.trim() : `${hour.padStart(2, '0')}:${minute ?? '00'}`
}

function spansInputs(spans, onSpans, rows = 2) {
  const pairs = Array.from({ length: Math.max(rows, spans.length) }, (_, index) => {
    const clock = (value, word) => el('input', { class: 'clock24', inputmode: 'numeric', maxlength: 5, autocomplete: 'off', placeholder: '--:--', value, 'aria-label': word, onchange: collect })
    const from = clock(spans[index]?.[0] ?? '', t('set.from'))
    const to = clock(spans[index]?.[1] ?? '', t('set.to'))
    return { from, to, node: el('span', { class: 'pair' }, from, '–', to) }
  })
  function collect(event) {
    event.target.value = clockTyped(event.target.value)
    // A half-typed span is kept as it is: the daemon says what is missing, and nothing typed is lost.
    onSpans(pairs.map(({ from, to }) => [from.value, to.value]).filter(([from, to]) => from || to))
  }
  return pairs.map((pair) => pair.node)
}

export function hours({ draft, changed }) {
  const week = el('div', { class: 'week' })
  for (let weekday = 1; weekday <= 7; weekday += 1) {
    const entry = () => draft.hours.find((each) => each.weekday === weekday)
    const bad = el('span', { class: 'bad', role: 'alert' })
    const place = () => { bad.parentElement.dataset.path = `hours.${draft.hours.findIndex((each) => each.weekday === weekday)}` }
    const inputs = spansInputs(entry()?.spans ?? [], (spans) => {
      draft.hours = [...draft.hours.filter((each) => each.weekday !== weekday), ...(spans.length ? [{ weekday, spans }] : [])].sort((a, b) => a.weekday - b.weekday)
      bad.textContent = ''
      changed()
    })
    week.append(el('b', { text: weekdayText(weekday) }), ...inputs.slice(0, 2), el('span', {}, inputs.slice(2), bad))
    place()
    week.addEventListener('change', place)
  }
  return panel('hours', t('set.hours'), t('set.hours.more'), week)
}

/** `keeps`: those that are saved are switched off by `make`'s own means and not removed. */
function rows(draft, key, changed, again, make, blank, word, keeps = () => false, path = key) {
  return [
    draft[key].map((each, index) => el('div', { class: 'rowline', dataset: { path: `${path}.${index}` } }, make(each, index),
      !keeps(each) && el('button', { class: 'btn small quiet', type: 'button', 'aria-label': t('set.remove'), onclick: () => { draft[key].splice(index, 1); again() } }, icon('x'), t('set.remove')), el('span', { class: 'bad', role: 'alert' }))),
    small(word, 'doc', () => { draft[key].push(blank()); again() }),
  ]
}

export function days({ draft, changed, again }) {
  const day = (each) => el('input', { type: 'date', value: each.day, 'aria-label': t('set.day'), onchange: (event) => { each.day = event.target.value; changed() } })
  const nothing = { day: '', words: '' }
  return [
    panel('daysOff', t('set.daysOff'), t('set.daysOff.more'), rows(draft, 'daysOff', changed, () => again('daysOff'), (each) => [
      day(each), el('input', { class: 'grow', value: pick(each.words), 'aria-label': t('set.words'), oninput: (event) => { each.words = event.target.value; changed() } }),
    ], () => ({ ...nothing }), t('set.daysOff.add'))),
    panel('workedDays', t('set.workedDays'), t('set.workedDays.more'), rows(draft, 'workedDays', changed, () => again('workedDays'), (each) => [
      day(each), spansInputs(each.spans ?? [], (spans) => { each.spans = spans; changed() }),
    ], () => ({ day: '', spans: [['07:30', '11:30']] }), t('set.workedDays.add'))),
  ]
}

// A group that something may have is switched off; only one that was added just now can be taken away again.
const unsaved = new WeakSet()

/** The rows of named groups: name, English name, in use. `prefix`: what the ids of new ones begin with. */
export function groupRows(holder, key, path, prefix, word, changed, again) {
  const used = (each) => {
    const box = el('input', { type: 'checkbox', onchange: () => { each.active = box.checked; changed() } })
    box.checked = each.active
    return el('label', { class: 'check' }, box, t('set.active'))
  }
  const input = (each, name) => el('input', { class: 'grow', value: each[name] ?? '', maxlength: 80, 'aria-label': t(`set.group.${name}`), placeholder: t(`set.group.${name}`), oninput: (event) => { each[name] = event.target.value; changed() } })
  return rows(holder, key, changed, again, (each) => [input(each, 'name'), input(each, 'nameEn'), used(each)],
    () => {
      const group = { id: freshID(prefix, holder[key].map((each) => each.id)), name: '', nameEn: '', active: true }
      unsaved.add(group)
      return group
    }, word, (each) => !unsaved.has(each), path)
}

export function groups({ draft, changed, again }) {
  return panel('priorityGroups', t('set.groups'), t('set.groups.more'),
    groupRows(draft, 'priorityGroups', 'priorityGroups', 'uu-tien', t('set.groups.add'), changed, () => again('priorityGroups')))
}

export function dossiers({ field }) {
  return panel('dossiers', t('set.dossiers'), t('set.dossiers.more'), el('div', { class: 'fields' }, field('dossierWarnings', t('set.dossierWarnings'), { type: 'numbers', width: 'w6', inputmode: 'numeric', maxlength: 24 })))
}

export function rules({ field }) {
  const n = (key, min, max) => field(`rules.${key}`, t(`rule.${key}`), { type: 'number', width: 'w6', min, max })
  const yes = (key) => field(`rules.${key}`, t(`rule.${key}`), { type: 'check', width: 'w6' })
  return [
    panel('rules', t('set.rules'), t('set.rules.more'), el('div', { class: 'fields' },
      n('priorityInRow', 1, 20), n('overdueMinutes', 0, 240), n('targetWaitMinutes', 1, 240), n('recallsBeforeNoShow', 0, 10), n('returnMinutes', 0, 480), n('undoSeconds', 0, 60),
      n('firstTicketMinutesBeforeOpen', 0, 240), n('lastTicketMinutesBeforeClose', 0, 240),
      yes('callNextFinishes'), yes('transferKeepsPlace'), yes('lunchRunsThrough'), yes('ticketsAtLunch'),
      field('rules.afterClosing', t('rule.afterClosing'), { type: 'select', width: 'w6', options: [['serve', t('rule.afterClosing.serve')], ['close', t('rule.afterClosing.close')]] }))),
    panel('numbering', t('set.numbering'), null, el('div', { class: 'fields' },
      field('rules.numbering.perService', t('rule.perService'), { type: 'select', width: 'w6', options: [[true, t('rule.perService.yes')], [false, t('rule.perService.no')]] }), n('numbering.width', 1, 6),
      field('rules.emergency.prefix', t('rule.emergency.prefix'), { width: 'w6', maxlength: 2 }), n('emergency.count', 1, 999))),
    panel('ratings', t('set.ratings'), null, el('div', { class: 'fields' }, n('ratingMinutes', 1, 60), n('ratingSilenceSeconds', 10, 300))),
  ]
}

export function outputs({ draft, field, changed }) {
  const quiet = spansInputs(draft.board.quietHours ?? [], (spans) => { draft.board.quietHours = spans; changed() }, 1)
  return [
    panel('board', t('set.board'), null, el('div', { class: 'fields' },
      field('board.minSecondsPerCall', t('set.board.seconds'), { type: 'number', width: 'w4', min: 3, max: 60 }),
      field('board.voice', t('set.board.voice'), { type: 'select', width: 'w4', options: ['board', 'server', 'off'].map((key) => [key, t(`set.board.voice.${key}`)]) }),
      field('board.voiceBoard', t('set.board.which'), { width: 'w4' }), field('board.volume', t('set.board.volume'), { type: 'number', width: 'w4', min: 0, max: 100 }),
      field('board.english', t('set.board.english'), { type: 'check', width: 'w4' })),
    el('div', { class: 'rowline', dataset: { path: 'board.quietHours' } }, el('b', { text: t('set.board.quiet') }), quiet, el('span', { class: 'bad', role: 'alert' }))),
    panel('ticket', t('set.ticket'), null, el('div', { class: 'fields' },
      field('ticket.footer', t('set.ticket.footer'), { width: 'w6' }), field('ticket.footerEn', t('set.ticket.footerEn'), { width: 'w6' }))),
  ]
}
