/** A set-up step that can't go on: what is missing, why, and what the user can type. */
export class SetupError extends Error {
  /**
   * @param {string} missing what is missing, as a sentence
   * @param {string} why what was tried and what came back
   * @param {string | readonly string[]} remedy the commands to type, or what to do
   */
  constructor(missing, why, remedy) {
    const lines = typeof remedy === "string" ? [remedy] : remedy;
    const shown = lines.map((line) => `    ${line}`).join("\n");
    super(
      `Set-up stopped: ${missing}\n  ${why.trim().replaceAll("\n", "\n  ")}\n  Do this:\n${shown}`,
    );
    this.name = "SetupError";
  }
}
