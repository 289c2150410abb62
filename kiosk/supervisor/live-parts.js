// The parts of the page Tổng quan. Each takes its piece of the answer and gives { body, table, rows, more, muted }.

import { el, icon } from '/shared/dom.js'
import { durationText, numberText, weekdayText } from '/shared/time.js'
import { pick, t } from '/shared/words.js'
import { bar, plot, runs } from './chart.js'

const oneDay = 86_400_000
export const dateWords = (day, year = false) => `${day.slice(8)}/${day.slice(5, 7)}${year ? `/${day.slice(0, 4)}` : ''}`
const plus = (day, days) => new Date(Date.parse(day) + days * oneDay).toISOString().slice(0, 10)
// Cut off, not rounded up: 89.96% is not 90%.
const percent = ({ numerator, denominator }) => `${numberText(Math.floor((1000 * numerator) / denominator) / 10, 1)}%`
const parts = ({ numerator, denominator }) => `${numberText(numerator)}/${numberText(denominator)}`
const none = (text = t('noData')) => el('p', { class: 'none', text })

export function rowsLink(of, filter) {
  return `/supervisor/rows.html?${new URLSearchParams({ of, ...Object.fromEntries(Object.entries(filter).filter(([, value]) => value != null)) })}`
}

function table(caption, heads, rows) {
  return el('table', { class: 'tbl plain' }, el('caption', { class: 'vh', text: caption }),
    el('thead', {}, el('tr', {}, heads.map((head, index) => el('th', { scope: 'col', class: index ? 'r' : null, text: head })))),
    el('tbody', {}, rows.map(([first, ...rest]) => el('tr', {}, el('th', { scope: 'row' }, first), rest.map((cell) => el('td', { class: 'r' }, cell))))))
}

// ---- now, today, this week against the last

export function compare(view) {
  const late = view.longestWaitSeconds > 2 * view.targetSeconds
  const rate = ({ withinTarget, waits }) => (waits ? percent({ numerator: withinTarget, denominator: waits }) : null)
  const time = (seconds) => (seconds == null ? null : durationText(seconds))
  const rows = [
    ['issued', (each) => numberText(each.issued), {}], ['served', (each) => numberText(each.served), { only: 'served' }], ['noShow', (each) => numberText(each.noShow), { only: 'noShow' }],
    ['median', (each) => time(each.medianWaitSeconds), {}], ['nine', (each) => time(each.p90WaitSeconds), {}], ['within', (each) => rate(each), { only: 'late' }],
  ]
  const columns = ['today', 'weekAgo', 'week', 'lastWeek']
  // Without a single number there is nothing to count, and a nought would say there was.
  const cell = (period, say, more) => {
    const text = period.issued ? say(period) : null
    return el('td', { class: 'r' }, text === null ? el('span', { class: 'muted', text: t('noData') }) : el('a', { href: rowsLink('tickets', { from: period.from, to: period.to, ...more }), text }))
  }
  return el('div', { class: 'compare' },
    el('div', { class: 'now' },
      el('p', {}, el('span', { text: t('kpi.waiting') }), el('b', { class: 'big', text: numberText(view.waiting) })),
      el('p', { class: late ? 'late' : null }, el('span', { text: t('kpi.longest') }), view.longestWaitSeconds == null ? el('b', { text: t('live.nobody') }) : el('b', {}, durationText(view.longestWaitSeconds), el('small', { text: ` ${view.longestNumber}` }))),
      el('p', {}, el('span', { text: t('kpi.open') }), el('b', { text: `${view.openCounters}/${view.counters}` }))),
    el('table', { class: 'tbl', 'aria-label': t('live.compare') },
      el('thead', {}, el('tr', {}, el('td'), columns.map((key) => el('th', { scope: 'col', class: 'r' }, t(`live.${key}`), el('small', { text: view[key].from === view[key].to ? dateWords(view[key].to) : `${dateWords(view[key].from)} – ${dateWords(view[key].to)}` }))))),
      el('tbody', {}, rows.map(([key, say, more]) => el('tr', {}, el('th', { scope: 'row', text: t(`live.row.${key}`, { n: Math.round(view.targetSeconds / 60) }) }), columns.map((column) => cell(view[column], say, more)))))))
}

