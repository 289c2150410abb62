// The rows behind a figure: numbers of visits or codes of dossiers, never a person.

import { el, icon } from '/shared/dom.js'
import { get } from '/shared/api.js'
import { clockText, durationText, numberText, setZone, weekdayText } from '/shared/time.js'
import { loadDeskWords } from '/shared/language.js'
import { t } from '/shared/words.js'
import { supervisorBar, toSignIn } from './bar.js'
import { dateWords } from './live-parts.js'

await loadDeskWords('supervisor')
document.title = t('title.rows')
const bar = supervisorBar(document.querySelector('#bar'), 'live')
const page = document.querySelector('#page')
const { of: kind = 'tickets', ...filter } = Object.fromEntries(new URLSearchParams(location.search))

const board = await get('board')
if (board.ok) {
  setZone(board.body.centre?.utcOffsetMinutes)
  bar.centre(board.body.centre?.shortName)
}
const services = new Map((board.body?.centre?.services ?? []).map((each) => [each.id, each.boardName ?? each.name]))

const told = [
  filter.from && (filter.from === filter.to ? dateWords(filter.from, true) : `${dateWords(filter.from, true)} – ${dateWords(filter.to ?? filter.from, true)}`),
  filter.weekday && weekdayText(Number(filter.weekday)), filter.hour && t('hour', { from: `${filter.hour}:00`, to: `${Number(filter.hour) + 1}:00` }),
  filter.service && (services.get(filter.service) ?? filter.service), filter.procedure, filter.only && t(`rows.only.${filter.only}`),
].filter(Boolean).join(' · ')

const dash = (value, say = (one) => one) => (value === null || value === undefined ? '–' : say(value))
const ticket = {
  heads: ['day', 'number', 'service', 'issued', 'called', 'wait', 'counter', 'taken', 'standing'],
  cells: (row) => [dateWords(row.day, true), el('b', { text: row.number }), [row.service, row.procedure && el('small', { text: row.procedure })], clockText(row.issuedAt), dash(row.calledAt, (at) => clockText(at)),
    row.late ? el('b', { class: 'late', text: durationText(row.waitSeconds) }) : dash(row.waitSeconds, durationText), dash(row.counters.length || null, () => row.counters.join(', ')), dash(row.serviceSeconds, durationText), t(`rows.standing.${row.standing}`)],
}
const dossier = {
  heads: ['code', 'procedure', 'received', 'due', 'finished', 'punctuality', 'channel', 'digitised'],
  cells: (row) => [el('b', { text: row.code }), row.procedure, dateWords(row.received, true), dash(row.due, (day) => dateWords(day, true)), dash(row.finished, (day) => dateWords(day, true)), t(`rows.punctuality.${row.punctuality}`), t(`rows.channel.${row.channel}`), dash(row.digitised, (yes) => t(yes ? 'rows.yes' : 'rows.no'))],
}

const answer = await get(`live/${kind === 'dossiers' ? 'dossiers' : 'tickets'}?${new URLSearchParams(filter)}`)
if (['sign-in-required', 'forbidden'].includes(answer.problem?.type)) toSignIn()
else show()

function show() {
  const form = kind === 'dossiers' ? dossier : ticket
  const head = [el('h1', { text: t(`rows.${kind === 'dossiers' ? 'dossiers' : 'tickets'}`) }), el('p', { class: 'lead', text: told })]
  if (!answer.ok) return page.replaceChildren(...head, el('p', { class: 'notice warning' }, icon('warn'), el('span', { class: 'body', text: answer.problem.detail || answer.problem.title })))
  const { total, rows } = answer.body
  page.replaceChildren(...head, el('section', { class: 'panel rowlist' },
    el('h2', {}, t('rows.n', { n: numberText(total) }), total > rows.length && el('span', { class: 'muted', text: t('rows.first', { n: numberText(rows.length) }) })),
    rows.length ? el('div', { class: 'wide', tabindex: '0', role: 'region', 'aria-label': t('rows.n', { n: total }) }, el('table', { class: 'tbl' },
      el('thead', {}, el('tr', {}, form.heads.map((key) => el('th', { scope: 'col', text: t(`rows.col.${key}`) })))),
      el('tbody', {}, rows.map((row) => el('tr', {}, form.cells(row).map((cell) => el('td', {}, cell))))))) : el('p', { class: 'none', text: t('rows.none') }),
    el('p', {}, el('a', { href: '/supervisor/live.html', text: t('rows.back') }))))
}
