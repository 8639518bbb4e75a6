/** sshd gives ten sessions to a connection where its MaxSessions says nothing else; two are left to others. */
const usualLimit = 8;

/** Lets a limited number of pieces of work run at once over one connection; the others wait in line. */
export class Channels {
  private limit = usualLimit;
  private open = 0;
  private readonly waiting: (() => void)[] = [];

  get inUse(): number {
    return this.open;
  }

  async enter(): Promise<void> {
    if (this.open < this.limit) this.open++;
    else await new Promise<void>((resolve) => this.waiting.push(resolve)); // whoever leaves hands its place over
  }

  leave(): void {
    if (this.open > this.limit) this.open--;
    else {
      const next = this.waiting.shift();
      if (next) next();
      else this.open--;
    }
  }

  /** The server refused one more: no more than are in use beside this one, from now on. False where there are none. */
  lower(): boolean {
    if (this.open < 2) return false;
    this.limit = Math.min(this.limit, this.open - 1);
    return true;
  }
}
