// One figure of the scoring sheet: its share with numerator and denominator, what it means, and a form for those a person supplies.

import { el } from '/shared/dom.js'
import { numberText } from '/shared/time.js'
import { t } from '/shared/words.js'

/** Where the rows are that made a figure, or one of its parts. */
export const rowsOf = (figure, year, part) => `/supervisor/figure-rows.html?${new URLSearchParams({ year, figure, ...(part && { part }) })}`

export function figureCard(figure, sheet, act) {
  const { share, counts } = figure
  const percent = share && (share.numerator / share.denominator) * 100
  const rows = sheet.rows.filter((row) => row.figures.includes(figure.figure)).map((row) => row.id)
  return el('article', { class: 'figure', dataset: { figure: figure.figure } },
    el('h3', {}, t(`figure.${figure.figure}`),
      el('details', { class: 'why' }, el('summary', { 'aria-label': t('figure.what'), text: 'i' }),
        el('p', {}, t(`figure.${figure.figure}.formula`), ' ', t(`figure.source.${figure.source}`), figure.origin && ` ${figure.origin}.`, ' ', t('figure.rows', { rows: rows.join(', ') })))),
    share
      // Cut off, not rounded up: 89.96% is not 90%.
      ? el('a', { class: 'value', href: rowsOf(figure.figure, sheet.year), title: t('figureRows.open', { figure: t(`figure.${figure.figure}`) }) }, el('b', { text: `${numberText(Math.floor(percent * 10) / 10, 1)}%` }), el('span', { text: ` ${numberText(share.numerator)} / ${numberText(share.denominator)}` }))
      : counts.length === 0 && el('p', { class: 'value none', text: t('noData') }),
    counts.length > 0 && el('p', { class: 'counts' }, counts.map((each) => el('a', { href: rowsOf(figure.figure, sheet.year, each.key) }, `${t(`figure.count.${each.key}`)} `, el('b', { text: numberText(each.n) })))),
    ['entered', 'later'].includes(figure.source) && enterForm(figure, sheet, act))
}

function enterForm(figure, sheet, act) {
  const wrong = el('p', { class: 'wrong', role: 'alert' })
  const number = (name) => el('input', { name, type: 'number', min: 0, step: 1, inputmode: 'numeric' })
  const [part, whole] = [number('numerator'), number('denominator')]
  const source = el('input', { name: 'source', autocomplete: 'off' })
  const until = el('input', { name: 'until', type: 'date', value: sheet.today })
  const field = (key, input) => el('label', { class: 'field' }, el('span', { text: t(key) }), input)
  const form = el('form', { novalidate: true }, field('figure.part', part), field('figure.whole', whole), field('figure.origin', source), field('figure.until', until),
    el('button', { class: 'btn', type: 'submit', text: t('score.save') }))
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    wrong.textContent = (await act('figures', { figure: figure.figure, numerator: Number(part.value), denominator: Number(whole.value), source: source.value, until: until.value })) ?? ''
  })
  return el('details', { class: 'enter' }, el('summary', { text: t('figure.enter') }), form, wrong)
}
