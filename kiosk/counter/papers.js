// Papers of a dossier at the office printer: its slip on A5, and the letter that goes with it.

import { newKey, post } from '/shared/api.js'
import { t } from '/shared/words.js'

/** Returns { ok, words }: what to tell whoever asked. */
async function order(body, key) {
  const answer = await post('office/print', body, { key: newKey() })
  if (!answer.ok) return { ok: false, words: answer.problem.detail || answer.problem.title }
  return { ok: true, words: t(key, { title: answer.body.title, printer: answer.body.printerName }) }
}

export const printA5 = (dossier, slip) => order({ document: 'slip', dossier: dossier.id, slip }, 'case.a5.printing')

/** The name is printed and not kept. */
export const printLetter = (dossier, kind, name) => order({ document: 'letter', dossier: dossier.id, kind, ...(name && { name }) }, 'case.letter.printing')
