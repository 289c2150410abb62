// Hồ sơ của lượt này: a slip is scanned and nothing is typed; else one key for a common procedure; else a few letters of
// its name. The date stands there at once, with its reason.

import { el, icon } from '/shared/dom.js'
import { get, newKey, post } from '/shared/api.js'
import { dayField } from '/shared/day-field.js'
import { listenToTyping, looksLikeCode } from '/shared/typing.js'
import { t } from '/shared/words.js'
import { defaults } from './defaults.js'
import { dossierCard } from './dossier.js'
import { dossierRow, dueWords } from './dossier-row.js'
import { refill } from './refill.js'
import { specialTerms } from './special.js'

const mostKeys = 10
const sameAgain = 700     // a key that bounces or is pressed twice is one dossier; more of the same are ×n
const digitOf = (index) => String((index + 1) % 10)

/** Returns { element, update(view), key handling }. One panel for the life of the page: what was typed stays. */
export function caseworkPanel({ number, onLists, onMode, isShown, onCopies, say }) {
  const heading = el('h2')
  const said = el('p', { class: 'hint', id: 'case-said', role: 'status' })
  const field = el('input', { id: 'case-field', autocomplete: 'off', spellcheck: 'false', maxlength: 300, 'aria-describedby': 'case-said', role: 'combobox', 'aria-expanded': 'false', 'aria-controls': 'case-choices' })
  const due = dayField({ name: 'due', label: t('case.provinceDue'), title: t('case.provinceDue.why') })
  due.addEventListener('keydown', (event) => { if (event.key === 'Enter') { event.preventDefault(); due.blur() } })
  // What was wrong with it is mended.
  due.addEventListener('input', () => { if (due.day && said.textContent === t('case.day.wrong')) tell('') })
  const special = specialTerms()
  const form = el('form', { class: 'caseform' }, icon('search'), field, said, el('label', { class: 'province' }, t('case.provinceDue'), due), special.element,
    // Of a form with two text fields Enter sends nothing without a button to press.
    el('button', { type: 'submit', hidden: true }))
  const rows = el('ul', { class: 'cases' })
  const choices = el('div', { class: 'procs', id: 'case-choices', role: 'listbox', 'aria-label': t('case.choices') })
  const marks = defaults(number)
  const entry = el('div', { class: 'casework' }, heading, form, choices, rows)
  const element = el('div', { class: 'case' }, entry)

  let view = null
  let visit = null
  let dossiers = []
  let common = []          // what the digits mean
  let found = null         // type-ahead; null: nothing typed
  let at = 0               // the suggestion Enter takes
  let code = null          // scanned and waiting for its procedure
  let card = null          // the dossier that is open
  let reasons = []
  let sending = false
  let lastReceived = { procedure: null, at: -sameAgain }
  let edits = 0            // what was done here since; a list that was asked for earlier doesn't know of it

  const busy = () => sending || !view?.up
  const current = () => view?.frame?.current ?? null

  // ---- reading

  async function load() {
    const mine = visit
    const before = edits
    const service = current()?.service ?? view?.frame?.services?.[0]?.id
    const [often, usual, here] = await Promise.all([
      get(`procedures?counter=${number}`), service ? get(`procedures?service=${encodeURIComponent(service)}`) : null,
      visit ? get(`dossiers?visit=${visit}`) : null])
    if (reasons.length === 0) reasons = (await get('dossiers/reasons')).body ?? []
    if (mine !== visit) return
    if (!often.ok) return tell(often.problem.detail || often.problem.title, true)
    const known = new Set()
    common = [...often.body, ...usual?.body ?? []].filter((each) => !known.has(each.code) && known.add(each.code)).slice(0, mostKeys)
    if (before !== edits) return load()
    if (here?.ok) dossiers = here.body.dossiers.reverse()
    draw()
  }

  let asked = 0
  async function search() {
    const text = field.value.trim()
    const mine = ++asked
    if (!text || looksLikeCode(text)) { found = null; at = 0; return draw() }
    const answer = await get(`procedures?counter=${number}&q=${encodeURIComponent(text)}`)
    if (mine !== asked) return
    found = answer.ok ? answer.body : []
    at = 0
    if (answer.ok) tell(found.length ? '' : t('case.nothingFound'), !found.length)
    draw()
  }

  // ---- writing

  async function takeCode(text) {
    if (busy()) return
    tell(t('case.reading'))
    const answer = await get(`dossiers?code=${encodeURIComponent(text)}`)
    if (!answer.ok) return tell(answer.problem.detail || answer.problem.title, true)
    field.value = ''
    found = null
    if (answer.body.dossiers.length) { tell(''); return open(answer.body.dossiers[0]) }
    code = text
    if (current()?.procedure) return receive(current().procedure)
    tell('')
    draw()
  }

  async function receive(procedure) {
    if (busy()) return
    if (!code && procedure === lastReceived.procedure && performance.now() - lastReceived.at < sameAgain) return tell(t('case.sameAgain'), true)
    const mistake = due.day === null ? t('case.day.wrong') : special.mistake() ?? (special.isAgreed() && !due.day ? t('case.agreed.noDay') : null)
    if (mistake) return tell(mistake, true)
    sending = true
    const body = { procedure, counter: number, ...marks.value(), ...(visit ? { visit } : {}) }
    if (due.day) body.due = { day: due.day, source: special.isAgreed() ? 'agreed' : 'province' }
    if (special.start()) body.clockStart = special.start()
    if (special.isVerified()) body.verification = true
    // Ten of the same are ten dossiers; a slip is one.
    if (code) body.scanned = code
    else body.copies = current()?.copies ?? 1
    const answer = await post('dossiers', body, { key: newKey() })
    sending = false
    // The slip was scanned twice, or somebody else was faster: it is opened as any slip that is known.
    if (answer.problem?.type === 'dossier-code-taken' && code) {
      const taken = code
      code = null
      return takeCode(taken)
    }
    if (!answer.ok) {
      tell(answer.problem.detail || answer.problem.title, true)
      return draw()
    }
    lastReceived = { procedure, at: performance.now() }
    code = null
    due.clear()
    special.clear()
    field.value = ''
    field.blur()
    found = null
    asked++   // an answer to what was typed before comes too late
    edits++
    const known = new Set(answer.body.dossiers.map((each) => each.id))
    dossiers = [...answer.body.dossiers.toReversed(), ...dossiers.filter((each) => !known.has(each.id))]
    const [first] = answer.body.dossiers
    tell(t(answer.body.dossiers.length > 1 ? 'case.receivedMany' : 'case.received', { n: answer.body.dossiers.length, due: dueWords(first) }))
    draw()
  }

  async function step(dossier, body) {
    if (busy()) return null
    sending = true
    const answer = await post(`dossiers/${dossier.id}/steps`, body, { key: newKey() })
    sending = false
    if (answer.ok) replaced(answer.body)
    return answer
  }

  function replaced(dossier) {
    const gone = dossier.state === 'annulled'
    edits++
    dossiers = gone ? dossiers.filter((each) => each.id !== dossier.id) : dossiers.map((each) => (each.id === dossier.id ? dossier : each))
    tell(gone ? t('case.annulled', { code: dossier.code }) : t('case.done', { code: dossier.code, state: t(`case.state.${dossier.state}`) }))
    draw()
  }

  async function annul(dossier) {
    const reason = reasons.find((each) => each.uses.includes('annul'))
    const answer = await step(dossier, { step: 'annul', reason: reason?.id ?? 'nham' })
    if (answer && !answer.ok) tell(answer.problem.detail || answer.problem.title, true)
  }

  async function print(dossier, kind = 'receipt') {
    const answer = await post(`dossiers/${dossier.id}/slips`, { kind }, { key: newKey() })
    tell(answer.ok ? t('case.printing', { code: dossier.code }) : answer.problem.detail || answer.problem.title, !answer.ok)
  }

  // ---- one dossier

  function open(dossier) {
    card = dossierCard({ dossier, reasons, step, print, onClose: close })
    element.replaceChildren(card.element)
    onMode()
  }

  function close() {
    card = null
    element.replaceChildren(entry)
    draw()
    onMode()
  }

  // ---- drawing

  function tell(text, wrong = false) {
    said.textContent = text
    said.classList.toggle('wrong', wrong)
    said.classList.toggle('good', !wrong)
    field.setAttribute('aria-invalid', String(wrong))
    if (!isShown()) say(text)
  }

  let waited = false
  function draw() {
    if (!view) return
    if (waited !== (code !== null)) { waited = code !== null; queueMicrotask(onMode) }
    const held = (view.frame?.held?.length ?? 0) + (view.frame?.noShows?.length ?? 0)
    refill(heading, [code, dossiers.length, held, marks.key(), visit, busy()], () => [
      el('span', {}, code ? t('case.codeWaits', { code: shortCode(code) }) : t(visit ? 'case' : 'case.noVisit'), dossiers.length > 1 && el('span', { class: 'muted', text: ` ${t('case.count', { n: dossiers.length })}` })),
      el('span', { class: 'defaults' }, marks.buttons(draw),
        held > 0 && el('button', { class: 'btn quiet', type: 'button', onclick: onLists, dataset: { focus: 'held' } }, t('case.held', { n: held }))),
    ])
    heading.classList.toggle('code', code !== null)
    const placeholder = t(code ? 'case.whichProcedure' : 'case.field')
    if (field.placeholder !== placeholder) field.placeholder = placeholder
    field.setAttribute('aria-label', placeholder)
    field.disabled = !view.up
    const list = found ?? common
    field.setAttribute('aria-expanded', String(found !== null))
    refill(choices, [found, common, at, busy(), code, current()?.copies], () => list.map((each, index) => choice(each, index)))
    choices.classList.toggle('found', found !== null)
    refill(rows, [dossiers, busy()], () => dossiers.map((each) => dossierRow(each, { open, annul, print, busy: busy() })))
  }

  function choice(procedure, index) {
    const takes = found !== null || code !== null ? index === at : false
    return el('button', { class: `btn${takes ? ' takes' : ''}`, type: 'button', role: 'option', 'aria-selected': String(takes), disabled: busy(), title: [procedure.name, procedure.limit].filter(Boolean).join(' – '), dataset: { focus: procedure.code }, onclick: () => receive(procedure.code) },
      found === null && el('kbd', { class: 'key', text: digitOf(index) }), el('span', { class: found === null && !procedure.short ? 'cut two' : 'cut', text: found === null ? procedure.short ?? procedure.name : procedure.name }),
      found !== null && el('span', { class: 'muted nowrap', text: procedure.limit ?? '' }), takes && el('kbd', { class: 'key', text: 'Enter' }))
  }

  // ---- keys

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const text = field.value.trim()
    if (looksLikeCode(text)) return takeCode(text)
    const list = found ?? (code ? common : [])
    if (list[at]) receive(list[at].code)
    else if (!text && !code) tell(t('case.empty'), true)
  })
  field.addEventListener('input', search)
  field.addEventListener('keydown', (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const list = found ?? (code ? common : [])
    if (!by || !list.length) return
    event.preventDefault()
    at = (at + by + list.length) % list.length
    draw()
    choices.children[at]?.scrollIntoView({ block: 'nearest' })
  })
  listenToTyping({
    isOn: () => isShown(),
    onScan: takeCode,
    onDigit(digit) {
      if (card) return card.digit(digit)
      const procedure = common[(Number(digit) + 9) % 10]
      if (procedure) receive(procedure.code)
    },
    onText(text) {
      if (card) return card.text(text)
      // «+» and «−» beside the digits: one key more for as many as the citizen has.
      if (/^[+-]+$/.test(text)) return onCopies(text.split('+').length - text.split('-').length)
      field.focus()
      field.value += text
      search()
    },
  })

  return {
    element,
    update(next) {
      view = next
      const now = current()?.visit ?? null
      const changed = now !== visit || common.length === 0
      if (now !== visit) {
        visit = now
        dossiers = []
        code = null
        found = null
        due.clear()
        special.clear()
        lastReceived = { procedure: null, at: -sameAgain }
        field.value = ''
        tell('')
        if (card) close()
      }
      if (changed && view.frame) loadOnce(`${visit}`)
      draw()
    },
    scan: takeCode,
    focus: () => {},
    /** Esc: the innermost thing that is open; false when nothing was. */
    escape() {
      if (card) { card.back() || close(); return true }
      if (code || field.value) {
        code = null
        field.value = ''
        field.blur()
        found = null
        tell('')
        draw()
        return true
      }
      return false
    },
    hasCard: () => card !== null,
    isWaiting: () => card !== null || code !== null,
  }

  function loadOnce(key) {
    if (loadOnce.done === key) return
    loadOnce.done = key
    load()
  }
}

/** A look-up address is long; what counts is its end. */
function shortCode(text) {
  return text.length > 34 ? `…${text.slice(-32)}` : text
}

/** What a scan at this counter says, once. */
export function scanOf(notice, last) {
  return notice?.kind === 'dossier' && notice.scanned && notice.at !== last ? notice : null
}

