// One dossier on the counter's screen: what it waits for, and what can be done with it by one digit.

import { el, icon } from '/shared/dom.js'
import { pick, t } from '/shared/words.js'
import { dayWords, dueWords, marksOf, stateTag } from './dossier-row.js'
import { dayField } from '/shared/day-field.js'
import { contactField } from './contact.js'
import { printA5, printLetter } from './papers.js'
import { refill } from './refill.js'
import { specialTerms } from './special.js'

/** In the order of a dossier's life; what the rules refuse now is not shown, and a digit keeps its step while it is. */
const order = ['hand-over', 'finish', 'accept', 'ask-supplement', 'supply', 'paid', 'reappoint', 'record-apology', 'return', 'withdraw', 'refuse', 'stop', 'resume', 'replace-code', 'explain-same-day', 'annul', 'record-reappointment', 'ask-payment']
const uses = { 'ask-supplement': 'supplement', return: 'return', refuse: 'refuse', stop: 'stop', reappoint: 'late', 'record-reappointment': 'late', 'explain-same-day': 'sameDay', annul: 'annul' }
const needsDay = ['reappoint', 'record-reappointment']
const papers = { 'ask-supplement': 'supplement', return: 'refusal', refuse: 'refusal', reappoint: 'apology' }
const digitOf = (index) => String((index + 1) % 10)

