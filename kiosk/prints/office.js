// Giấy tờ văn phòng: the queues of the office printers and what became of each paper, with cancel and print again.

import { el, icon } from '/shared/dom.js'
import { get, post } from '/shared/api.js'
import { clockText } from '/shared/time.js'
import { language, t } from '/shared/words.js'

const kinds = { queued: 'waiting', waiting: 'waiting', printing: 'waiting', needsPerson: 'fault', cancelling: 'off', printed: 'ok', cancelled: 'off', failed: 'warning' }
const marks = { queued: 'clock', waiting: 'clock', printing: 'printer', needsPerson: 'warn', cancelling: 'x', printed: 'check', cancelled: 'x', failed: 'warn' }
const lights = { ok: ['ok', 'check'], warning: ['warning', 'warn'], fault: ['fault', 'warn'], off: ['off', 'moon'] }

let shown = ''

/** Brings the section up to date; it is hidden where the centre has no office printer. */
export async function showOffice(section) {
  const answer = await get('office/jobs?limit=30')
  if (!answer.ok) return
  const signature = JSON.stringify(answer.body)
  if (signature === shown) return
  shown = signature
  const { printers, jobs } = answer.body
  section.hidden = !printers.length && !jobs.length
  if (section.hidden) return
  const focused = document.activeElement?.dataset?.press
  section.replaceChildren(
    el('h2', { text: t('office') }),
    el('ul', { class: 'queues' }, printers.map(queue)),
    jobs.length ? table(jobs, section) : el('p', { class: 'quiet', text: t('office.none') }))
  if (focused) section.querySelector(`[data-press="${focused}"]`)?.focus()
}

const say = (words) => words[language()] ?? words.vi

function queue(printer) {
  const [kind, mark] = lights[printer.state] ?? lights.off
  return el('li', {}, el('b', { text: printer.name }), el('span', { class: `tag ${kind}` }, icon(mark), t(`office.${printer.state}`)),
    printer.state === 'ok' ? null : el('span', { text: say(printer.words) }))
}

function table(jobs, section) {
  const column = (name) => el('th', { scope: 'col', text: t(`office.col.${name}`) })
  return el('div', { class: 'wide', tabindex: '0', role: 'region', 'aria-label': t('office') }, el('table', { class: 'tbl' },
    el('thead', {}, el('tr', {}, ['at', 'title', 'printer', 'askedBy', 'state', 'do'].map(column))),
    el('tbody', {}, jobs.map((job) => el('tr', {},
      el('td', { text: clockText(job.at) }),
      el('th', { scope: 'row' }, job.title, job.copies > 1 && el('small', { text: ` × ${job.copies}` }), job.reprintOf && el('small', { text: ` (${t('reprint')})` })),
      el('td', { text: job.printerName }),
      el('td', { text: job.askedBy }),
      el('td', {}, el('span', { class: `tag ${kinds[job.state] ?? 'off'}` }, icon(marks[job.state] ?? 'info'), say(job.words))),
      el('td', {}, job.mayCancel && press(job, 'cancel', section), job.mayReprint && press(job, 'reprint', section)))))))
}

function press(job, what, section) {
  const button = el('button', { class: 'btn', type: 'button', dataset: { press: `${what}-${job.job}` }, 'aria-label': `${t(`office.${what}`)}: ${job.title}`, text: t(`office.${what}`) })
  button.addEventListener('click', async () => {
    button.disabled = true
    const answer = await post(`office/jobs/${job.job}/${what}`)
    shown = ''
    await showOffice(section)
    if (!answer.ok) section.append(el('p', { class: 'notice warning', role: 'alert' }, icon('warn'), el('span', { class: 'body', text: answer.problem.title })))
  })
  return button
}
