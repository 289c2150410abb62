// Sổ thư: the letters of a year with their numbers, and a form for those no dossier asks for. Whom a letter is to is
// printed and not kept, so it is asked for again when one is printed again.

import { el, icon } from '/shared/dom.js'
import { get, newKey, post } from '/shared/api.js'
import { dateText, setZone } from '/shared/time.js'
import { loadDeskWords } from '/shared/language.js'
import { pick, t } from '/shared/words.js'
import { refill } from '/counter/refill.js'
import { supervisorBar, toSignIn } from './bar.js'

const every = 15_000
const free = ['thanks', 'commendation', 'condolence', 'marriage', 'birth']
const withDeed = ['thanks', 'commendation']
const step = 50

await loadDeskWords('supervisor')
document.title = t('title.letters')
const bar = supervisorBar(document.querySelector('#bar'), 'dossiers')
const page = document.querySelector('#page')
let year = Number(new URLSearchParams(location.search).get('year')) || null
let register = null
let shown = step   // of the year's letters, latest first: a busy year has some hundreds
let again = null   // the letter that is printed once more

const heading = el('h1', { class: 'year' })
const missing = el('div')
const counts = el('div', { class: 'tiles' })
const list = el('section', { class: 'panel' })
const write = el('section', { class: 'panel write' })
page.replaceChildren(heading, el('p', { class: 'lead', text: t('let.lead') }), missing, counts, el('div', { class: 'letters' }, list, write))

async function load() {
  const answer = await get(`letters${year ? `?year=${year}` : ''}`)
  if (['sign-in-required', 'forbidden'].includes(answer.problem?.type)) return toSignIn()
  if (!answer.ok) return list.replaceChildren(el('p', { class: 'notice warning' }, icon('warn'), el('span', { class: 'body', text: answer.problem.detail || answer.problem.title })))
  register = answer.body
  year = register.year
  draw()
}

function turn(by) {
  year += by
  shown = step
  history.replaceState(null, '', `?year=${year}`)
  load()
}

function draw() {
  refill(heading, register.year, () => [t('let'),
    el('button', { class: 'btn quiet', type: 'button', dataset: { focus: 'before' }, onclick: () => turn(-1), 'aria-label': `${t('let.year')} ${register.year - 1}`, text: '‹' }), el('b', { text: String(register.year) }),
    el('button', { class: 'btn quiet', type: 'button', dataset: { focus: 'after' }, onclick: () => turn(1), 'aria-label': `${t('let.year')} ${register.year + 1}`, text: '›' })])
  refill(missing, register.apologiesMissing, () => register.apologiesMissing > 0 && el('p', { class: 'notice warning' }, icon('warn'), el('a', { class: 'body', href: '/supervisor/dossiers.html', text: t('let.missing', { n: register.apologiesMissing }) })))
  refill(counts, register.counts, () => register.counts.map((each) => el('div', { class: 'tile' }, el('span', { text: pick(each.words) }), el('b', { text: each.n }))))
  refill(list, [register.letters, register.year, shown], () => register.letters.length ? [table(), older()] : el('p', { class: 'none' }, icon('info'), t('let.none')))
  drawForm()
}

function table() {
  const column = (name, kind) => el('th', { scope: 'col', class: kind, text: t(`let.col.${name}`) })
  return el('table', { class: 'tbl' },
    el('thead', {}, el('tr', {}, column('number', 'num'), column('kind'), column('at'), column('by'), column('code'), el('th', { class: 'again' }))),
    el('tbody', {}, register.letters.slice(0, shown).map((each) => el('tr', {},
      el('th', { scope: 'row', class: 'num', text: each.number }), el('td', { text: pick(each.words) }), el('td', { text: dateText(each.at) }), el('td', { text: each.by }), el('td', { text: each.code ?? '' }),
      el('td', { class: 'again' }, el('button', { class: 'btn', type: 'button', dataset: { focus: `again-${each.number}` }, 'aria-label': t('let.again', { number: each.number }), onclick() { again = each; drawForm(); write.querySelector('[name=name]').focus() }, text: t('let.col.again') }))))))
}

function older() {
  const left = register.letters.length - shown
  return left > 0 && el('button', { class: 'btn older', type: 'button', dataset: { focus: 'older' }, onclick() { shown += step; draw() }, text: t('let.older', { n: Math.min(step, left), left }) })
}

function drawForm() {
  refill(write, [again, register.year], () => {
    const told = el('p', { class: 'told', role: 'status' })
    const kind = el('select', { name: 'kind', onchange: show }, free.map((each) => el('option', { value: each, text: pick(register.counts.find((one) => one.kind === each).words) })))
    const name = el('input', { name: 'name', autocomplete: 'off', maxlength: 120 })
    const deed = el('textarea', { name: 'deed', maxlength: 400, placeholder: t('let.deed.more') })
    const about = el('label', {}, t('let.deed'), deed)
    const button = el('button', { class: 'btn primary', type: 'submit' }, icon('printer'), again ? t('let.again', { number: again.number }) : t('let.print'))
    const stop = again && el('button', { class: 'btn quiet', type: 'button', onclick() { again = null; drawForm() }, text: t('let.again.stop') })
    function show() { about.hidden = !withDeed.includes(again?.kind ?? kind.value) }
    show()
    async function send(event) {
      event.preventDefault()
      if (button.disabled) return
      button.disabled = true
      const words = { ...(name.value.trim() && { name: name.value }), ...(!about.hidden && deed.value.trim() && { deed: deed.value }) }
      const body = again ? { kind: again.kind, year: register.year, number: again.number, ...(again.dossier && { dossier: again.dossier }), ...words } : { kind: kind.value, ...words }
      const answer = await post('office/print', { document: 'letter', ...body }, { key: newKey() })
      button.disabled = false
      told.classList.toggle('wrong', !answer.ok)
      told.textContent = answer.ok ? t('let.printing', { title: answer.body.title, printer: answer.body.printerName }) : answer.problem.detail || answer.problem.title
      if (!answer.ok) return
      name.value = ''
      deed.value = ''
      load()
    }
    return [el('h2', { text: again ? `${pick(again.words)} ${again.number}/${register.year}` : t('let.new') }),
      el('form', { onsubmit: send }, !again && el('label', {}, t('let.kind'), kind), el('label', {}, t('let.name'), name), about, button, stop, told, el('p', { class: 'muted', text: t('let.note') }))]
  })
}

const board = await get('board')
if (board.ok) {
  setZone(board.body.centre?.utcOffsetMinutes)
  bar.centre(board.body.centre?.shortName)
}
await load()
setInterval(() => { if (!document.hidden && !write.contains(document.activeElement)) load() }, every)
