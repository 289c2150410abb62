// The cards of the supervisor's day. Each takes its part of the frame and gives nodes.

import { el, icon } from '/shared/dom.js'
import { clockText, dateText, durationText, numberText } from '/shared/time.js'
import { pauseReason } from '/shared/reasons.js'
import { pick, t } from '/shared/words.js'
import { bar } from './chart.js'

const minutes = (seconds) => (seconds === null || seconds === undefined ? null : durationText(seconds))
const fewest = 5   // levels are shown from five ratings up: fewer would point at people

function card(label, value, rest, warn) {
  return el('div', { class: `panel kpi${warn ? ' warn' : ''}` }, el('span', { class: 'name', text: label }),
    value === null ? el('p', { class: 'none', text: t('noData') }) : el('b', {}, value, rest && el('small', { text: rest })))
}

export function figures(totals) {
  const { yes, of, targetSeconds } = totals.withinTarget
  const long = totals.longestWaitSeconds
  return [
    card(t('kpi.waiting'), numberText(totals.waiting), t('kpi.people')),
    card(t('kpi.longest'), long == null ? null : numberText(Math.floor(long / 60)), t('kpi.longest.rest', { number: totals.longestNumber }), long > 2 * targetSeconds),
    card(t('kpi.served'), numberText(totals.served), t('kpi.served.rest', { n: numberText(totals.issued) })),
    card(t('kpi.open'), numberText(totals.openCounters), t('kpi.open.rest', { n: numberText(totals.counters) })),
    card(t('kpi.target', { n: Math.round(targetSeconds / 60) }), of ? `${numberText((100 * yes) / of)}%` : null, t('kpi.rate', { yes: numberText(yes), of: numberText(of) })),
    card(t('kpi.rated'), totals.ratable ? numberText(totals.rated) : null, t('kpi.rated.rest', { of: numberText(totals.ratable) })),
  ]
}

export function queues(services, targetSeconds) {
  const most = Math.max(1, ...services.map((each) => each.waiting))
  return [
    el('h2', {}, t('queues'), el('span', { class: 'muted', text: t('queues.columns') })),
    el('ol', {}, services.map((each) => el('li', {},
      el('span', { class: 'cut', title: each.name }, el('b', { text: each.prefix }), ` ${each.name}`),
      bar(each.waiting, most),
      el('b', { text: numberText(each.waiting) }),
      el('span', { class: `old${each.longestWaitSeconds > targetSeconds ? ' late' : ''}`, text: minutes(each.longestWaitSeconds) ?? '–' })))),
  ]
}

const states = { serving: 'serving', called: 'called', paused: 'warning', open: 'waiting', closed: 'off' }

export function counters(list) {
  return [
    el('h2', {}, t('counters.title'), el('span', { class: 'muted', text: t('counters.open', { n: list.filter((each) => !['closed', 'paused'].includes(each.state)).length, of: list.length }) })),
    el('table', { class: 'tbl', 'aria-label': t('counters.title') },
      el('thead', {}, el('tr', {}, ['number', 'officer', 'state', 'ticket', 'since', 'served'].map((key) => el('th', { scope: 'col', class: ['since', 'served'].includes(key) ? 'r' : null, text: t(`counters.col.${key}`) })))),
      el('tbody', {}, list.map(counterRow))),
  ]
}

function counterRow(each) {
  const closed = each.state === 'closed'
  return el('tr', { class: closed ? 'is-off' : null },
    el('th', { scope: 'row', text: each.number }),
    el('td', { class: 'who' }, el('span', { class: 'n cut', text: (each.officer?.name ?? each.officer) || (closed ? t('counters.nobody') : '–') }), el('small', { class: 'cut', text: each.services.join(' · ') })),
    el('td', {}, each.help
      ? el('span', { class: 'tag fault' }, icon('bell'), t('state.help'))
      : el('span', { class: `tag ${states[each.state]}`, title: pauseReason(each.pauseReason) }, t(`state.${each.state}`)), each.state === 'paused' && each.pauseReason && el('small', { class: 'cut', text: pauseReason(each.pauseReason) })),
    el('td', { class: 'n', text: each.ticket ?? '–' }),
    el('td', { class: 'r' }, !closed && each.since ? el('span', { dataset: { since: each.since } }) : '–'),
    el('td', { class: 'r', text: numberText(each.served) }))
}