// ---- when people come: hours by weekdays, as a table that is its own drawing

export function load({ from, to, weekdays }) {
  if (!weekdays.length) return { body: none() }
  const hours = weekdays.flatMap((each) => each.cells.map((cell) => cell.hour))
  const columns = Array.from({ length: Math.max(...hours) - Math.min(...hours) + 1 }, (_, index) => Math.min(...hours) + index)
  const mean = (day, hour) => (day.cells.find((cell) => cell.hour === hour)?.issued ?? 0) / day.days
  const most = Math.max(...weekdays.flatMap((day) => day.cells.map((cell) => cell.issued / day.days)))
  const cell = (day, hour) => {
    const value = mean(day, hour)
    const shade = value ? 1 + Math.floor((4.999 * value) / most) : 0
    return el('td', { class: `heat h${shade}` }, value > 0 && el('a', { href: rowsLink('tickets', { from, to, hour, weekday: day.weekday }), title: t('live.load.cell', { weekday: weekdayText(day.weekday), hour, next: hour + 1, n: numberText(value, 1), days: day.days }), text: numberText(value, value < 10 ? 1 : 0) }))
  }
  return {
    muted: t('live.load.of', { from: dateWords(from), to: dateWords(to) }),
    more: el('a', { href: '/supervisor/plan.html', class: 'rows', dataset: { focus: 'plan' }, text: t('live.plan') }),
    body: el('table', { class: 'tbl grid', 'aria-label': t('live.load') },
      el('thead', {}, el('tr', {}, el('td'), columns.map((hour) => el('th', { scope: 'col', text: `${hour}h` })), el('th', { scope: 'col', class: 'r', text: t('live.load.days') }))),
      el('tbody', {}, weekdays.map((day) => el('tr', {}, el('th', { scope: 'row', text: weekdayText(day.weekday) }), columns.map((hour) => cell(day, hour)), el('td', { class: 'r', text: numberText(day.days) }))))),
  }
}

// ---- how long things take

export function serviceTimes({ from, to, services, procedures }) {
  const known = [...services.map((each) => ({ ...each, filter: 'service' })), ...procedures.map((each) => ({ ...each, filter: 'procedure' }))]
  const most = Math.max(1, ...known.map((each) => each.p90Seconds ?? 0))
  const row = (each) => el('li', {},
    el('a', { class: 'cut', href: rowsLink('tickets', { from, to, [each.filter]: each.id }), title: each.name, text: each.name }),
    el('span', { class: 'times', 'aria-hidden': 'true' }, bar(each.p90Seconds ?? 0, most, 'nine'), bar(each.medianSeconds ?? 0, most, 'mid')),
    each.n ? el('span', { class: 'r' }, el('b', { text: durationText(each.medianSeconds) }), el('small', { text: t('live.services.nine', { time: durationText(each.p90Seconds), n: numberText(each.n) }) })) : el('span', { class: 'r muted', text: t('noData') }))
  return {
    muted: `${dateWords(from)} – ${dateWords(to)}`,
    table: table(t('live.services'), ['', t('live.services.n'), t('chart.col.median'), t('chart.col.nine'), t('live.services.usual')].map((head, index) => head || (index === 0 ? t('by.service.one') : '')),
      known.map((each) => [each.name, numberText(each.n), each.n ? durationText(each.medianSeconds) : '–', each.n ? durationText(each.p90Seconds) : '–', each.usualSeconds ? durationText(each.usualSeconds) : '–'])),
    body: [
      el('ul', { class: 'taken' }, services.map(row)),
      el('h3', { text: t('live.procedures') }),
      procedures.length ? el('ul', { class: 'taken' }, procedures.slice(0, 8).map((each) => row({ ...each, filter: 'procedure' }))) : el('p', { class: 'muted fine', text: t('live.procedures.none') }),
    ],
  }
}

// ---- what people say: only sealed weeks, and from five up

