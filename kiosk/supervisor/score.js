// Chấm điểm: the year's scoring sheet. The records say what they can; the points are always given by a person.

import { el, icon } from '/shared/dom.js'
import { get, newKey, post } from '/shared/api.js'
import { dateText, dayOf, setZone } from '/shared/time.js'
import { loadDeskWords } from '/shared/language.js'
import { t } from '/shared/words.js'
import { supervisorBar, toSignIn } from './bar.js'
import { figureCard } from './score-figures.js'
import { maximumForm, pointsText, rowLine } from './score-rows.js'

await loadDeskWords('supervisor')
document.title = t('title.score')
const head = supervisorBar(document.querySelector('#bar'), 'score')
const page = document.querySelector('#page')
const hall = await get('board')
if (hall.ok) { setZone(hall.body.centre?.utcOffsetMinutes); head.centre(hall.body.centre?.shortName) }

const asked = new URLSearchParams(location.search)
let year = Number(asked.get('year')) || Number((hall.body?.day ?? dayOf(Date.now())).slice(0, 4))
let only = asked.get('owner') ?? ''
let missingOnly = asked.has('missing')
let openRow = null
let sheet = null
let said = null   // { row, words }: what was refused, still to be read after the sheet came anew

/** Does something and shows the sheet anew. Returns the words of a refusal, or nothing. */
async function act(path, body) {
  const answer = await post(`score/${year}/${path}`, body, { key: newKey() })
  if (['sign-in-required', 'forbidden'].includes(answer.problem?.type)) return toSignIn()
  const words = answer.ok ? null : answer.problem.detail || answer.problem.title
  const changed = answer.problem?.type === 'score-changed'
  if (words && !changed) return words
  // Somebody else was quicker: what they gave is shown, and why this wasn't taken.
  said = changed ? { row: body.item, words } : null
  await load()
  return words
}

async function load() {
  const answer = await get(`score/${year}`)
  if (['sign-in-required', 'forbidden'].includes(answer.problem?.type)) return toSignIn()
  history.replaceState(null, '', `?${new URLSearchParams({ year, ...(only && { owner: only }), ...(missingOnly && { missing: 1 }) })}`)
  sheet = answer.ok ? answer.body : null
  page.replaceChildren(...(sheet ? show() : [heading(), el('p', { class: 'notice warning' }, icon('warn'), el('span', { class: 'body', text: answer.problem.detail || answer.problem.title }))]))
  if (openRow) page.querySelector(`[data-row="${openRow}"] summary`)?.focus()
}

function heading() {
  const turn = (by) => { year += by; openRow = null; load() }
  return el('h1', { class: 'year' }, t('score.title'),
    el('button', { class: 'btn quiet', type: 'button', onclick: () => turn(-1), 'aria-label': t('score.before'), text: '‹' }),
    el('b', { text: String(year) }),
    el('button', { class: 'btn quiet', type: 'button', onclick: () => turn(1), 'aria-label': t('score.after'), text: '›' }),
    sheet && el('span', { class: 'out' },
      el('a', { class: 'btn', href: `/api/v1/score/${year}?format=csv`, download: '' }, icon('down'), t('score.csv')),
      el('a', { class: 'btn', href: `/api/v1/score/${year}?format=pdf`, target: '_blank' }, icon('file'), t('score.paper'))))
}

function show() {
  const owners = [...new Set(sheet.rows.map((row) => row.owner).filter(Boolean))]
  const shown = sheet.rows.filter((row) => (!only || row.owner === only) && (!missingOnly || row.missing.length > 0))
  return [
    heading(),
    el('p', { class: 'lead', text: t('score.lead', { document: sheet.document }) }),
    sheet.newTable && newTable(),
    el('div', { class: 'two' }, forecast(), deadlines()),
    disqualifications(),
    sheet.forecast.unread.length > 0 && maximumForm(sheet, act),
    figures(),
    el('section', { class: 'panel rows' },
      el('h2', {}, el('span', { text: t('score.rows') }),
        el('label', { class: 'owner' }, t('score.owner'), el('select', { onchange: (event) => { only = event.target.value; load() } },
          el('option', { value: '', text: t('score.everyone') }), owners.map((owner) => el('option', { value: owner, selected: owner === only, text: owner })))),
        el('label', { class: 'owner' }, el('input', { type: 'checkbox', checked: missingOnly, onchange: (event) => { missingOnly = event.target.checked; load() } }), t('score.onlyMissing')),
        el('a', { class: 'btn', target: '_blank', href: `/api/v1/score/${year}/work?format=pdf${only && `&owner=${encodeURIComponent(only)}`}` }, icon('file'), t('score.workPaper'))),
      shown.map((row) => rowLine(row, sheet, act, { open: row.id === openRow, said: said?.row === row.id ? said.words : '', onOpen: (id) => { openRow = id } }))),
    sheet.dropped.length > 0 && el('p', { class: 'muted', text: t('score.dropped', { items: sheet.dropped.join(', ') }) }),
  ].filter(Boolean)
}

// ---- where the year stands

