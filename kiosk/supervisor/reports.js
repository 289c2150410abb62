// Báo cáo: the figures of a period as they are now with their definitions, and every version that is kept of it.

import { el, icon } from '/shared/dom.js'
import { get, newKey, post } from '/shared/api.js'
import { clockText, dateText, dayOf, setZone } from '/shared/time.js'
import { loadDeskWords } from '/shared/language.js'
import { pick, t } from '/shared/words.js'
import { supervisorBar, toSignIn } from './bar.js'

const kinds = ['day', 'week', 'month', 'quarter', 'half-year', 'year']
const making = 30_000   // a year of dossiers is read for it

await loadDeskWords('supervisor')
document.title = t('title.reports')
const head = supervisorBar(document.querySelector('#bar'), 'figures')
const page = document.querySelector('#page')
const hall = await get('board')
const today = hall.ok ? hall.body.day : dayOf(Date.now())
if (hall.ok) { setZone(hall.body.centre?.utcOffsetMinutes); head.centre(hall.body.centre?.shortName) }

const asked = new URLSearchParams(location.search)
let kind = kinds.includes(asked.get('kind')) ? asked.get('kind') : 'month'
let day = asked.get('of') ?? today
let loads = 0

const pickKind = el('select', { name: 'kind', onchange: () => { kind = pickKind.value; load() } }, kinds.map((each) => el('option', { value: each, selected: each === kind, text: t(`reports.kind.${each}`) })))
const pickDay = el('input', { type: 'date', name: 'of', max: today, value: day, onchange: () => { if (pickDay.value) { day = pickDay.value; load() } } })
const reason = el('input', { name: 'reason', autocomplete: 'off', maxlength: 500 })
const reasonField = el('label', { class: 'field reason', hidden: true }, el('span', { text: t('reports.reason') }), reason)
const makeButton = el('button', { class: 'btn primary', type: 'button', onclick: make, text: t('reports.make') })
// Signed and kept away from the machine, it proves later that the records weren't rewritten.
const closing = el('button', { class: 'btn', type: 'button', onclick: printClosing, text: t('reports.closing') })
const said = el('p', { role: 'status' })
const lines = el('section', { class: 'panel lines', 'aria-live': 'polite' })
const kept = el('section', { class: 'panel kept' })
const all = el('section', { class: 'panel kept noprint' })
page.replaceChildren(
  el('h1', { text: t('reports') }), el('p', { class: 'lead', text: t('reports.lead') }),
  el('section', { class: 'panel ask noprint' },
    el('div', { class: 'days' },
      el('label', { class: 'field' }, el('span', { text: t('reports.kind') }), pickKind),
      el('label', { class: 'field' }, el('span', { text: t('reports.of') }), pickDay), reasonField, makeButton, closing), said),
  kept, lines, all)

