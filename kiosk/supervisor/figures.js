// Số liệu: a day or a period, by service, officer, counter or hour. Always numerator and denominator.

import { el, icon } from '/shared/dom.js'
import { get, post } from '/shared/api.js'
import { dayOf, durationText, numberText, setZone } from '/shared/time.js'
import { loadDeskWords } from '/shared/language.js'
import { t } from '/shared/words.js'
import { bar } from './chart.js'
import { supervisorBar, toSignIn } from './bar.js'

const ways = ['service', 'officer', 'counter', 'hour']
const shortcuts = [['today', 0, 0], ['yesterday', 1, 1], ['week', 6, 0], ['month', 29, 0]]
const oneDay = 86_400_000

await loadDeskWords('supervisor')
document.title = t('title.figures')
const head = supervisorBar(document.querySelector('#bar'), 'figures')
const page = document.querySelector('#page')

const hall = await get('board')
const today = hall.ok ? hall.body.day : dayOf(Date.now())
if (hall.ok) { setZone(hall.body.centre?.utcOffsetMinutes); head.centre(hall.body.centre?.shortName) }
const serviceNames = new Map((hall.body?.centre?.services ?? []).map((each) => [each.id, each.boardName ?? each.name]))

let loads = 0
// What is asked stands in the address: a page of figures can be kept, sent and printed.
const asked = new URLSearchParams(location.search)
const state = { from: asked.get('from') ?? today, to: asked.get('to') ?? asked.get('from') ?? today, by: ways.includes(asked.get('by')) ? asked.get('by') : 'service' }

const from = el('input', { type: 'date', name: 'from', max: today, onchange: () => change({ from: from.value, to: to.value < from.value ? from.value : to.value }) })
const to = el('input', { type: 'date', name: 'to', max: today, onchange: () => change({ to: to.value, from: from.value > to.value ? to.value : from.value }) })
const tabs = el('div', { class: 'tabs', role: 'group', 'aria-label': t('by') }, ways.map((way) => el('button', { class: 'btn', type: 'button', dataset: { way }, onclick: () => change({ by: way }), text: t(`by.${way}`) })))
const csv = el('a', { class: 'btn', download: '' }, icon('down'), t('csv'))
const pdf = el('a', { class: 'btn', target: '_blank' }, icon('file'), t('pdf'))
// Shown where the centre has an office printer; what becomes of the paper is on the page of prints.
const office = el('button', { class: 'btn', type: 'button', hidden: true, onclick: () => sendToOffice() }, icon('file'), t('print.office'))
const sent = el('p', { class: 'sent', role: 'status' })
const result = el('section', { class: 'panel result', 'aria-live': 'polite' })

page.replaceChildren(
  el('h1', {}, t('figures'), ' ', el('a', { class: 'btn quiet noprint', href: '/supervisor/reports.html' }, icon('file'), t('reports.open'))),
  el('section', { class: 'panel ask' },
    el('div', { class: 'days' },
      el('label', { class: 'field' }, el('span', { text: t('from') }), from),
      el('label', { class: 'field' }, el('span', { text: t('to') }), to),
      el('div', { class: 'shortcuts' }, shortcuts.map(([name, start, end]) => el('button', { class: 'btn quiet', type: 'button', onclick: () => change({ from: before(start), to: before(end) }), text: t(`days.${name}`) }))),
      el('div', { class: 'out' }, csv, pdf, el('button', { class: 'btn', type: 'button', onclick: () => print() }, icon('printer'), t('print.page')), office)),
    sent,
    tabs),
  result)

function before(days) {
  return new Date(Date.parse(today) - days * oneDay).toISOString().slice(0, 10)
}

function change(news) {
  Object.assign(state, news)
  if (!state.from || !state.to) return
  history.replaceState(null, '', `?${new URLSearchParams(state)}`)
  load()
}

function path(format) {
  return state.from === state.to
    ? `/api/v1/figures/${state.from}?${new URLSearchParams({ by: state.by, format })}`
    : `/api/v1/figures?${new URLSearchParams({ ...state, format })}`
}

async function sendToOffice() {
  office.disabled = true
  const answer = await post('office/print', { document: 'figures', ...state })
  office.disabled = false
  sent.replaceChildren(...(answer.ok
    ? [el('span', { text: t('print.office.sent', { printer: answer.body.printerName }) }), ' ', el('a', { href: '/prints/', text: t('print.office.see') })]
    : [icon('warn'), el('span', { text: answer.problem.title })]))
}

