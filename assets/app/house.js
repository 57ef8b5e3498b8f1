// What a person can make happen in the simulated house: the doorbell rings, it thunders.
// It never appears on a real robot, where the house does as it likes.

export class House {
  #say;

  /**
   * @param {NodeListOf<HTMLElement>} buttons Each with the word for what it makes happen.
   * @param {(message: string) => void} say
   */
  constructor(buttons, say) {
    this.#say = say;
    for (const button of buttons) button.addEventListener('click', () => this.#happen(button.dataset.happens ?? ''));
  }

  /** @param {string} what */
  async #happen(what) {
    const answer = await fetch('sim/break', { method: 'POST', body: `happens = "${what}"\n` }).catch(() => null);
    if (answer?.ok) return;
    this.#say(answer ? await answer.text() : 'The simulator does not answer.');
  }
}