/** 2026-11-28 → 2026-W48 and so on, as the daemon names periods. */
function period() {
  const [year, month] = day.split('-')
  if (kind === 'day') return day
  if (kind === 'month') return `${year}-${month}`
  if (kind === 'quarter') return `${year}-Q${Math.ceil(month / 3)}`
  if (kind === 'half-year') return `${year}-H${month <= 6 ? 1 : 2}`
  if (kind === 'year') return year
  const thursday = new Date(`${day}T00:00:00Z`)
  thursday.setUTCDate(thursday.getUTCDate() + 4 - (thursday.getUTCDay() || 7))
  const week = Math.ceil(((thursday - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / 86_400_000 + 1) / 7)
  return `${thursday.getUTCFullYear()}-W${String(week).padStart(2, '0')}`
}

async function printClosing() {
  closing.disabled = true
  const answer = await post('office/print', { document: 'closing', day }, { key: newKey() })
  closing.disabled = false
  said.textContent = answer.ok ? t('print.office.sent', { printer: answer.body.printerName }) : answer.problem.detail || answer.problem.title
}

const problem = (words) => el('p', { class: 'notice warning' }, icon('warn'), el('span', { class: 'body', text: words }))

async function load() {
  closing.hidden = kind !== 'day'
  history.replaceState(null, '', `?${new URLSearchParams({ kind, of: day })}`)
  const mine = (loads += 1)
  const id = period()
  const [answer, list] = await Promise.all([get(`reports/${id}`), get('reports?limit=60')])
  if (mine !== loads) return
  if (['sign-in-required', 'forbidden'].includes(answer.problem?.type)) return toSignIn()
  if (list.ok) drawAll(list.body.reports)
  makeButton.disabled = !answer.ok
  if (!answer.ok) {
    reasonField.hidden = true
    kept.replaceChildren()
    return lines.replaceChildren(problem(answer.problem.title))
  }
  drawLines(answer.body)
  drawKept(answer.body)
}

function drawLines(body) {
  lines.replaceChildren(
    el('h2', { text: t('reports.now', { period: pick(body.words) }) }),
    el('p', { class: 'muted', text: t(body.complete ? 'reports.complete' : 'reports.running', { until: body.until.split('-').reverse().join('/') }) }),
    ...body.sections.map((section) => el('div', { dataset: { section: section.key } }, el('h3', { text: pick(section.name) }), section.law && el('p', { class: 'muted', text: pick(section.law) }),
      section.lines.map((line) => el('details', { class: 'line', dataset: { line: line.key } },
        el('summary', {}, el('span', { text: pick(line.name) }), el('b', { class: line.known ? null : 'none', text: line.written }),
          el('small', {}, line.target && t('reports.target', { n: line.target }), line.met !== undefined && el('span', { class: line.met ? 'good' : 'bad', text: ` · ${t(line.met ? 'score.met' : 'score.notMet')}` }))),
        el('p', { text: pick(line.how) }))))))
}

function drawKept(body) {
  reasonField.hidden = body.versions.length === 0
  makeButton.disabled = body.versions.length > 0 && !body.differs
  kept.replaceChildren(...[
    el('h2', { text: t('reports.kept', { period: pick(body.words) }) }),
    body.differs && problem(t('reports.differs')),
    body.faults.length > 0 && problem(t('reports.faults', { files: body.faults.join(', ') })),
    body.versions.length ? el('ol', {}, body.versions.map(version)) : el('p', { class: 'muted', text: t('reports.none') }),
  ].filter(Boolean))
}

function version(each) {
  const file = (form) => `/api/v1/reports/${each.period}/versions/${each.version}?format=${form}`
  return el('li', { dataset: { version: each.version } },
    el('b', { text: t('reports.version', { n: each.version }) }),
    el('span', {}, `${clockText(each.at)} ${dateText(each.at, { year: true })} · ${each.by === 'system' ? t('reports.byItself') : each.by}`,
      each.reason && el('small', { text: t('reports.why', { why: each.reason }) }),
      each.changed.length > 0 && el('small', { text: t('reports.changed', { lines: each.changed.map(pick).join(', ') }) }),
      el('small', { text: t(each.complete ? 'reports.final' : 'reports.notFinal') })),
    el('span', { class: 'files' },
      el('a', { class: 'btn', href: file('pdf'), target: '_blank' }, icon('file'), 'PDF'),
      ['xlsx', 'csv'].map((form) => el('a', { class: 'btn', href: file(form), download: '' }, icon('down'), form.toUpperCase())),
      el('button', { class: 'btn', type: 'button', onclick: () => print(each) }, icon('printer'), t('print.office'))))
}

async function print(each) {
  const answer = await post('office/print', { document: 'report', period: each.period, version: each.version })
  said.replaceChildren(...(answer.ok
    ? [el('span', { text: t('print.office.sent', { printer: answer.body.printerName }) }), ' ', el('a', { href: '/prints/', text: t('print.office.see') })]
    : [icon('warn'), el('span', { class: 'wrong', text: answer.problem.title })]))
}

function drawAll(reports) {
  all.replaceChildren(el('h2', { text: t('reports.all') }),
    reports.length === 0 ? el('p', { class: 'muted', text: t('reports.noneAtAll') })
      : el('div', { class: 'all' }, reports.map((each) => [
        el('a', { href: `/api/v1/reports/${each.period}/versions/${each.version}`, target: '_blank', text: pick(each.words).replace(/^./, (letter) => letter.toUpperCase()) }),
        el('span', { text: t('reports.version', { n: each.version }) }), el('span', { text: dateText(each.at, { year: true }) })])))
}

async function make() {
  makeButton.disabled = true
  const answer = await post('reports', { period: period(), ...(reason.value && { reason: reason.value }) }, { key: newKey(), retries: 1, patience: making })
  said.replaceChildren(...(answer.ok ? [el('span', { text: t('reports.done', { n: answer.body.version }) })] : [icon('warn'), el('span', { class: 'wrong', text: answer.problem.title })]))
  if (answer.ok) reason.value = ''
  await load()
}

await load()