export function ratingsPart({ rated, ratable, weeks }) {
  const shown = weeks.map((each, index) => ({ ...each, index }))
  const known = shown.filter((each) => each.n)
  const way = ({ from }) => `/supervisor/figures.html?${new URLSearchParams({ from, to: plus(from, 6), by: 'officer' })}`
  const drawing = plot({ width: 380, height: 190, label: t('live.ratings'), from: 0, to: weeks.length - 1, max: 100, step: 25, unit: '%' })
  drawing.grid()
  for (const run of runs(shown, 1, (each) => each.index, (each) => each.n || null)) drawing.line('med', run.map((each) => [each.index, (100 * each.satisfied) / each.n]))
  for (const each of known) drawing.add('circle', { class: 'dot', cx: drawing.x(each.index), cy: drawing.y((100 * each.satisfied) / each.n), r: 5 })
  for (const each of shown.filter((_, index) => index % 2 === 1)) drawing.add('text', { x: drawing.x(each.index), y: 182, 'text-anchor': each.index === weeks.length - 1 ? 'end' : 'middle' }, dateWords(each.from))
  if (!known.length) drawing.none()
  const last = known.at(-1)
  return {
    rows: last ? way(last) : null,
    table: table(t('live.ratings'), [t('live.weekOf'), t('live.satisfied'), ...[5, 4, 3, 2, 1].map((n) => t(`level.${n}`))],
      shown.map((each) => [each.n ? el('a', { href: way(each), text: dateWords(each.from) }) : dateWords(each.from), each.n ? `${percent({ numerator: each.satisfied, denominator: each.n })} (${each.satisfied}/${each.n})` : t('noData'), ...(each.levels ?? Array(5).fill(null)).map((n) => (n === null ? '–' : numberText(n)))])),
    body: [el('div', { class: 'chart' }, drawing.svg), el('p', { class: 'muted fine' }, icon('lock'), ratable ? t('live.ratings.today', { rated: numberText(rated), ratable: numberText(ratable) }) : '', ' ', t('ratings.rule'))],
  }
}

// ---- dossiers and promises

export function dossierPart(dossiers) {
  if (!dossiers) return { body: none(t('live.caseworkOff')) }
  const count = (key, kind) => el('a', { href: '/supervisor/dossiers.html', class: dossiers[key] ? kind : null }, el('b', { text: numberText(dossiers[key]) }), el('span', { text: t(`live.dossiers.${key}`) }))
  return {
    rows: '/supervisor/dossiers.html',
    body: [
      el('div', { class: 'counts' }, count('overdue', 'fault'), count('dueToday', 'warn'), count('soon', null), count('apologiesMissing', 'warn')),
      dossiers.near.length ? el('ul', { class: 'near' }, dossiers.near.slice(0, 5).map((each) => el('li', {},
        el('span', { class: 'cut' }, el('b', { text: each.code }), el('small', { class: 'cut', text: each.procedure })),
        el('span', { class: `tag ${each.level === 'overdue' ? 'fault' : 'warning'}` }, dateWords(each.due))))) : el('p', { class: 'muted', text: t('live.dossiers.none') }),
    ],
  }
}

export function promisePart(dossiers) {
  const days = dossiers?.promises ?? []
  if (!days.length) return { rows: '/supervisor/sameday.html', body: none(t('live.promises.none')) }
  const way = (day) => `/supervisor/sameday.html?day=${day}`
  return {
    rows: way(days.at(-1).day),
    body: table(t('live.promises'), [t('sd.day'), t('sd.promised'), t('sd.kept'), t('sd.broken')], days.slice(-6).toReversed().map((each) => [
      el('a', { href: way(each.day), text: dateWords(each.day, true) }), ...(each.promised ? [numberText(each.promised), numberText(each.kept), numberText(each.broken)] : [t('noData'), '–', '–'])])),
  }
}

// ---- how far the targets are

