// Why a counter rests. Recorded in Vietnamese, shown in the language of the screen.

import { recordedAs, t } from './words.js'

export const pauseReasons = ['break', 'meeting', 'urgent', 'colleague', 'other']

export function pauseReason(text) {
  const known = pauseReasons.find((reason) => recordedAs(`pause.${reason}`) === text)
  return known ? t(`pause.${known}`) : text
}
