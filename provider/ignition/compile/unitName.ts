/** A path as systemd spells it in a unit's name (systemd-escape --path): "/dev/disk/by-id/a" is "dev-disk-by\x2did-a". */
export function unitName(path: string): string {
  const trimmed = path.split("/").filter(Boolean).join("/");
  if (trimmed === "") return "-";
  const escaped = (byte: number) => `\\x${byte.toString(16).padStart(2, "0")}`;
  return [...Buffer.from(trimmed)]
    .map((byte, index) => {
      const letter = String.fromCharCode(byte);
      if (letter === "/") return "-";
      const plain = /[A-Za-z0-9:_.]/.test(letter) && !(index === 0 && letter === ".");
      return plain ? letter : escaped(byte);
    })
    .join("");
}
