import { main } from "./main";
import { pulumi, selectStack, stackOutputs } from "./quickstart";
import { setUp } from "./setup";
import { table } from "./table";

interface BootedMachine {
  readonly name: string;
  readonly address?: string;
  readonly version?: string;
  readonly digest?: string;
  readonly seconds?: number;
}

main(async () => {
  await setUp();
  await selectStack();
  const code = await pulumi("up", "--refresh", "--yes", "--skip-preview", "--non-interactive");
  if (code !== 0) return code;
  const machines = stackOutputs().machines as BootedMachine[];
  const rows = machines.map(({ name, address, version, digest, seconds }) => [
    name,
    address ?? "-",
    version ?? "-",
    digest ? `sha256:${digest.slice(0, 12)}…` : "-",
    seconds === undefined ? "-" : seconds.toFixed(1),
  ]);
  console.log(`\n${table(["machine", "address", "version", "digest", "seconds from power-on"], rows)}
`);
  console.log(`Each of them phoned home with the digest that was declared. Next, change "stable" to "next" in
examples/quickstart/index.ts, then:
  npm run pulumi -- preview --diff   what would be restarted, and why
  npm run pulumi -- up               does it, and waits until it is true
  npm run stop                       takes everything away again`);
  return machines.every(({ digest }) => digest) ? 0 : 1;
});