/** Returns { element, digit(d), back() → whether something inner was closed }. */
export function dossierCard({ dossier, reasons, step, print, onClose }) {
  const heading = el('h2')
  const body = el('div', { class: 'casebody' })
  const said = el('p', { class: 'hint', role: 'status' })
  // Drawn once: what is typed in it stays while the rest is drawn anew.
  const contact = contactField({ dossier, tell })
  // Filed online: the portal may have promised a day, and the time limit may not start now.
  const due = dayField({ name: 'due', label: t('case.provinceDue'), title: t('case.provinceDue.why') })
  const special = specialTerms({ only: 'start' })
  const accepting = el('div', { class: 'caseform', hidden: dossier.state !== 'registered' }, el('label', { class: 'province' }, t('case.provinceDue'), due), special.element)
  const element = el('div', { class: 'casework card' }, heading, body, accepting, contact.element, said)
  let doing = null       // the step whose reason, day or number is asked for
  let reason = null
  let busy = false
  // What somebody who opens it most likely has to hand out.
  let lastPaper = dossier.state === 'awaitingSupplement' ? 'supplement' : dossier.state === 'returned' ? 'refusal' : dossier.reappointments || ['overdue', 'late'].includes(dossier.punctuality) ? 'apology' : null

  // Typed while a letter is offered; it stays until the card is closed, because one jammed letter is printed twice.
  const name = el('input', { type: 'text', name: 'addressee', autocomplete: 'off', maxlength: 120, placeholder: t('case.letter.name.more'), 'aria-label': t('case.letter.name'), dataset: { focus: 'addressee' } })
  const steps = () => order.filter((each) => dossier.steps.includes(each))
  const choices = () => reasons.filter((each) => each.uses.includes(uses[doing])).slice(0, 10)

  // From the other end than the steps: whoever presses the key of handing over twice must not have a letter numbered.
  const letters = () => (doing ? [] : dossier.letters).map((kind, index) => ({ kind, digit: steps().length < 10 - index ? String((10 - index) % 10) : null }))

  function tell(text, wrong = false) {
    said.textContent = text
    said.classList.toggle('wrong', wrong)
  }

  async function paper(run) {
    if (busy) return
    busy = true
    draw()
    const answer = await run()
    busy = false
    draw()
    tell(answer.words, !answer.ok)
  }

  const letter = (kind) => paper(() => printLetter(dossier, kind, name.value.trim()))

  function begin(name) {
    if (busy) return
    tell('')
    reason = null
    if (uses[name] || needsDay.includes(name) || name === 'record-apology' || name === 'replace-code') {
      doing = name
      draw()
      return body.querySelector('input')?.focus()
    }
    if (name !== 'accept') return send({ step: name })
    const mistake = due.day === null ? t('case.day.wrong') : special.mistake()
    if (mistake) return tell(mistake, true)
    const start = special.start()
    send({ step: name, ...(due.day && { due: { day: due.day, source: 'province' } }), ...(start && { clockStart: start }) })
  }

  function choose(id) {
    reason = id
    if (!needsDay.includes(doing)) return send({ step: doing, reason })
    draw()
    body.querySelector('input')?.focus()
  }

  async function send(request) {
    if (busy) return
    busy = true
    draw()
    const answer = await step(dossier, request)
    busy = false
    if (!answer) return draw()
    if (!answer.ok) {
      tell(answer.problem.detail || answer.problem.title, true)
      return draw()
    }
    dossier = answer.body
    lastPaper = papers[request.step] ?? lastPaper
    doing = null
    accepting.hidden = dossier.state !== 'registered'
    tell(t('case.done', { code: dossier.code, state: t(`case.state.${dossier.state}`) }))
    if (dossier.state === 'annulled') return onClose()
    if (dossier.state === 'handedOver') contact.element.hidden = true   // its number has just been deleted
    draw()
  }

  function draw() {
    refill(heading, [dossier, busy, lastPaper], () => [
      el('span', { class: 'cut' }, el('b', { text: dossier.code }), ` ${dossier.procedureName}`),
      el('span', { class: 'defaults' },
        el('button', { class: 'btn', type: 'button', dataset: { focus: 'print' }, onclick: () => print(dossier, lastPaper ?? 'receipt') }, icon('printer'), t(`case.paper.${lastPaper ?? 'receipt'}`)),
        el('button', { class: 'btn', type: 'button', disabled: busy, dataset: { focus: 'a5' }, onclick: () => paper(() => printA5(dossier, lastPaper ?? 'receipt')), text: t('case.a5') }),
        el('a', { class: 'btn quiet', target: '_blank', href: `/api/v1/dossiers/${dossier.id}/slips/${lastPaper ?? 'receipt'}?format=pdf`, dataset: { focus: 'view' }, text: t('case.view') }),
        el('button', { class: 'btn quiet', type: 'button', dataset: { focus: 'close' }, onclick: onClose }, t('closePanel'), el('kbd', { class: 'key', text: 'Esc' }))),
    ])
    refill(body, [dossier, doing, reason, busy, lastPaper], () => [
      el('p', { class: 'facts' }, stateTag(dossier), marksOf(dossier),
        el('span', {}, `${t('case.due')} `, el('b', { text: dueWords(dossier) })), el('span', { class: 'muted cut', text: pick(dossier.dueWhy), title: pick(dossier.dueWhy) })),
      doing ? asking() : el('div', { class: 'procs' }, steps().map((each, index) => option(each, t(`case.step.${each}`), index, () => begin(each), index === 0 && !letters().length)), letters().map(({ kind, digit }) => option(kind, t(`case.letter.${kind}`), digit, () => letter(kind), true))),
      letters().length > 0 && el('form', { class: 'caseform addressee', onsubmit(event) { event.preventDefault(); letter(letters()[0].kind) } }, el('label', { class: 'nowrap' }, t('case.letter.name')), name),
    ])
  }

  function option(id, words, index, press, takes = false) {
    const key = typeof index !== 'number' ? index : index < 10 ? digitOf(index) : null   // ten keys; more steps by mouse or Tab
    return el('button', { class: `btn${takes ? ' takes' : ''}`, type: 'button', disabled: busy, title: words, dataset: { focus: id }, onclick: press }, key && el('kbd', { class: 'key', text: key }), el('span', { class: 'cut', text: words }))
  }

  function asking() {
    if (uses[doing] && !reason) {
      return [el('p', { class: 'ask', text: t(`case.why.${doing}`) }), el('div', { class: 'procs wide' }, choices().map((each, index) => option(each.id, pick(each.words), index, () => choose(each.id))))]
    }
    const kind = needsDay.includes(doing) ? 'day' : doing === 'replace-code' ? 'code' : 'number'
    const input = kind === 'day' ? dayField({ name: kind, label: t('case.ask.day'), stays: true }) : el('input', { type: 'text', name: kind, autocomplete: 'off', maxlength: kind === 'code' ? 64 : 40, 'aria-label': t(`case.ask.${kind}`) })
    return el('form', { class: 'caseform', onsubmit(event) {
      event.preventDefault()
      if (!input.value.trim()) return tell(t(`case.ask.${kind}.empty`), true)
      if (kind === 'day' && !input.day) return tell(t('case.day.wrong'), true)
      send({ step: doing, ...(reason ? { reason } : {}), [kind]: kind === 'day' ? input.day : input.value.trim() })
    } }, el('label', { class: 'nowrap' }, t(`case.ask.${kind}`)), input, el('button', { class: 'btn primary', type: 'submit', disabled: busy }, t('case.write'), el('kbd', { class: 'key', text: 'Enter' })),
    kind === 'day' && dossier.due && el('span', { class: 'muted', text: t('case.ask.day.after', { day: dayWords(dossier.due.day) }) }))
  }

  draw()
  return {
    element,
    digit(digit) {
      const index = (Number(digit) + 9) % 10
      if (!doing) {
        const offered = letters().find((each) => each.digit === digit)
        if (offered) return letter(offered.kind)
        const step = steps()[index]
        return step && begin(step)
      }
      if (uses[doing] && !reason) { const each = choices()[index]; return each && choose(each.id) }
    },
    /** Letters typed while no field has the keyboard. */
    text(text) {
      if (!letters().length) return
      name.value += text
      name.focus()
    },
    back() {
      if (!doing) return false
      doing = null
      tell('')
      draw()
      return true
    },
  }
}
