// The rows of the scoring sheet: what is asked, what the records say, the points with all that were given before.

import { el, icon } from '/shared/dom.js'
import { clockText, dateText, numberText } from '/shared/time.js'
import { postFile } from '/shared/api.js'
import { t } from '/shared/words.js'
import { rowsOf } from './score-figures.js'

/** 4, or 4,50: points have at most two decimals. */
export const pointsText = (n) => numberText(n, Number.isInteger(n) ? 0 : 2)
const most = (row) => (row.least === row.most ? numberText(row.most) : `${row.least}–${row.most}`)

export function rowLine(row, sheet, act, { open, said, onOpen }) {
  const sum = row.scored ? row.points : row.sum
  const line = [
    el('span', { class: 'id', text: row.id.split('.').slice(row.depth > 1 ? 1 : 0).join('.') }),
    el('span', { class: 'what' }, row.title, marks(row)),
    el('span', { class: 'most', title: t(`score.read.${row.completed ? 'completed' : row.read}`) }, el('small', { text: t('score.most') }), ' ', el('b', { class: row.read === 'illegible' && !row.completed ? 'unread' : '', text: most(row) })),
    el('span', { class: 'before' }, row.lastYear !== undefined && [el('small', { text: t('score.lastYear') }), ' ', el('b', { text: pointsText(row.lastYear) })]),
    el('span', { class: 'points' }, el('small', { text: t('score.points') }), ' ', el('b', { text: sum === undefined || sum === null ? '–' : pointsText(sum) })),
  ]
  if (!row.scored) return el('div', { class: `row depth-${row.depth}`, dataset: { row: row.id } }, line)
  const details = el('details', { class: `row depth-${row.depth}`, dataset: { row: row.id }, open }, el('summary', {}, line), editor(row, sheet, act, said))
  details.addEventListener('toggle', () => onOpen(details.open ? row.id : null))
  return details
}

function marks(row) {
  return el('span', { class: 'marks' },
    row.met === true && el('span', { class: 'state ok', text: t('score.met') }),
    row.missing.filter((each) => each !== 'points').map((each) => el('span', { class: each === 'file' ? 'state bad' : 'state warn', text: t(`score.missing.${each}`) })),
    row.met === false && el('span', { class: 'state bad', text: t('score.notMet') }),
    row.scored && row.auto !== undefined && !row.missing.includes('figure') && el('span', { class: 'state', text: t(`score.auto.${row.auto}`) }))
}

function editor(row, sheet, act, said) {
  const wrong = el('p', { class: 'wrong', role: 'alert', text: said })
  const points = el('input', { name: 'points', type: 'number', min: 0, max: row.most, step: 0.25, inputmode: 'decimal', value: row.points ?? '' })
  const reason = el('input', { name: 'reason', autocomplete: 'off', maxlength: 500 })
  const words = el('input', { name: 'evidence', autocomplete: 'off', maxlength: 300 })
  const file = el('input', { name: 'file', type: 'file' })
  const link = el('input', { name: 'link', type: 'url', autocomplete: 'off', maxlength: 500 })
  const field = (key, input, grow) => el('label', { class: `field ${grow ? 'grow' : ''}` }, el('span', { text: t(key, { max: row.most }) }), input)
  const form = el('form', { class: 'line', novalidate: true },
    field('score.pointsOf', points), field('score.reason', reason, true), field('score.evidence', words, true), field('score.link', link, true), field('score.file', file),
    el('button', { class: 'btn primary', type: 'submit', text: t('score.save') }))
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    let kept = null
    if (file.files[0]) {
      const answer = await postFile(`score/${sheet.year}/files`, file.files[0])
      if (!answer.ok) { wrong.textContent = answer.problem.detail || answer.problem.title; return }
      kept = answer.body
    }
    const name = words.value || kept?.name || link.value
    const evidence = name ? [{ words: name, ...(link.value && { link: link.value }), ...(kept && { file: kept }) }] : []
    wrong.textContent = (await act('points', {
      item: row.id, reason: reason.value, evidence, seen: row.history.length, ...(points.value !== '' && { points: Number(points.value) }),
    })) ?? ''
  })
  const figures = sheet.figures.filter((figure) => row.figures.includes(figure.figure))
  return el('div', { class: 'editor' },
    el('dl', {},
      row.evidence && [el('dt', { text: t('score.asked') }), el('dd', { text: row.evidence })],
      row.owner && [el('dt', { text: t('score.owner') }), el('dd', { text: row.owner })],
      figures.map((figure) => [el('dt', { text: t(`figure.${figure.figure}`) }), el('dd', {}, figureLink(figure, sheet.year))])),
    form, wrong,
    row.history.length > 0 && el('ol', { class: 'history' }, [...row.history].reverse().map((each) => el('li', {},
      el('b', { text: each.points === undefined ? t('score.takenBack') : pointsText(each.points) }), ` · ${each.by} · ${clockText(each.at)} ${dateText(each.at, { year: true })} · ${each.reason}`,
      each.evidence.map((piece) => evidence(piece, sheet.year))))))
}

function figureLink({ figure, share, counts }, year) {
  if (!share && counts.length === 0) return t('noData')
  const text = share ? `${numberText(share.numerator)} / ${numberText(share.denominator)}` : counts.map((each) => `${t(`figure.count.${each.key}`)} ${numberText(each.n)}`).join(', ')
  return el('a', { href: rowsOf(figure, year), title: t('figureRows.open', { figure: t(`figure.${figure}`) }), text })
}

function evidence({ words, link, file }, year) {
  return el('small', {}, icon('file'),
    file?.standing === 'kept' ? el('a', { href: `/api/v1/score/${year}/files/${file.sha256}?name=${encodeURIComponent(file.name)}`, download: file.name, text: words }) : link ? el('a', { href: link, target: '_blank', rel: 'noreferrer noopener', text: words }) : words,
    file && file.standing !== 'kept' && el('em', { class: 'wrong', text: ` ${file.name}: ${t(`score.standing.${file.standing}`)}` }))
}

/** The maxima that cannot be read, taken from the commune's own signed copy. The sums are checked by the daemon. */
export function maximumForm(sheet, act) {
  const wrong = el('p', { class: 'wrong', role: 'alert' })
  const number = el('input', { name: 'document', autocomplete: 'off' })
  const unread = sheet.rows.filter((row) => sheet.forecast.unread.includes(row.id))
  const inputs = new Map(unread.map((row) => [row.id, el('input', { type: 'number', min: 1, max: row.most, step: 1, inputmode: 'numeric', placeholder: most(row), dataset: { maximum: row.id } })]))
  const form = el('form', { novalidate: true },
    el('div', { class: 'maxima' }, unread.map((row) => el('label', {}, el('b', { text: row.id }), el('span', { text: row.title }), inputs.get(row.id)))),
    el('div', { class: 'line' }, el('label', { class: 'field grow' }, el('span', { text: t('score.copy') }), number), el('button', { class: 'btn primary', type: 'submit', text: t('score.save') })))
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const maxima = [...inputs].filter(([, input]) => input.value !== '').map(([item, input]) => ({ item, max: Number(input.value) }))
    wrong.textContent = (await act('maxima', { document: number.value, maxima })) ?? ''
  })
  return el('details', { class: 'panel unread' }, el('summary', {}, el('b', { text: t('score.unread', { n: unread.length }) }), el('span', { class: 'muted', text: t('score.unreadWhy') })), form, wrong)
}
