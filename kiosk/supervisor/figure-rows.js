// The rows a figure of the scoring sheet was counted from. What they add up to is the figure.

import { el, icon } from '/shared/dom.js'
import { get } from '/shared/api.js'
import { durationText, numberText } from '/shared/time.js'
import { loadDeskWords } from '/shared/language.js'
import { t } from '/shared/words.js'
import { supervisorBar, toSignIn } from './bar.js'
import { dateWords } from './live-parts.js'

await loadDeskWords('supervisor')
document.title = t('title.figureRows')
const bar = supervisorBar(document.querySelector('#bar'), 'score')
const page = document.querySelector('#page')
const asked = new URLSearchParams(location.search)
const [year, figure] = [asked.get('year'), asked.get('figure')]

const board = await get('board')
if (board.ok) bar.centre(board.body.centre?.shortName)

const path = (format) => `score/${encodeURIComponent(year)}/figures/${encodeURIComponent(figure)}?${new URLSearchParams({ ...(asked.get('part') && { part: asked.get('part') }), ...(format ? { format } : { from: asked.get('from') ?? 0 }) })}`
const here = (part, from) => `?${new URLSearchParams({ year, figure, ...(part && { part }), ...(from > 0 && { from }) })}`

const first = (text) => text.charAt(0).toUpperCase() + text.slice(1)
const known = (key, otherwise) => (t(key) === key ? otherwise : t(key))

const answer = await get(path())
if (['sign-in-required', 'forbidden'].includes(answer.problem?.type)) toSignIn()
else show()

function show() {
  const head = [
    el('p', { class: 'back' }, el('a', { class: 'btn quiet', href: `score.html?year=${encodeURIComponent(year)}`, text: `‹ ${t('figureRows.back')}` })),
    el('h1', { text: known(`figure.${figure}`, t('figureRows.title')) }),
  ]
  if (!answer.ok) return page.replaceChildren(...head, el('p', { class: 'notice warning' }, icon('warn'), el('span', { class: 'body', text: answer.problem.detail || answer.problem.title })))
  const view = answer.body
  page.replaceChildren(...head,
    el('p', { class: 'lead', text: `${t('figureRows.until', { year: view.year, day: dateWords(view.until, true) })} ${t(`figure.${figure}.formula`)}` }),
    parts(view),
    el('section', { class: 'panel' },
      el('div', { class: 'top' }, el('h2', { text: view.total ? t('figureRows.range', { from: numberText(view.from + 1), to: numberText(view.from + view.rows.length), n: numberText(view.total) }) : t('figureRows.none') }),
        view.total > 0 && el('a', { class: 'btn', href: `/api/v1/${path('csv')}`, download: '' }, icon('down'), t('figureRows.csv', { n: numberText(view.total) }))),
      view.sums.length > 0 && table(view),
      pages(view)))
}

/** All rows, those of the numerator, those left over, those of each count: with what each adds to the figure. */
function parts(view) {
  const sums = Object.fromEntries(view.sums.map((sum) => [sum.key, sum]))
  const tab = (part, words, sum) => el('a', { class: 'btn', href: here(part, 0), 'aria-current': (view.part ?? '') === part ? 'page' : null }, words, sum && el('b', { text: numberText(sum.n) }))
  return el('nav', { class: 'parts', 'aria-label': t('figureRows.title') }, tab('', t('figureRows.all')),
    view.sums.map((sum) => tab(sum.key, first(t(`figure.count.${sum.key}`)), sum)),
    sums.numerator && tab('rest', first(t('figureRows.rest')), { n: sums.denominator.n - sums.numerator.n }))
}

function cell(column, text, view) {
  if (text === '') return '–'
  switch (column.kind) {
    case 'day': {
      const words = dateWords(text, true)
      // The numbers issued on a day are rows of their own.
      return column.key === 'day' && figure === 'TICKETS' ? el('a', { href: `rows.html?of=tickets&from=${text}&to=${text}`, text: words }) : words
    }
    case 'word': return known(`figure.word.${column.key}.${text}`, text)
    case 'procedure': return [view.names[text] ?? text, view.names[text] && el('small', { text })]
    case 'officer': return view.names[text] ?? text
    case 'counter': return t('figureRows.counter', { n: text })
    case 'number': return numberText(Number(text))
    default: return text
  }
}

function table(view) {
  const added = (n, unit) => (n === 0 ? '–' : unit === 1 ? numberText(n) : durationText(n))
  const right = (column) => ({ number: 'r', procedure: 'name' })[column.kind] ?? null
  return el('div', { class: 'wide', tabindex: '0', role: 'region', 'aria-label': t('figureRows.title') }, el('table', { class: 'tbl' },
    el('thead', {}, el('tr', {},
      view.columns.map((column) => el('th', { scope: 'col', class: right(column), text: t(`figure.col.${column.key}`) })),
      view.sums.map((sum) => el('th', { scope: 'col', class: 'r adds', text: first(t(`figure.count.${sum.key}`)) })))),
    el('tbody', {}, view.rows.map((row) => el('tr', {},
      row.cells.map((text, i) => el('td', { class: right(view.columns[i]) }, cell(view.columns[i], text, view))),
      row.adds.map((n, i) => el('td', { class: 'r adds', text: added(n, view.sums[i].unit) }))))),
    el('tfoot', {}, el('tr', {}, el('th', { scope: 'row', colspan: view.columns.length, text: t('figureRows.sum') }),
      view.sums.map((sum) => el('td', { class: 'r adds', text: numberText(sum.n) }))))))
}

function pages(view) {
  const size = 100   // as the daemon gives them
  const step = (from, key, off) => (off ? el('span') : el('a', { class: 'btn', href: here(view.part, from), text: t(key) }))
  return view.total > size && el('nav', { class: 'pages' },
    step(Math.max(0, view.from - size), 'figureRows.before', view.from === 0),
    step(view.from + size, 'figureRows.next', view.from + size >= view.total))
}