async function load() {
  from.value = state.from
  to.value = state.to
  for (const button of tabs.children) button.setAttribute('aria-pressed', String(button.dataset.way === state.by))
  csv.href = path('csv')
  pdf.href = path('pdf')
  const mine = ++loads
  const answer = await get(path('json'))
  if (mine !== loads) return   // a later question was asked meanwhile
  if (['sign-in-required', 'forbidden'].includes(answer.problem?.type)) return toSignIn()
  result.replaceChildren(...(answer.ok ? show(answer.body) : [el('p', { class: 'notice warning' }, icon('warn'), el('span', { class: 'body', text: answer.problem.detail || answer.problem.title }))]))
}

// ---- the table

const dash = (value, say) => (value === null || value === undefined ? el('span', { class: 'muted', text: '–' }) : say(value))
const count = (key) => ({ key, say: (row) => dash(row[key], numberText) })
const time = (key, value) => ({ key, say: (row) => dash(value(row), durationText) })
const rate = (key, pair) => ({ key, say: (row) => {
  const [yes, of] = pair(row)
  return of ? [el('b', { text: `${numberText((100 * yes) / of)}%` }), el('small', { text: `${numberText(yes)}/${numberText(of)}` })] : el('span', { class: 'muted', text: t('noData') })
} })
/** Best level first, of closed days and from five ratings up. */
const levels = (question) => ({ key: `levels.${question}`, say: (row) => (row.levels ? el('span', { class: 'levels', text: row.levels[question].map((n) => numberText(n)).join(' · ') }) : el('span', { class: 'muted', text: '–' })) })
// What is asked most comes first; the rest is a scroll away.
const columns = [
  count('issued'), count('served'), count('noShow'), count('cancelled'), time('medianWaitSeconds', (row) => row.waits.medianSeconds), time('p90WaitSeconds', (row) => row.waits.p90Seconds),
  time('medianServiceSeconds', (row) => row.services.medianSeconds),
  rate('withinTarget', (row) => [row.withinTarget, row.waits.n]), rate('rated', (row) => [row.rated, row.served]), levels('reception'), levels('handling'),
  count('transferred'), time('maxWaitSeconds', (row) => row.waits.maxSeconds), time('p90ServiceSeconds', (row) => row.services.p90Seconds), time('maxServiceSeconds', (row) => row.services.maxSeconds),
]

function show(body) {
  const rows = body.rows ?? []
  const days = state.from === state.to ? t('day', { day: dateWords(state.from) }) : t('period', { from: dateWords(state.from), to: dateWords(state.to) })
  const title = el('h2', {}, el('span', { text: `${t(`by.${state.by}`)} · ${days}` }), el('span', { class: 'muted', text: body.closed === false ? t('notClosed') : '' }))
  if (!rows.length) return [title, el('p', { class: 'none', text: t('noData') }), checklist(body.checklist)]
  const most = Math.max(1, ...rows.map((row) => row.served ?? 0))
  const line = (row, name, total) => el('tr', { class: total ? 'total' : null }, el('th', { scope: 'row' }, name, !total && bar(row.served ?? 0, most)), columns.map((column) => el('td', { class: 'r' }, column.say(row))))
  return [title,
    el('div', { class: 'wide', tabindex: '0', role: 'region', 'aria-label': t('figures') }, el('table', { class: 'tbl', 'aria-label': `${t(`by.${state.by}`)} · ${days}` },
      el('thead', {}, el('tr', {}, el('th', { scope: 'col', text: t(`by.${state.by}.one`) }), columns.map(({ key }) => el('th', { scope: 'col', class: 'r', text: t(`col.${key}`) })))),
      el('tbody', {}, rows.map((row) => line(row, rowName(row)))),
      body.total && el('tfoot', {}, line(body.total, t('total'), true)))),
    checklist(body.checklist),
    el('p', { class: 'muted fine', text: t('figures.how') }),
  ]
}

/** Days with a finished start-of-day checklist. */
function checklist(figure) {
  return el('p', { class: 'checklist' }, `${t('figures.checklist')}: `, el('b', { text: figure ? t('figures.checklist.of', { n: numberText(figure.finished), of: numberText(figure.workingDays) }) : t('noData') }))
}

function rowName(row) {
  if (row.name) return row.name
  const key = String(row.key ?? '')
  if (state.by === 'counter') return t('counter', { counter: key })
  if (state.by === 'hour') return t('hour', { from: `${key}:00`, to: `${String(Number(key) + 1).padStart(2, '0')}:00` })
  return serviceNames.get(key) ?? key
}

function dateWords(day) {
  return `${day.slice(8)}/${day.slice(5, 7)}/${day.slice(0, 4)}`
}

await load()
get('office/jobs?limit=1').then((answer) => { office.hidden = !(answer.ok && answer.body.printers.length) })