function forecast() {
  const { given, best, level, levelName, bestLevelName, missing, open, registered, disqualified, lastYear } = sheet.forecast
  const share = (points) => `${Math.min(100, (points / sheet.total) * 100)}%`
  const bar = el('div', { class: 'gauge', role: 'img', 'aria-label': t('score.gauge', { given: pointsText(given), best: pointsText(best), total: sheet.total }) },
    el('i', { class: 'best' }), el('i', { class: 'given' }),
    sheet.levels.map((each) => { const mark = el('span', { class: 'mark', title: each.name, text: String(each.from) }); mark.style.left = share(each.from); return mark }))
  bar.children[0].style.width = share(best)
  bar.children[1].style.width = share(given)
  const words = disqualified ? t('score.out') : !registered ? t('score.notRegistered')
    : level > 0 ? t('score.reached', { level: levelName }) : t('score.belowAll')
  return el('section', { class: 'panel forecast' },
    el('h2', {}, el('span', { text: t('score.forecast') }), el('span', { class: 'muted', text: t('score.ofTotal', { total: sheet.total }) })),
    el('p', { class: 'big' }, el('b', { text: pointsText(given) }), best > given && el('span', {}, ' … ', pointsText(best)), el('small', { text: t(best > given ? 'score.range' : 'score.final') })),
    bar,
    el('p', { class: disqualified || !registered ? 'wrong' : '' , text: words }),
    !disqualified && el('p', { class: 'muted', text: bestLevelName ? t('score.canReach', { level: bestLevelName, n: open.length }) : t('score.cannotReach') }),
    el('p', { class: 'muted', text: lastYear === undefined ? t('score.noLastYear') : t('score.compared', { points: pointsText(lastYear) }) }),
    missing > 0 && el('p', { class: 'muted', text: t('score.missing', { points: pointsText(missing) }) }))
}

function deadlines() {
  const wrong = el('p', { class: 'wrong', role: 'alert' })
  const number = el('input', { name: 'document', required: true, autocomplete: 'off', placeholder: '12/UBND-VP' })
  const day = el('input', { type: 'date', name: 'day', required: true, value: sheet.today })
  const form = el('form', { class: 'line', novalidate: true },
    el('label', { class: 'field grow' }, el('span', { text: t('score.registration') }), number),
    el('label', { class: 'field' }, el('span', { text: t('score.day') }), day),
    el('button', { class: 'btn', type: 'submit', text: t('score.register') }))
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    wrong.textContent = (await act('registration', { document: number.value, day: day.value })) ?? ''
  })
  return el('section', { class: 'panel deadlines' },
    el('h2', { text: t('score.deadlines') }),
    el('ul', {}, sheet.deadlines.map((each) => el('li', { class: each.days < 0 ? 'over' : each.days <= 14 ? 'soon' : '' },
      el('b', { text: dateText(`${each.last}T12:00:00Z`, { year: true }) }),
      el('span', {}, each.words, el('small', { text: each.owner })),
      el('em', { text: each.days < 0 ? t('score.past') : each.days === 0 ? t('score.lastDay') : t('score.daysLeft', { n: each.days }) })))),
    sheet.registration
      ? el('p', { class: sheet.forecast.registeredInTime === false ? 'wrong' : 'muted', text: t(sheet.forecast.registeredInTime === false ? 'score.registeredLate' : 'score.registered', { document: sheet.registration.document, day: sheet.registration.day.split('-').reverse().join('/') }) })
      : form, wrong)
}

function disqualifications() {
  return el('section', { class: 'panel out' }, el('h2', { text: t('score.disqualifications') }),
    sheet.rules.map((rule) => {
      const wrong = el('p', { class: 'wrong', role: 'alert' })
      const number = el('input', { autocomplete: 'off' })
      const reason = el('input', { autocomplete: 'off' })
      const form = el('form', { class: 'line', novalidate: true },
        !rule.standing && el('label', { class: 'field' }, el('span', { text: t('score.document') }), number),
        el('label', { class: 'field grow' }, el('span', { text: t('score.reason') }), reason),
        el('button', { class: 'btn', type: 'submit', text: t(rule.standing ? 'score.withdraw' : 'score.flag') }))
      form.addEventListener('submit', async (event) => {
        event.preventDefault()
        wrong.textContent = (await act('disqualifications', { rule: rule.id, reason: reason.value, ...(!rule.standing && { document: number.value }) })) ?? ''
      })
      return el('details', { open: rule.standing },
        el('summary', {}, el('span', { class: rule.standing ? 'state bad' : 'state ok', text: t(rule.standing ? 'score.applies' : 'score.appliesNot') }), rule.words),
        rule.standing && el('p', { class: 'wrong', text: `${rule.document}: ${rule.reason}` }), form, wrong)
    }))
}

function newTable() {
  const wrong = el('span', { class: 'wrong', role: 'alert' })
  return el('p', { class: 'notice warning' }, icon('warn'), el('span', { class: 'body' }, t('score.newTable'), ' ',
    el('button', { class: 'btn', type: 'button', text: t('score.adopt'), onclick: async () => { wrong.textContent = (await act('table', {})) ?? '' } }), wrong))
}

function figures() {
  return el('section', { class: 'panel' }, el('h2', {}, el('span', { text: t('score.figures') }), el('span', { class: 'muted', text: t('score.figuresUntil', { day: sheet.figures[0]?.until.split('-').reverse().join('/') ?? '' }) })),
    el('div', { class: 'figures' }, sheet.figures.map((figure) => figureCard(figure, sheet, act))))
}

await load()
