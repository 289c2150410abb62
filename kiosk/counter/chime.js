// One soft note when somebody takes a number while this counter is free.

let context = null

export function chime() {
  try {
    context ??= new AudioContext()
    const volume = context.createGain()
    const note = context.createOscillator()
    const start = context.currentTime
    note.frequency.value = 660
    volume.gain.setValueAtTime(0.12, start)
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.9)
    note.connect(volume).connect(context.destination)
    note.start(start)
    note.stop(start + 0.9)
  } catch { /* a desk without sound still shows the number */ }
}