export function gauge(target, view) {
  const { figure, share, outlook, atLeast, weeks } = target
  const name = figure === 'WAIT' ? t('kpi.target', { n: Math.round(view.targetSeconds / 60) }) : t(`figure.${figure}`)
  const year = `${view.day.slice(0, 4)}-01-01`
  const rows = {
    ONTIME: rowsLink('dossiers', { from: year, to: view.day, only: 'late' }), ONLINE: rowsLink('dossiers', { from: year, to: view.day, only: 'notOnline' }), DIGITISATION: rowsLink('dossiers', { from: year, to: view.day, only: 'notDigitised' }),
    SATISFACTION: `/supervisor/figures.html?${new URLSearchParams({ from: year, to: view.day, by: 'officer' })}`, WAIT: rowsLink('tickets', { from: plus(view.day, -30), to: view.day, only: 'late' }),
  }[figure]
  const met = share && share.numerator * 100 >= atLeast * share.denominator
  const track = el('div', { class: 'track', 'aria-hidden': 'true' }, el('i'), el('u'))
  if (share) track.firstChild.style.setProperty('width', `${(100 * share.numerator) / share.denominator}%`)
  track.lastChild.style.setProperty('left', `${atLeast}%`)
  return el('article', { class: `gauge ${share ? (met ? 'met' : 'below') : ''}`, dataset: { figure } },
    el('h3', {}, el('a', { href: rows, text: name }), el('details', { class: 'why' }, el('summary', { 'aria-label': t('figure.what'), dataset: { focus: `why-${figure}` }, text: 'i' }), el('p', { text: `${figure === 'WAIT' ? t('live.WAIT.formula') : t(`figure.${figure}.formula`)} ${target.source}.` }))),
    share ? el('p', { class: 'value' }, el('b', { text: percent(share) }), ` ${parts(share)}`) : none(),
    track,
    el('p', { class: 'goal', text: t('live.goal', { n: atLeast, day: dateWords(target.until) }) }),
    el('p', { class: `say ${outlook.kind}`, text: sentence(outlook, target) }),
    trend(weeks, atLeast),
    el('details', { class: 'table' }, el('summary', { text: t('live.trend.table') }), table(name, [t('live.weekOf'), t('live.share')], weeks.map((each) => [dateWords(each.from), each.share ? `${percent(each.share)} (${parts(each.share)})` : t('noData')]))))
}

function sentence(outlook, target) {
  const places = { goal: target.atLeast, day: dateWords(target.until), need: numberText(outlook.need ?? 0), coming: numberText(outlook.coming ?? 0), best: outlook.best ? percent(outlook.best) : '', what: t(`live.what.${target.figure}`), how: t(`live.how.${target.figure}`) }
  return t(`live.outlook.${outlook.kind}`, places)
}

/** Eight weeks as eight bars, the target across. */
function trend(weeks, atLeast) {
  const drawing = plot({ width: 240, height: 84, label: t('live.trend'), from: -0.5, to: weeks.length - 0.5, max: 100, step: 50, unit: '%' })
  drawing.grid()
  weeks.forEach((each, index) => {
    if (!each.share) return
    const value = (100 * each.share.numerator) / each.share.denominator
    drawing.add('rect', { class: value >= atLeast ? 'week' : 'week low', x: drawing.x(index - 0.35), y: drawing.y(value), width: drawing.x(0.7) - drawing.x(0), height: Math.max(1, drawing.y(0) - drawing.y(value)) })
  })
  drawing.add('line', { class: 'limit', x1: drawing.x(-0.5), x2: drawing.x(weeks.length - 0.5), y1: drawing.y(atLeast), y2: drawing.y(atLeast) })
  drawing.add('text', { x: drawing.x(0), y: 78, 'text-anchor': 'middle' }, dateWords(weeks[0].from))
  drawing.add('text', { x: drawing.x(weeks.length - 1), y: 78, 'text-anchor': 'end' }, dateWords(weeks.at(-1).from))
  return el('div', { class: 'chart' }, drawing.svg)
}

// ---- devices

const marks = { ok: 'check', warning: 'warn', fault: 'fault', off: 'moon' }

export function deviceList(list) {
  const bad = list.filter((each) => each.state !== 'ok')
  return {
    rows: '/supervisor/', muted: list.length ? t('devices.ok', { n: list.length - bad.length, of: list.length }) : null,
    body: !list.length ? none() : !bad.length ? el('p', { class: 'ok' }, icon('check'), t('live.devices.fine'))
      : el('ul', { class: 'devices' }, bad.map((each) => el('li', { class: each.state }, icon(marks[each.state]), el('span', {}, each.name, el('small', { text: pick(each.words) }))))),
  }
}
