// "Không chờ nữa, hủy số": asked once more, because a number cannot be had back.

import { newKey, post } from '/shared/api.js'
import { el, icon } from '/shared/dom.js'
import { t } from '/shared/words.js'

export function cancelDialog(dialog, code) {
  let key = null

  function ask(number) {
    key = newKey()
    const trouble = el('p', { class: 'trouble', role: 'alert' })
    const yes = el('button', { class: 'btn danger', onclick: () => send(yes, trouble) }, icon('x'), t('leave.yes', { number }))
    dialog.replaceChildren(
      el('h2', { id: 'sure-title', text: t('leave.ask', { number }) }),
      el('p', { text: t('leave.text') }),
      trouble,
      el('button', { class: 'btn primary', autofocus: true, onclick: () => dialog.close() }, t('leave.no')),
      yes)
    dialog.showModal()
  }

  async function send(button, trouble) {
    button.disabled = true
    const answer = await post(`track/${encodeURIComponent(code)}/cancel`, {}, { key })
    button.disabled = false
    // The page itself changes with the next frame.
    if (answer.ok) dialog.close()
    else trouble.textContent = answer.problem.type === 'no-answer' ? t('noAnswer') : [answer.problem.title, answer.problem.detail].filter(Boolean).join('. ')
  }

  return { ask }
}