/** What waits for somebody to walk there: calls for help, prints nobody can be sure of. */
export function people({ help, prints, emergency }, up, { reprint, answer }) {
  const waiting = prints?.needsPerson ?? []
  const none = !help?.length && !waiting.length
  return [
    el('h2', {}, t('people'), el('span', { class: 'muted', text: none ? '' : t('people.n', { n: (help?.length ?? 0) + waiting.length }) })),
    none && el('p', { class: 'none' }, icon('check'), t('people.none')),
    el('ul', {},
      (help ?? []).map((each) => el('li', {}, icon('bell'),
        el('span', {}, el('b', { text: t('help', { counter: each.counter }) }), el('small', { text: t('help.since', { time: clockText(each.at) }) })),
        el('button', { class: 'btn', type: 'button', disabled: !up, dataset: { focus: `help-${each.counter}` }, onclick: (event) => answer(event, each), text: t('help.go') }))),
      waiting.map((each) => el('li', {}, icon('printer'),
        el('span', {}, el('b', { text: t('print', { number: each.number }) }), el('small', { text: `${pick(each.why)} · ${clockText(each.at)}` })),
        el('button', { class: 'btn', type: 'button', disabled: !up, dataset: { focus: `print-${each.job}` }, onclick: (event) => reprint(event, each), text: t('print.again') })))),
    emergency?.entered > 0 && el('p', { class: 'muted fine', text: t('people.emergency', { n: numberText(emergency.entered) }) }),
  ]
}

/** During the day only how many; the levels are those of the last closed day, from five up. */
export function ratings({ today, lastClosed }) {
  const enough = lastClosed && lastClosed.n >= fewest && lastClosed.counts
  return [
    el('h2', { text: t('ratings') }),
    el('p', {}, el('b', { class: 'big', text: today.ratable ? `${numberText(today.rated)}/${numberText(today.ratable)}` : '–' }), ' ', el('span', { class: 'muted', text: today.ratable ? t('ratings.today') : t('noData') })),
    el('h3', { text: enough ? t('ratings.closed', { period: lastClosed.words ? pick(lastClosed.words) : dateText(`${lastClosed.day}T05:00:00Z`), n: numberText(lastClosed.n) }) : t('ratings.levels') }),
    enough ? levels(lastClosed.counts) : el('p', { class: 'muted fine', text: t('ratings.few') }),
    el('p', { class: 'muted fine' }, icon('lock'), t('ratings.rule')),
  ]
}

function levels(counts) {
  const split = el('div', { class: 'split', 'aria-hidden': 'true' }, counts.map((n, index) => {
    if (!n) return null
    const part = el('i', { class: `l${5 - index}` })
    part.style.setProperty('flex', String(n))
    return part
  }))
  return [split, el('ul', { class: 'legend' }, counts.map((n, index) => el('li', {}, el('i', { class: `l${5 - index}` }), t(`level.${5 - index}`), el('b', { text: numberText(n) }))))]
}

const marks = { ok: 'check', warning: 'warn', fault: 'fault', off: 'moon' }

// A loose plug shows in how often a device had to be opened again.
const reopened = (device) => device.opened > 1 ? ` · ${t('devices.opened', { n: numberText(device.opened) })}` : ''

export function devices(list) {
  const worst = { fault: 0, warning: 1, off: 2, ok: 3 }
  const sorted = [...list].sort((a, b) => worst[a.state] - worst[b.state])
  return [
    el('h2', {}, t('devices'), list.length > 0 && el('span', { class: 'muted', text: t('devices.ok', { n: list.filter((each) => each.state === 'ok').length, of: list.length }) })),
    list.length
      ? el('ul', {}, sorted.map((each) => el('li', { class: each.state }, icon(marks[each.state]), el('span', {}, each.name, el('small', { text: pick(each.words) + reopened(each) })))))
      : el('p', { class: 'muted', text: t('noData') }),
  ]
}
